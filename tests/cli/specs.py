"""Specs for the command line's tests."""

GOOD = """\
specc: 1
name: small
layers:
  - {type: Input, name: x, shape: [null, 3]}
  - {type: LSTM, units: 4, dropout: 0.5}
  - {type: Dense, units: 2}
"""

BAD = """\
specc: 1
layers:
  - {type: LSTM, units: 4, input_shape: [10, 3], unit_forget: true}
  - {type: Dense, units: 0}
"""

STATEFUL = """\
specc: 1
layers:
  - {type: Input, name: x, shape: [null, 1], batch_size: 2}
  - {type: SimpleRNN, name: count, units: 1, stateful: true, activation: linear,
     kernel_initializer: ones, recurrent_initializer: ones}
"""

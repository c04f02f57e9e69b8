"""V260: what could be left out."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "V260",
        "argument that repeats its default",
        "A warning for those who want specs short: the layer would do the same without the argument. Reported only"
        " where its whole code is selected, as in `specc validate --select ALL,V260`; `--fix` then leaves the argument"
        " out. A spec with `defaults` of its own has none: an argument may undo one of those.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, use_bias: true, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [10, 64]}\n",
        is_optional=True,
    ),
)

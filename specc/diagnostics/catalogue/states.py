"""G315 to G350: recurrent layers, their states and wrappers, and the memory budget."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "G315",
        "mask into a CuDNN layer",
        "CuDNNLSTM and CuDNNGRU take no masks in any Keras. LSTM and GRU compute the same with"
        " `recurrent_activation: sigmoid` (and `reset_after: true` for GRU), and take them.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16, mask_zero: true}\n"
        "  - {type: CuDNNLSTM, units: 32}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Embedding, input_dim: 1000, output_dim: 16, mask_zero: true}\n"
        "  - {type: LSTM, units: 32, recurrent_activation: sigmoid}\n",
    ),
    Rule(
        "G316",
        "masked stack in Keras 2.2.3 or 2.2.4",
        "In these two versions the masked outputs of stacked cells are the first cell's state, whatever its"
        " width: a mistake of theirs that 2.2.5 mended. specc does not imitate it, and does not compute"
        " something else in silence. Written out, with `unroll: true`, the two versions do it right.",
        bad='specc: 1\nkeras_version: "2.2.4"\nlayers:\n'
        "  - {type: Masking, input_shape: [10, 64]}\n"
        "  - {type: RNN, cell: [{type: LSTMCell, units: 32}, {type: LSTMCell, units: 16}]}\n",
        good='specc: 1\nkeras_version: "2.2.5"\nlayers:\n'
        "  - {type: Masking, input_shape: [10, 64]}\n"
        "  - {type: RNN, cell: [{type: LSTMCell, units: 32}, {type: LSTMCell, units: 16}]}\n",
    ),
    Rule(
        "G320",
        "unroll of an unknown length",
        "`unroll: true` writes out every step, so the number of steps must be known.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, unroll: true, input_shape: [null, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, unroll: true, input_shape: [10, 64]}\n",
    ),
    Rule(
        "G321",
        "stateful with an unknown batch size",
        "A stateful layer keeps one state for each row of the batch from call to call, so the batch size is"
        " fixed: `batch_size` on the Input, or `batch_input_shape` on the first layer.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, stateful: true, input_shape: [10, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, stateful: true, batch_input_shape: [4, 10, 64]}\n",
    ),
    Rule(
        "G322",
        "unroll of one step in Keras 2.0.9 to 2.2.4",
        "These versions take a length of 1 for an unknown one and refuse to unroll it; others do not. With one"
        " step there is nothing to unroll.",
        bad='specc: 1\nkeras_version: "2.2.4"\nlayers:\n'
        "  - {type: LSTM, units: 32, unroll: true, input_shape: [1, 64]}\n",
        good='specc: 1\nkeras_version: "2.2.4"\nlayers:\n  - {type: LSTM, units: 32, input_shape: [1, 64]}\n',
    ),
    Rule(
        "G323",
        "unroll of many steps",
        "A warning: `unroll: true` writes every step into the file as nodes of its own. The file grows with"
        " the number of steps, takes long to load and does not run faster than a loop.",
        bad="specc: 1\nlayers:\n  - {type: LSTM, units: 32, unroll: true, input_shape: [500, 64]}\n",
        good="specc: 1\nlayers:\n  - {type: LSTM, units: 32, input_shape: [500, 64]}\n",
    ),
    Rule(
        "G330",
        "wrong number of initial states",
        "`initial_state` lists one output for each state, in the documented order: `state_h` and `state_c` of"
        " an LSTM; of a Bidirectional the forward ones, then the backward ones.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: h, shape: [32]}\n"
        "  - {type: LSTM, units: 32, inputs: x, initial_state: h}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: h, shape: [32]}\n"
        "  - {type: Input, name: c, shape: [32]}\n"
        "  - {type: LSTM, units: 32, inputs: x, initial_state: [h, c]}\n",
    ),
    Rule(
        "G331",
        "initial state of the wrong shape",
        "A state is (batch, units) of the layer that starts from it.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: h, shape: [16]}\n"
        "  - {type: GRU, units: 32, inputs: x, initial_state: h}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: h, shape: [32]}\n"
        "  - {type: GRU, units: 32, inputs: x, initial_state: h}\n",
    ),
    Rule(
        "G340",
        "TimeDistributed over several outputs",
        "TimeDistributed puts one output for each step side by side; a layer that returns its states too has"
        " more than one.",
        bad="specc: 1\nlayers:\n"
        "  - type: TimeDistributed\n"
        "    layer: {type: LSTM, units: 32, return_state: true}\n"
        "    input_shape: [5, 10, 64]\n",
        good="specc: 1\nlayers:\n"
        "  - type: TimeDistributed\n"
        "    layer: {type: LSTM, units: 32}\n"
        "    input_shape: [5, 10, 64]\n",
    ),
    Rule(
        "G341",
        "TimeDistributed over a stateful layer",
        "TimeDistributed calls its layer once for all steps, as if they were rows of a batch, so that a state"
        " kept from call to call would belong to no row.",
        bad="specc: 1\nlayers:\n"
        "  - type: TimeDistributed\n"
        "    layer: {type: LSTM, units: 32, stateful: true}\n"
        "    batch_input_shape: [4, 5, 10, 64]\n",
        good="specc: 1\nlayers:\n"
        "  - type: TimeDistributed\n"
        "    layer: {type: LSTM, units: 32}\n"
        "    batch_input_shape: [4, 5, 10, 64]\n",
    ),
    Rule(
        "G342",
        "shared layer on another width",
        "A Shared layer computes with the weights of the layer that it calls again, so its input must ask for"
        " weights of the same shapes: as many features as the first one has.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: other, shape: [10, 32]}\n"
        "  - {type: LSTM, name: encoder, units: 8, inputs: x}\n"
        "  - {type: Shared, name: again, layer: encoder, inputs: other}\n"
        "outputs: [encoder, again]\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: other, shape: [20, 64]}\n"
        "  - {type: LSTM, name: encoder, units: 8, inputs: x}\n"
        "  - {type: Shared, name: again, layer: encoder, inputs: other}\n"
        "outputs: [encoder, again]\n",
    ),
    Rule(
        "G350",
        "more memory than allowed",
        "The bytes that the weights would take are added up before anything is allocated. `max_memory` in the"
        " spec sets the limit, --max-memory on the command line overrides it, 16 GiB is the default. The place"
        " is the largest weight's.",
        bad="specc: 1\nmax_memory: 1000000\nlayers:\n"
        "  - {type: Embedding, input_dim: 20000, output_dim: 128, input_length: 80}\n",
        good="specc: 1\nmax_memory: 20000000\nlayers:\n"
        "  - {type: Embedding, input_dim: 20000, output_dim: 128, input_length: 80}\n",
    ),
)

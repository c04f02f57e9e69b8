"""V230 to V237: which layer is called on what."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "V230",
        "no such layer",
        "A reference under `inputs`, `initial_state`, `mask` or `outputs` names a layer that the spec does not have.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: source, shape: [10, 64]}\n"
        "  - {type: LSTM, units: 32, inputs: sorce}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: source, shape: [10, 64]}\n"
        "  - {type: LSTM, units: 32, inputs: source}\n",
    ),
    Rule(
        "V231",
        "layer that comes later",
        "Layers stand in the order of the data: each takes what layers above it put out, never its own output"
        " or that of a layer below.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: source, shape: [10, 64]}\n"
        "  - {type: Dense, name: score, units: 1, inputs: encoder}\n"
        "  - {type: LSTM, name: encoder, units: 32, inputs: source}\n"
        "outputs: score\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: source, shape: [10, 64]}\n"
        "  - {type: LSTM, name: encoder, units: 32, inputs: source}\n"
        "  - {type: Dense, name: score, units: 1, inputs: encoder}\n"
        "outputs: score\n",
    ),
    Rule(
        "V232",
        "no such output",
        "The layer is there, the output behind the dot is not. With `return_state: true` an LSTM has `state_h`"
        " and `state_c`, a GRU or SimpleRNN has `state`; a Bidirectional and a stack of cells have `state_0`,"
        " `state_1` and so on.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: source, shape: [10, 64]}\n"
        "  - {type: GRU, name: encoder, units: 32}\n"
        "  - {type: GRU, units: 32, inputs: source, initial_state: encoder.state}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: source, shape: [10, 64]}\n"
        "  - {type: GRU, name: encoder, units: 32, return_state: true}\n"
        "  - {type: GRU, units: 32, inputs: source, initial_state: encoder.state}\n",
    ),
    Rule(
        "V233",
        "wrong number of inputs",
        "The layer takes one input, and `inputs` lists several, or none. Add, Concatenate and the other"
        " merging layers join several; the states of a recurrent layer stand under `initial_state`.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10]}\n"
        "  - {type: Input, name: b, shape: [10]}\n"
        "  - {type: Dense, units: 4, inputs: [a, b]}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: a, shape: [10]}\n"
        "  - {type: Input, name: b, shape: [10]}\n"
        "  - {type: Concatenate, inputs: [a, b]}\n"
        "  - {type: Dense, units: 4}\n",
    ),
    Rule(
        "V235",
        "input as an output",
        "An output of the model is what some layer makes. A value that comes in and goes out again unchanged"
        " needs no model; Activation with `activation: linear` hands one through.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: LSTM, name: encoder, units: 32}\n"
        "outputs: [encoder, x]\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: LSTM, name: encoder, units: 32}\n"
        "outputs: [encoder]\n",
    ),
    Rule(
        "V236",
        "output listed twice",
        "The outputs of the compiled file have names, and each name stands once.",
        bad="specc: 1\nlayers:\n"
        "  - {type: LSTM, name: encoder, units: 32, input_shape: [10, 64]}\n"
        "outputs: [encoder, encoder]\n",
        good="specc: 1\nlayers:\n"
        "  - {type: LSTM, name: encoder, units: 32, input_shape: [10, 64]}\n"
        "outputs: [encoder]\n",
    ),
    Rule(
        "V237",
        "layer that reaches no output",
        "A warning: no output of the model depends on the layer, so it is left out of the compiled file, and"
        " so are its weights. Without `outputs`, the outputs are those of the last layer.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: LSTM, units: 32, inputs: x}\n"
        "  - {type: GRU, units: 32, inputs: x}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: LSTM, units: 32, inputs: x}\n"
        "  - {type: GRU, units: 32, inputs: x}\n"
        "outputs: [lstm, gru]\n",
    ),
    Rule(
        "V238",
        "layer that cannot be called again",
        "Shared calls an earlier layer once more, with the same weights. An Input cannot be called; a stateful layer"
        " can be called only once, as two calls would fight over its states; and only recurrent layers take"
        " `initial_state` and `mask`.",
        bad="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: other, shape: [10, 64]}\n"
        "  - {type: Shared, layer: x, inputs: other}\n",
        good="specc: 1\nlayers:\n"
        "  - {type: Input, name: x, shape: [10, 64]}\n"
        "  - {type: Input, name: other, shape: [10, 64]}\n"
        "  - {type: LSTM, name: encoder, units: 8, inputs: x}\n"
        "  - {type: Shared, name: again, layer: encoder, inputs: other}\n"
        "outputs: [encoder, again]\n",
    ),
)

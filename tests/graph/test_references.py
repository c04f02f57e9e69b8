"""References between layers, and the outputs of the model."""

from __future__ import annotations

import pytest

from tests.loading import codes, findings, load_text, spec


def outputs(text: str) -> list[str]:
    return [name for name, _ in load_text(text).graph.program.outputs]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("type: LSTM, units: 2", ["lstm"]),
        ("type: LSTM, units: 2, return_state: true", ["lstm", "lstm.state_h", "lstm.state_c"]),
        ("type: GRU, units: 2, return_state: true", ["gru", "gru.state"]),
        ("type: SimpleRNN, units: 2, return_state: true", ["simple_rnn", "simple_rnn.state"]),
        (
            "type: Bidirectional, name: b, layer: {type: LSTM, units: 2, return_state: true}",
            ["b", "b.state_0", "b.state_1", "b.state_2", "b.state_3"],
        ),
        ("type: Bidirectional, name: b, merge_mode: null, layer: {type: GRU, units: 2}", ["b", "b.backward"]),
        (
            "type: RNN, cell: [{type: LSTMCell, units: 2}, {type: GRUCell, units: 2}], return_state: true",
            ["rnn", "rnn.state_0", "rnn.state_1", "rnn.state_2"],
        ),
    ],
)
def test_default_outputs_are_all_of_the_last_layer(last: str, expected: list[str]) -> None:
    assert outputs(spec(f"type: Input, shape: [null, 3]\n{last}")) == expected


@pytest.mark.parametrize(("listed", "expected"), [("a", ["a"]), ("[b, a.state_1]", ["b", "a.state_1"])])
def test_listed_outputs(listed: str, expected: list[str]) -> None:
    text = spec(
        """
        type: Input, name: x, shape: [null, 3]
        type: LSTM, name: a, units: 2, return_state: true
        type: LSTM, name: b, units: 2, inputs: x
        """,
        outputs=listed,
    )
    assert outputs(text) == expected


def test_a_layer_that_hands_its_input_through_is_an_output() -> None:
    assert outputs(spec("type: Input, shape: [3]\ntype: Activation, activation: linear")) == ["activation"]


def test_every_name_of_a_state_is_the_same_state() -> None:
    text = spec(
        """
        type: Input, name: x, shape: [null, 3]
        type: LSTM, name: a, units: 2, return_state: true
        """,
        outputs="[a.state_h, a.state_0]",
    )
    (_, first), (_, second) = load_text(text).graph.program.outputs
    assert first is second


def test_unused_layers_are_left_out_with_a_warning() -> None:
    text = spec("""
        type: Input, name: x, shape: [null, 3]
        type: Input, name: y, shape: [3]
        type: LSTM, name: forgotten, units: 2, inputs: x
        type: LSTM, name: used, units: 2, inputs: x
    """)
    model = load_text(text)
    assert [(d.code, d.path, d.severity) for d in model.diagnostics] == [
        ("V237", ("layers", 1), "warning"),
        ("V237", ("layers", 2), "warning"),
    ]
    assert [node.name for node in model.graph.nodes] == ["x", "used"]
    assert [value.name for value in model.graph.program.inputs] == ["x"]
    assert {weight.layer for weight in model.graph.program.weights} == {"used"}


INPUTS = "type: Input, name: x, shape: [5, 3]\n"
MISTAKES = {
    "type: LSTM, units: 2, inputs: z": [("V230", ("layers", 1, "inputs"))],
    "type: LSTM, units: 2, inputs: [z]": [("V230", ("layers", 1, "inputs", 0))],
    "type: LSTM, units: 2, mask: z": [("V230", ("layers", 1, "mask"))],
    "type: LSTM, units: 2, initial_state: [p, q]": [
        ("V230", ("layers", 1, "initial_state", 0)),
        ("V230", ("layers", 1, "initial_state", 1)),
    ],
    "type: LSTM, units: 2, inputs: x.state": [("V232", ("layers", 1, "inputs"))],
    "type: LSTM, name: a, units: 2, inputs: a": [("V231", ("layers", 1, "inputs"))],
    "type: LSTM, units: 2, inputs: b\ntype: LSTM, name: b, units: 2": [("V231", ("layers", 1, "inputs"))],
    "type: LSTM, units: 2, inputs: [x, x]": [("V233", ("layers", 1, "inputs"))],
    "type: Flatten\ntype: Dense, units: 2, inputs: [flatten, x, flatten]": [("V233", ("layers", 2, "inputs"))],
}


@pytest.mark.parametrize(("layers", "expected"), MISTAKES.items())
def test_mistakes(layers: str, expected: list[object]) -> None:
    assert codes(spec(INPUTS + layers)) == expected


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("z", [("V230", ("outputs",))]),
        ("[lstm, z]", [("V230", ("outputs", 1))]),
        ("[lstm.state_h]", [("V232", ("outputs", 0))]),
        ("[lstm, lstm]", [("V236", ("outputs", 1))]),
        ("x", [("V235", ("outputs",))]),
        ("[]", [("V205", ("outputs",))]),
    ],
)
def test_mistakes_in_outputs(listed: str, expected: list[object]) -> None:
    assert codes(spec(INPUTS + "type: LSTM, units: 2", outputs=listed)) == expected


def test_a_layer_with_mistakes_takes_down_only_those_that_need_it_and_in_silence() -> None:
    text = spec(
        """
        type: Input, name: x, shape: [5, 3]
        type: LSTM, name: broken, units: none, return_state: maybe, inputs: x
        type: LSTM, units: 2, inputs: x, initial_state: [broken.state_h, broken.anything]
        type: Flatten, inputs: broken
        type: Dense, units: 2, activation: relu6, inputs: x
        """,
        outputs="[flatten, broken.state_c, dense]",
    )
    assert codes(text) == [
        ("V204", ("layers", 1, "return_state")),
        ("V204", ("layers", 1, "units")),
        ("V210", ("layers", 4, "activation")),
    ]


def test_a_layer_that_cannot_be_built_publishes_what_it_would() -> None:
    text = spec("""
        type: Input, name: x, shape: [null, 3]
        type: LSTM, name: unrolled, units: 2, unroll: true, return_state: true
        type: LSTM, units: 2, inputs: x, initial_state: [unrolled.state_h, unrolled.stat_c]
    """)
    assert codes(text) == [
        ("G320", ("layers", 1, "unroll")),
        ("V232", ("layers", 2, "initial_state", 1)),
    ]


def test_the_layer_before_is_known_even_where_its_name_is_not_its_own() -> None:
    text = spec("""
        type: Input, name: x, shape: [5, 3]
        type: LSTM, name: x, units: 2
        type: LSTM, units: 2
    """)
    assert codes(text) == [("V208", ("layers", 1, "name")), ("G301", ("layers", 2))]


def test_hints() -> None:
    text = spec("""
        type: Input, name: source, shape: [5, 3]
        type: Bidirectional, name: both, layer: {type: GRU, units: 2}
        type: GRU, units: 2, inputs: source, initial_state: both.state_0
        type: GRU, name: left, units: 2, inputs: sorce, return_state: true
        type: GRU, units: 2, inputs: source, initial_state: left.state_9
    """)
    assert [finding.hint for finding in findings(text)] == [
        "set `return_state: true` on the layer inside `both`",
        "did you mean `source`?",
        "it has `left.state`",
    ]

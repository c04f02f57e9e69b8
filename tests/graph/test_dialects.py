"""What a dialect decides when a model is built: defaults, refusals, warnings."""

from __future__ import annotations

from typing import Any

import pytest

from specc.activations import Activation
from specc.ops import Gru, Lstm, Recurrent
from tests.loading import codes, findings, load_text, spec

LSTM = "type: LSTM, units: 2, input_shape: [5, 3]"
GRU = "type: GRU, units: 2, input_shape: [5, 3]"


def cell(layer: str, **top: str) -> Any:
    steps = load_text(spec(layer, **top)).graph.program.steps
    (found,) = [step.op for step in steps if isinstance(step.op, Recurrent)]
    return found.cell


@pytest.mark.parametrize(
    ("top", "expected"),
    [
        ({}, Activation("hard_sigmoid", 0.2, 0.5)),
        ({"dialect": "keras1"}, Activation("hard_sigmoid", 0.2, 0.5)),
        ({"keras_version": '"2.2.4"'}, Activation("hard_sigmoid", 0.2, 0.5)),
        ({"keras_version": '"2.3.1"'}, Activation("sigmoid")),
        ({"dialect": "tf.keras"}, Activation("sigmoid")),
        ({"dialect": "keras3"}, Activation("sigmoid")),
    ],
)
def test_recurrent_activation(top: dict[str, str], expected: Activation) -> None:
    for layer, kind in ((LSTM, Lstm), (GRU, Gru)):
        found = cell(layer, **top)
        assert isinstance(found, kind)
        assert found.recurrent_activation == expected


def test_a_given_value_wins() -> None:
    assert cell(f"{LSTM}, recurrent_activation: tanh", dialect="keras3").recurrent_activation == Activation("tanh")
    assert cell(f"{LSTM}, recurrent_activation: null").recurrent_activation == Activation("linear")


def test_the_slope_of_hard_sigmoid() -> None:
    for dialect, slope in (("keras2", 0.2), ("tf.keras", 0.2), ("keras3", 1 / 6)):
        found = cell(f"{LSTM}, recurrent_activation: hard_sigmoid", dialect=dialect)
        assert found.recurrent_activation == Activation("hard_sigmoid", slope, 0.5)


@pytest.mark.parametrize(
    ("dialect", "shape"), [("keras1", (6,)), ("keras2", (6,)), ("tf.keras", (2, 6)), ("keras3", (2, 6))]
)
def test_reset_after_decides_the_bias(dialect: str, shape: tuple[int, ...]) -> None:
    model = load_text(spec(GRU, dialect=dialect))
    assert {weight.name: weight.shape for weight in model.graph.program.weights}["gru/bias"] == shape


def test_the_command_line_overrides_the_spec() -> None:
    text = spec(f"{LSTM}, activation: gelu", dialect="keras2", keras_version='"2.2.4"')
    assert [finding.code for finding in findings(text)] == ["V210"]
    assert findings(text, dialect="keras3") == []
    assert load_text(text, dialect="keras3").spec.dialect.name == "keras3"


def test_an_unknown_dialect_in_a_call_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="unknown dialect 'keras9'"):
        load_text(spec(LSTM), dialect="keras9")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("selu", {"keras_version": '"2.0.6"'}, {"keras_version": '"2.0.5"'}),
        ("exponential", {}, {"keras_version": '"2.2.2"'}),
        ("exponential", {"dialect": "tf.keras"}, {"dialect": "keras1"}),
        ("gelu", {"dialect": "tf.keras"}, {}),
        ("glu", {"dialect": "keras3"}, {"dialect": "tf.keras"}),
    ],
)
def test_activations_that_came_later(name: str, good: dict[str, str], bad: dict[str, str]) -> None:
    layer = f"type: Dense, units: 2, activation: {name}, input_shape: [3]"
    assert codes(spec(layer, **good)) == []
    assert codes(spec(layer, **bad)) == [("V210", ("layers", 0, "activation"))]


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [("keras1", "error"), ("keras2", "error"), ("tf.keras", "warning"), ("keras3", "warning")],
)
def test_masks_where_none_is_taken(dialect: str, expected: str) -> None:
    text = spec("type: Masking, input_shape: [5, 3]\ntype: Flatten", dialect=dialect)
    assert [(d.code, d.severity) for d in findings(text)] == [("G310" if expected == "error" else "G311", expected)]


@pytest.mark.parametrize("dialect", ["keras2", "keras3"])
@pytest.mark.parametrize(
    ("keys", "warned"),
    [
        ("bias_initializer: ones", True),
        ("bias_initializer: ones, unit_forget_bias: false", False),
        ("bias_initializer: ones, use_bias: false", False),
        ("bias_initializer: zeros, unit_forget_bias: true", False),
        ("unit_forget_bias: true", False),
    ],
)
def test_unit_forget_bias_beside_an_initializer(keys: str, warned: bool, dialect: str) -> None:
    found = [(d.code, d.path, d.severity) for d in findings(spec(f"{LSTM}, {keys}", dialect=dialect))]
    assert found == [("V220", ("layers", 0, "bias_initializer"), "warning")] * warned


@pytest.mark.parametrize(
    "wrong", [{"dialect": "keras4"}, {"dialect": "[keras3]"}, {"keras_version": '"9.9"'}, {"keras_version": "2.2"}]
)
def test_no_guesses_while_the_dialect_is_unknown(wrong: dict[str, str]) -> None:
    text = spec(
        """
        type: Masking, input_shape: [5, 3]
        type: LSTM, units: 2, activation: gelu, zero_output_for_mask: true, return_sequences: true
        type: Flatten
        type: Dense, units: 0
        """,
        **wrong,
    )
    first, second = codes(text)
    assert first[1] == (next(iter(wrong)),)
    assert second == ("V205", ("layers", 3, "units"))

"""What the Keras target prints, refuses and warns of; ``tests/parity`` compares its numbers."""

from __future__ import annotations

import re
from typing import Any

import pytest

import specc
from specc.diagnostics import Findings, SpecError

Layer = dict[str, Any]
X: Layer = {"type": "Input", "name": "x", "shape": [6, 4]}
MASKED: list[Layer] = [X, {"type": "Masking"}]


def generate(*layers: dict[str, Any], **header: Any) -> tuple[str, Findings]:
    findings = Findings()
    model = specc.load({"specc": 1, **header, "layers": list(layers)})
    return model.generate("keras", findings=findings).module.decode(), findings


def body(text: str) -> str:
    """What ``build`` holds, on one line."""
    _, _, rest = text.partition("def build() -> keras.Model:")
    flat = " ".join(rest.partition("def named_weights")[0].split())
    return re.sub(r"([\[(]) | ?,? ([\])])", r"\1\2", flat)


def test_a_chain_is_a_sequential_and_defaults_are_left_out() -> None:
    text, _ = generate(X, {"type": "LSTM", "units": 3}, {"type": "Dense", "units": 2}, dialect="keras3")
    assert 'keras.layers.LSTM(units=3, name="lstm")' in body(text)
    assert "return keras.Sequential([" in body(text)


@pytest.mark.parametrize(("dialect", "slope"), [("keras2", "0.2"), ("tf.keras", "0.2"), ("keras3", None)])
def test_hard_sigmoid_is_the_one_of_the_dialect(dialect: str, slope: str | None) -> None:
    text, _ = generate(X, {"type": "LSTM", "units": 3, "recurrent_activation": "hard_sigmoid"}, dialect=dialect)
    own = "recurrent_activation=hard_sigmoid" in text
    assert own == (slope is not None)
    assert ("def hard_sigmoid" in text) == own
    assert slope is None or f"{slope} * x + 0.5" in text


def test_training_arguments_arrive() -> None:
    layer = {
        "type": "GRU",
        "units": 3,
        "dropout": 0.25,
        "recurrent_dropout": 0.5,
        "kernel_initializer": {"type": "random_normal", "stddev": 0.02},
        "kernel_regularizer": {"type": "l1_l2", "l1": 0.1, "l2": 0.2},
        "recurrent_regularizer": "l2",
        "bias_constraint": {"type": "max_norm", "max_value": 3},
        "trainable": False,
    }
    text = body(generate(X, layer, dialect="keras3")[0])
    for argument in (
        "dropout=0.25",
        "recurrent_dropout=0.5",
        "kernel_initializer=keras.initializers.RandomNormal(mean=0.0, stddev=0.02)",
        "kernel_regularizer=keras.regularizers.L1L2(l1=0.1, l2=0.2)",
        "recurrent_regularizer=keras.regularizers.L2(0.01)",
        "bias_constraint=keras.constraints.MaxNorm(max_value=3, axis=0)",
        "trainable=False",
    ):
        assert argument in text


def test_masks_that_keras_3_drops_or_joins_otherwise_are_explicit() -> None:
    state: Layer = {"type": "Input", "name": "s", "shape": [4]}
    gru: Layer = {"type": "GRU", "units": 4, "initial_state": "s", "inputs": "masking"}
    masking: Layer = {"type": "Masking", "inputs": "x"}
    assert "mask=masking_mask" in body(generate(X, state, masking, gru, dialect="tf.keras")[0])
    assert "mask=" not in body(generate(X, state, masking, gru, dialect="keras3")[0])
    both: list[Layer] = [X, {**X, "name": "y"}, {**masking, "name": "a"}, {**masking, "name": "b", "inputs": "y"}]
    joined: list[Layer] = [{"type": "Multiply", "name": "product", "inputs": ["a", "b"]}, {"type": "LSTM", "units": 2}]
    old = body(generate(*both, *joined, dialect="tf.keras")[0])
    assert "[keras.ops.copy(a), keras.ops.copy(b)]" in old
    assert "keras.ops.logical_and(a_mask, b_mask)" in old


def test_bidirectional_of_keras_2_repeats_outputs_at_masked_steps() -> None:
    both = {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "return_sequences": True}}
    assert "keras.layers.Bidirectional(" in generate(*MASKED, both, dialect="tf.keras")[0]
    old, _ = generate(*MASKED, both, dialect="keras2")
    assert "Bidirectional(" not in old
    assert '"bidirectional/backward/kernel": backward.kernel' in old


def test_cudnn_layers_are_plain_ones() -> None:
    model = specc.load({"specc": 1, "layers": [X, {"type": "CuDNNGRU", "units": 3}]})
    files = model.generate("keras")
    assert 'keras.layers.GRU(units=3, name="cu_dnngru")' in files.module.decode()
    assert files.arrays["cu_dnngru/bias"].shape == (2, 9)


def test_a_layer_called_twice_is_one_object() -> None:
    again = {"type": "Shared", "layer": "lstm", "inputs": "y", "name": "again"}
    first = {"type": "LSTM", "units": 2, "inputs": "x"}
    text = body(generate(X, {**X, "name": "y"}, first, again, {"type": "Add", "inputs": ["lstm", "again"]})[0])
    assert text.count("keras.layers.LSTM(") == 1
    assert "again = lstm_layer(y)" in text


def test_layers_are_not_called_as_functions_that_keras_names() -> None:
    layers: list[Layer] = [
        *MASKED,
        {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "return_sequences": True}},
        {"type": "Concatenate", "inputs": ["bidirectional", "x"], "name": "concatenate_1"},
    ]
    text, _ = generate(*layers, dialect="keras2")
    assert "keras.ops.concatenate(" in text
    assert 'name="concatenate_1_layer"' in text
    assert 'name="concatenate_1"' in generate(*layers, dialect="tf.keras")[0]


REFUSED: dict[str, tuple[str, list[Layer], tuple[str | int, ...]]] = {
    "bilinear interpolation counted from the corners of pixels": (
        "keras2",
        [{"type": "Input", "shape": [4, 4, 3]}, {"type": "UpSampling2D", "interpolation": "bilinear"}],
        ("layers", 1),
    ),
    "statistics along several axes": ("tf.keras", [X, {"type": "BatchNormalization", "axis": [1, 2]}], ("layers", 1)),
    "RadialConstraint": (
        "keras2",
        [X, {"type": "Dense", "units": 2, "kernel_constraint": "radial_constraint"}],
        ("layers", 1, "kernel_constraint"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_keras_3_cannot_compute_is_refused_at_the_layer(what: str) -> None:
    dialect, layers, path = REFUSED[what]
    with pytest.raises(SpecError) as caught:
        generate(*layers, dialect=dialect)
    (finding,) = caught.value.diagnostics
    assert (finding.code, finding.path) == ("T601", path)
    assert what in finding.message


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        ({"type": "LSTM", "units": 2, "activity_regularizer": "l2"}, "divides the penalty"),
        ({"type": "GRU", "units": 2, "implementation": 2, "recurrent_dropout": 0.1}, "does several things otherwise"),
        ({"type": "Dropout", "rate": 1.0}, "drops everything"),
    ],
)
def test_what_keras_3_trains_otherwise_is_said(layer: dict[str, Any], reason: str) -> None:
    _, findings = generate(X, layer, dialect="keras2")
    assert [(f.code, f.severity, f.path) for f in findings] == [("T602", "warning", ("layers", 1))]
    assert reason in next(iter(findings)).message

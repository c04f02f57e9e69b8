"""Specs that say the same in other words have one form and one identity; what changes the model changes both."""

from __future__ import annotations

import json
from typing import Any

import pytest

from specc.canonical import canonical
from tests.loading import load_text, spec

INPUT = "type: Input, name: x, shape: [4, 3]"


def identity(text: str, dialect: str | None = None) -> str:
    return load_text(text, dialect).identity


def model(*layers: str, **top: str) -> str:
    return spec("\n".join((INPUT, *layers)), **top)


SAME = {
    "a default written out": ("type: LSTM, units: 2", "type: LSTM, units: 2, activation: tanh, use_bias: true"),
    "the dialect's default": ("type: LSTM, units: 2", "type: LSTM, units: 2, recurrent_activation: hard_sigmoid"),
    "the default name": ("type: LSTM, units: 2", "type: LSTM, units: 2, name: lstm"),
    "the input before": ("type: LSTM, units: 2", "type: LSTM, units: 2, inputs: x"),
    "a list of one": ("type: Dense, units: 2, inputs: x", "type: Dense, units: 2, inputs: [x]"),
    "null for linear": ("type: LSTM, units: 2, activation: null", "type: LSTM, units: 2, activation: linear"),
    "a whole number for a float": ("type: Dropout, rate: 1", "type: Dropout, rate: 1.0"),
    "one number for each axis": (
        "type: Conv1D, filters: 2, kernel_size: 2",
        "type: Conv1D, filters: 2, kernel_size: 2, strides: [1]",
    ),
    "Keras's way to write an initializer": (
        "type: Dense, units: 2, kernel_initializer: {type: random_normal, stddev: 0.1}",
        "type: Dense, units: 2, kernel_initializer: {class_name: RandomNormal, config: {stddev: 0.1, mean: 0.0}}",
    ),
    "a penalty of nothing": (
        "type: Dense, units: 2",
        "type: Dense, units: 2, kernel_regularizer: {type: l1_l2, l1: 0, l2: 0}",
    ),
    "a name inside a wrapper": (
        "type: TimeDistributed, layer: {type: Dense, units: 2}",
        "type: TimeDistributed, layer: {type: Dense, units: 2, name: inner, activation: linear}",
    ),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME.keys())
def test_same_in_other_words(pair: tuple[str, str]) -> None:
    one, other = pair
    assert identity(model(one)) == identity(model(other))
    assert canonical(load_text(model(one)).spec) == canonical(load_text(model(other)).spec)


def test_what_speaks_to_specc_is_not_the_model() -> None:
    plain = model("type: LSTM, units: 2")
    notes = {"max_memory": "99999", "dialect": "keras2", "expect": "{parameters: 48}"}
    assert identity(model("type: LSTM, units: 2", **notes)) == identity(plain)
    assert identity(model("type: LSTM, units: 2", outputs="[lstm]")) == identity(plain)
    assert identity(json.dumps(canonical(load_text(plain).spec))) == identity(plain)


@pytest.mark.parametrize(
    "other",
    [
        model("type: LSTM, units: 3"),
        model("type: LSTM, units: 2, name: other"),
        model("type: LSTM, units: 2, dropout: 0.5"),
        model("type: LSTM, units: 2, bias_initializer: ones"),
        model("type: LSTM, units: 2", name="other"),
        model("type: LSTM, units: 2", seed="1"),
        model("type: LSTM, units: 2", description="of use"),
        model("type: LSTM, units: 2", metadata="{owner: me}"),
        model("type: LSTM, units: 2", dialect="keras1"),
        model("type: LSTM, units: 2", keras_version='"2.2.4"'),
        model("type: LSTM, units: 2, return_state: true", outputs="lstm"),
        model("type: LSTM, units: 2, return_state: true"),
    ],
)
def test_what_changes_the_model_changes_its_identity(other: str) -> None:
    assert identity(other) != identity(model("type: LSTM, units: 2"))


def test_the_dialect_in_force_decides_the_defaults() -> None:
    text = model("type: GRU, units: 2, reset_after: true")
    assert layer(canonical(load_text(text).spec), 1) == {"type": "GRU", "name": "gru", "units": 2, "reset_after": True}
    assert layer(canonical(load_text(text, "tf.keras").spec), 1) == {"type": "GRU", "name": "gru", "units": 2}
    assert identity(text, "tf.keras") == identity(text.replace("specc: 1", "specc: 1\ndialect: tf.keras"))


def test_shape_of_the_form() -> None:
    text = spec(
        "type: Bidirectional, name: b, input_shape: [null, 3], merge_mode: null, layer: {type: GRU, units: 2}\n"
        "type: Add, inputs: [b, b.backward]",
        description="two ways",
        seed="7",
    )
    assert canonical(load_text(text).spec) == {
        "specc": 1,
        "name": "model",
        "description": "two ways",
        "dialect": "keras2",
        "seed": 7,
        "layers": [
            {
                "type": "Bidirectional",
                "name": "b",
                "layer": {"type": "GRU", "units": 2},
                "merge_mode": None,
                "input_shape": [None, 3],
            },
            {"type": "Add", "name": "add", "inputs": ["b", "b.backward"]},
        ],
    }


def layer(data: dict[str, Any], index: int) -> dict[str, Any]:
    found: dict[str, Any] = data["layers"][index]
    return found

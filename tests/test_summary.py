"""The numbers of the summary, worked out by hand, and its layout."""

from __future__ import annotations

from typing import Any

import pytest

import specc
from specc.summary import Summary
from specc.weights import show_bytes


def summary(*layers: dict[str, Any], **top: Any) -> Summary:
    return specc.load({"specc": 1, "layers": list(layers), **top}).summary()


INPUT = {"type": "Input", "name": "x", "shape": [None, 8]}
FIXED = {**INPUT, "batch_size": 4}


@pytest.mark.parametrize(
    ("layer", "parameters"),
    [
        ({"type": "LSTM", "units": 16}, 4 * 16 * (8 + 16 + 1)),
        ({"type": "LSTM", "units": 16, "use_bias": False}, 4 * 16 * (8 + 16)),
        ({"type": "GRU", "units": 16}, 3 * 16 * (8 + 16 + 1)),
        ({"type": "GRU", "units": 16, "reset_after": True}, 3 * 16 * (8 + 16 + 2)),
        ({"type": "SimpleRNN", "units": 16}, 16 * (8 + 16 + 1)),
        ({"type": "Bidirectional", "layer": {"type": "LSTM", "units": 16}}, 2 * 4 * 16 * (8 + 16 + 1)),
        ({"type": "TimeDistributed", "layer": {"type": "Dense", "units": 5}}, 5 * (8 + 1)),
    ],
)
def test_parameters(layer: dict[str, Any], parameters: int) -> None:
    table = summary(INPUT, layer)
    assert table.rows[-1].parameters == table.parameters == table.trainable == parameters
    assert table.weight_bytes == 4 * parameters


def test_untrained_layers_count_apart() -> None:
    table = summary(INPUT, {"type": "LSTM", "units": 16, "trainable": False}, {"type": "Dense", "units": 1})
    assert (table.trainable, table.non_trainable) == (17, 1600)


def test_states() -> None:
    stateful = {"units": 16, "stateful": True, "return_sequences": True}
    assert summary(FIXED, {"type": "LSTM", **stateful}).state_bytes == 2 * 4 * 16 * 4
    assert summary(FIXED, {"type": "LSTM", **stateful}, {"type": "GRU", **stateful}).state_bytes == 3 * 4 * 16 * 4
    assert summary(FIXED, {"type": "LSTM", "units": 16}).state_bytes == 0


def test_shapes_and_connections() -> None:
    table = summary(
        {"type": "Input", "name": "source", "shape": [None, 8]},
        {"type": "Input", "name": "target", "shape": [10, 8]},
        {"type": "LSTM", "name": "encoder", "inputs": "source", "units": 16, "return_state": True},
        {
            "type": "LSTM",
            "name": "decoder",
            "inputs": "target",
            "units": 16,
            "return_sequences": True,
            "initial_state": ["encoder.state_h", "encoder.state_c"],
        },
    )
    assert [(row.layer, row.shape, row.connected_to) for row in table.rows] == [
        ("source (Input)", "(None, None, 8)", "-"),
        ("target (Input)", "(None, 10, 8)", "-"),
        ("encoder (LSTM)", "[(None, 16), (None, 16), (None, 16)]", "source"),
        ("decoder (LSTM)", "(None, 10, 16)", "target, encoder.state_h, encoder.state_c"),
    ]


@pytest.mark.parametrize(
    ("fields", "dialect", "note"),
    [
        ({"dropout": 0.1}, "keras2", "dropout is inert in inference: `layer`"),
        ({"recurrent_dropout": 0.1}, "keras2", "dropout is inert in inference: `layer`"),
        (
            {"bias_regularizer": "l2"},
            "keras2",
            "regularizers and constraints are inert in inference: `layer`",
        ),
        (
            {"kernel_constraint": "max_norm"},
            "keras2",
            "regularizers and constraints are inert in inference: `layer`",
        ),
        ({"implementation": 2}, "keras2", "`implementation` changes no result: `layer`"),
        ({"implementation": 1}, "tf.keras", "`implementation` changes no result: `layer`"),
        ({"implementation": 2}, "tf.keras", None),
        ({}, "tf.keras", None),
        ({}, "keras2", None),
    ],
)
def test_notes_reach_into_wrappers(fields: dict[str, Any], dialect: str, note: str | None) -> None:
    plain = {"type": "LSTM", "units": 2, **fields}
    wrapped = {"type": "Bidirectional", "name": "layer", "layer": plain}
    for layer in ({**plain, "name": "layer"}, wrapped):
        assert summary(INPUT, layer, dialect=dialect).notes == ((note,) if note else ())


def test_a_narrow_terminal_wraps_the_widest_columns() -> None:
    name = "a_layer_with_a_long_name"
    table = summary(INPUT, {"type": "LSTM", "name": name, "units": 16, "return_state": True, "dropout": 0.5})
    lines = table.render(64).splitlines()
    assert max(map(len, lines)) <= 64
    joined = "".join(line[: line.find("  ")] if "  " in line else line for line in lines)
    assert name in joined
    assert max(map(len, table.render().splitlines())) > 64


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1.0 KiB"),
        (1536, "1.5 KiB"),
        (5 * 2**30, "5.0 GiB"),
        (2**50, "1.0 PiB"),
    ],
)
def test_bytes(count: int, text: str) -> None:
    assert show_bytes(count) == text

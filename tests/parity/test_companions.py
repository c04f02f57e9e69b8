"""The layers around recurrent ones: shapes, tables, masks and joins, alone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import FEATURES, UNITS, begin

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
VECTOR: Entry = {"type": "Input", "name": "x", "shape": [6]}
SEQUENCE: Entry = {"type": "Input", "name": "x", "shape": [None, FEATURES]}
FIXED: Entry = {"type": "Input", "name": "x", "shape": [5, FEATURES]}
IMAGES: Entry = {"type": "Input", "name": "x", "shape": [5, 2, FEATURES]}

SINGLE: dict[str, list[Entry]] = {
    "dense-2d": [VECTOR, {"type": "Dense", "units": UNITS, "activation": "relu"}],
    "dense-3d": [SEQUENCE, {"type": "Dense", "units": UNITS, "use_bias": False}],
    "dense-4d": [IMAGES, {"type": "Dense", "units": UNITS}],
    "dropout": [SEQUENCE, {"type": "Dropout", "rate": 0.5}],
    "dropout-noise": [FIXED, {"type": "Dropout", "rate": 0.5, "noise_shape": [None, 1, FEATURES], "seed": 1}],
    "flatten": [FIXED, {"type": "Flatten"}],
    "flatten-4d": [IMAGES, {"type": "Flatten"}],
    "flatten-first": [IMAGES, {"type": "Flatten", "data_format": "channels_first"}],
    "flatten-2d": [VECTOR, {"type": "Flatten"}],
    "flatten-unknown": [SEQUENCE, {"type": "Flatten"}],
    "reshape": [FIXED, {"type": "Reshape", "target_shape": [FEATURES, 5]}],
    "reshape-open": [VECTOR, {"type": "Reshape", "target_shape": [-1, 2]}],
    "reshape-unknown": [SEQUENCE, {"type": "Reshape", "target_shape": [-1, 1]}],
    "reshape-4d": [IMAGES, {"type": "Reshape", "target_shape": [10, FEATURES]}],
    "permute": [SEQUENCE, {"type": "Permute", "dims": [2, 1]}],
    "permute-4d": [IMAGES, {"type": "Permute", "dims": [3, 1, 2]}],
    "repeat": [VECTOR, {"type": "RepeatVector", "n": 3}],
    "masking": [SEQUENCE, {"type": "Masking"}],
    "masking-value": [SEQUENCE, {"type": "Masking", "mask_value": 2.5}],
    "masking-2d": [VECTOR, {"type": "Masking", "mask_value": -1.0}],
    "activation": [IMAGES, {"type": "Activation", "activation": "softmax"}],
}


def with_names(layers: list[Entry]) -> list[Entry]:
    return [{"name": f"layer_{i}", **entry} for i, entry in enumerate(layers)]


@pytest.mark.parametrize("layers", SINGLE.values(), ids=SINGLE)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_layer(dialect: str, layers: list[Entry]) -> None:
    mask_value = layers[-1].get("mask_value", 0.0)
    check_parity({"dialect": dialect, "layers": with_names(layers)}, mask_value=mask_value)


@pytest.mark.parametrize("shape", [[None], [None, 4], []])
@pytest.mark.parametrize("mask_zero", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_embedding(dialect: str, mask_zero: bool, shape: list[int | None]) -> None:
    ids = {"type": "Input", "name": "ids", "shape": shape, "dtype": "int32"}
    table = {"type": "Embedding", "name": "t", "input_dim": 11, "output_dim": 5, "mask_zero": mask_zero}
    check_parity({"dialect": dialect, "layers": [ids, table]})


JOINS = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")
SHAPES: dict[str, list[list[int | None]]] = {
    "2d": [[4], [4]],
    "3d": [[None, 4], [None, 4]],
    "ranks": [[None, 4], [4]],
    "ranks-turned": [[4], [None, 4]],
    "one-step": [[None, 4], [1, 4]],
    "one-feature": [[None, 1], [None, 4]],
    "4d": [[None, 2, 4], [4]],
    "three": [[None, 4], [None, 4], [None, 4]],
    "three-broadcast": [[4], [None, 4], [None, 1]],
}


@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("join", JOINS[:-1])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_joins_broadcast(dialect: str, join: str, shapes: list[list[int | None]]) -> None:
    if join == "Subtract" and len(shapes) > 2:
        pytest.skip("Subtract takes two inputs")
    inputs = [{"type": "Input", "name": f"x{i}", "shape": s} for i, s in enumerate(shapes)]
    layer = {"type": join, "name": "join", "inputs": [e["name"] for e in inputs]}
    check_parity({"dialect": dialect, "layers": [*inputs, layer]}, patterns=("none", "holes"))


@pytest.mark.parametrize("axis", [1, 2, -1, -2])
@pytest.mark.parametrize("shapes", [[[None, 4], [None, 4]], [[5, 4], [5, 4], [5, 4]]], ids=["two", "three"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_concatenate(dialect: str, shapes: list[list[int | None]], axis: int) -> None:
    inputs = [{"type": "Input", "name": f"x{i}", "shape": s} for i, s in enumerate(shapes)]
    layer = {"type": "Concatenate", "name": "join", "inputs": [e["name"] for e in inputs], "axis": axis}
    check_parity({"dialect": dialect, "layers": [*inputs, layer]})


DISTRIBUTED: dict[str, tuple[list[int | None], Entry]] = {
    "dense": ([None, FEATURES], {"type": "Dense", "units": 5, "activation": "tanh"}),
    "dense-4d": ([None, 2, FEATURES], {"type": "Dense", "units": 5}),
    "activation": ([None, FEATURES], {"type": "Activation", "activation": "softmax"}),
    "dropout": ([None, FEATURES], {"type": "Dropout", "rate": 0.3}),
    "flatten": ([None, 2, FEATURES], {"type": "Flatten"}),
    "reshape": ([None, 2, FEATURES], {"type": "Reshape", "target_shape": [FEATURES, 2]}),
    "permute": ([None, 2, FEATURES], {"type": "Permute", "dims": [2, 1]}),
    "repeat": ([None, FEATURES], {"type": "RepeatVector", "n": 2}),
    "lstm": ([None, 4, FEATURES], {"type": "LSTM", "units": 5}),
    "gru": ([None, 4, FEATURES], {"type": "GRU", "units": 5, "return_sequences": True, "go_backwards": True}),
    "rnn": ([5, 4, FEATURES], {"type": "SimpleRNN", "units": 5, "unroll": True}),
    "bidirectional": ([None, 4, FEATURES], {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 5}}),
    "twice": ([None, 2, 4, FEATURES], {"type": "TimeDistributed", "layer": {"type": "LSTM", "units": 5}}),
}


@pytest.mark.parametrize(("shape", "layer"), DISTRIBUTED.values(), ids=DISTRIBUTED)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_time_distributed(dialect: str, shape: list[int | None], layer: Entry) -> None:
    x = {"type": "Input", "name": "x", "shape": shape}
    spread = {"type": "TimeDistributed", "name": "spread", "layer": layer}
    check_parity({"dialect": dialect, "layers": [x, spread]}, patterns=("none", "holes"))


@pytest.mark.parametrize("mask_zero", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_time_distributed_embedding(dialect: str, mask_zero: bool) -> None:
    ids = {"type": "Input", "name": "x", "shape": [None, 4], "dtype": "int32"}
    table = {"type": "Embedding", "input_dim": 11, "output_dim": FEATURES, "mask_zero": mask_zero}
    spread = {"type": "TimeDistributed", "name": "spread", "layer": table}
    check_parity({"dialect": dialect, "layers": [ids, spread]})


@pytest.mark.parametrize("source", ["masking", "embedding"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_masked_sequences_of_vectors_through_dense(dialect: str, source: str) -> None:
    layers = [
        *begin(source, None),
        {"type": "LSTM", "name": "rnn", "units": UNITS, "return_sequences": True},
        {"type": "TimeDistributed", "name": "spread", "layer": {"type": "Dense", "units": 2}},
    ]
    check_parity({"dialect": dialect, "layers": layers})

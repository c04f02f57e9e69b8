"""What the compiled files are made of: native nodes, few of them, valid in every opset, and the same each time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import onnx
import pytest

import specc
from tests.conformance.compiled import run_file

MOST_NODES = 30
OPSETS = range(15, 24)
NATIVE = ("tanh", "sigmoid", "relu", "hard_sigmoid", "elu", "softplus", "softsign", "linear")
"""Activations that ONNX's recurrent operators have."""
X: dict[str, Any] = {"type": "Input", "name": "x", "shape": [None, 3]}
MASKING: dict[str, Any] = {"type": "Masking"}
CELLS: dict[str, dict[str, Any]] = {
    "LSTM": {"type": "LSTM", "units": 4},
    "GRU_after": {"type": "GRU", "units": 4, "reset_after": True},
    "GRU_before": {"type": "GRU", "units": 4, "reset_after": False},
    "SimpleRNN": {"type": "SimpleRNN", "units": 4},
}
GATED = ("LSTM", "GRU_after", "GRU_before")
DIALECTS = ("keras2", "tf.keras", "keras3")


def compile_layers(*layers: dict[str, Any], opset: int = 17, **header: Any) -> bytes:
    return specc.load({"specc": 1, **header, "layers": list(layers)}).compile(opset=opset)


def kinds(model: bytes) -> Counter[str]:
    """How many nodes of each kind, those inside loops included."""
    return Counter(node.op_type for node in nodes(onnx.load_from_string(model).graph))


def nodes(graph: onnx.GraphProto) -> Iterator[onnx.NodeProto]:
    for node in graph.node:
        yield node
        for attribute in node.attribute:
            yield from nodes(attribute.g)


def variants(cell: str) -> Iterator[list[dict[str, Any]]]:
    """A layer with and without masks under its flags, alone and both ways, with and without given states."""
    for masked, sequences, backwards, starts in product((False, True), repeat=4):
        names = ["s0", "s1"] if cell == "LSTM" else ["s0"]
        states: list[dict[str, Any]] = [{"type": "Input", "name": n, "shape": [4]} for n in names] if starts else []
        layer = CELLS[cell] | {"return_sequences": sequences, "return_state": True}
        start = {"initial_state": names} if starts else {}
        before = [*states, X, *([MASKING] if masked else [])]
        yield [*before, {**layer, **start, "go_backwards": backwards}]
        if not starts and not backwards:
            yield [*before, {"type": "Bidirectional", "layer": layer}]


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_gated_layers_are_one_native_node(dialect: str, cell: str) -> None:
    for layers in variants(cell):
        found = kinds(compile_layers(*layers, dialect=dialect))
        assert found[CELLS[cell]["type"]] == 1
        assert not found.keys() & {"Loop", "Scan", "If", "RNN"}


@pytest.mark.parametrize("activation", NATIVE)
@pytest.mark.parametrize("cell", GATED)
def test_native_activations_stay_native(cell: str, activation: str) -> None:
    for gate, masking in product(("sigmoid", activation), ([], [MASKING])):
        layer = CELLS[cell] | {"activation": activation, "recurrent_activation": gate}
        found = kinds(compile_layers(X, *masking, layer))
        assert found[CELLS[cell]["type"]] == 1
        assert not found.keys() & {"Loop", "Scan"}


@pytest.mark.parametrize("activation", ["tanh", "selu", "softmax"])
@pytest.mark.parametrize("cell", CELLS)
def test_there_is_never_a_loop(cell: str, activation: str) -> None:
    for layers in variants(cell):
        inner = layers[-1].get("layer", layers[-1])
        inner["activation"] = activation
        assert "Loop" not in kinds(compile_layers(*layers))


@pytest.mark.parametrize("cell", GATED)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_masked_layer_costs_few_nodes(dialect: str, cell: str) -> None:
    """All nodes of the file count, those that make the mask too."""
    for layers in variants(cell):
        layer = layers[-1]
        limit = MOST_NODES
        limit += 3 if layer.get("go_backwards") else 0  # outputs in the order of processing
        limit += len(layer.get("initial_state", ()))
        limit += 10 if layer["type"] == "Bidirectional" else 0
        model = onnx.load_from_string(compile_layers(*layers, dialect=dialect))
        assert len(model.graph.node) <= limit, [node.op_type for node in model.graph.node]


def test_an_unmasked_layer_is_a_node_between_transposes() -> None:
    assert kinds(compile_layers(X, CELLS["LSTM"])) == {"Transpose": 1, "LSTM": 1, "Squeeze": 1}


def test_a_stack_turns_its_input_once() -> None:
    layers = [CELLS[cell] | {"return_sequences": True} for cell in GATED]
    assert kinds(compile_layers(X, *layers))["Transpose"] == 2


@pytest.mark.parametrize("cell", CELLS)
def test_every_opset_gives_the_same_numbers(cell: str) -> None:
    generator = np.random.default_rng(0)
    feeds = {"x": generator.uniform(-1, 1, (3, 5, 3)).astype(np.float32)}
    feeds["x"][0] = feeds["x"][1, 2] = feeds["x"][2, 4] = 0
    for activation in ("tanh", "selu"):
        inner = CELLS[cell] | {"activation": activation, "return_sequences": True}
        layers = [X, MASKING, inner, {"type": "Bidirectional", "layer": inner}, {"type": "Dense", "units": 2}]
        expected = run_file(compile_layers(*layers, seed=1), feeds)
        for opset in OPSETS:
            model = compile_layers(*layers, seed=1, opset=opset)
            onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
            for name, array in run_file(model, feeds).items():
                np.testing.assert_allclose(array, expected[name], rtol=0, atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_files_are_valid(dialect: str, cell: str) -> None:
    for layers in variants(cell):
        model = onnx.load_from_string(compile_layers(*layers, dialect=dialect))
        onnx.checker.check_model(model, full_check=True)
        assert {entry.domain for entry in model.opset_import} == {""}
        assert model.ir_version == 8


@pytest.mark.parametrize("cell", CELLS)
def test_the_same_spec_gives_the_same_bytes(cell: str) -> None:
    for layers in variants(cell):
        assert compile_layers(*layers, seed=3) == compile_layers(*layers, seed=3)

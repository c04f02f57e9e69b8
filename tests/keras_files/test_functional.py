"""Functional models: calls in every encoding, states, masks, layers called twice, models inside models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.keras_files.files import (
    called,
    layer,
    layers_of,
    network,
    numbers,
    refusals,
    run,
    same,
    sequential,
    translated,
    write_h5,
    write_paths,
)

X, Y = numbers(2, 5, 3, seed=1), numbers(2, 5, 3, seed=2)


def source(name: str, *shape: int | None, key: str = "batch_input_shape", dtype: str = "float32") -> dict[str, Any]:
    return called(layer("InputLayer", name, **{key: [None, *shape]}, dtype=dtype, sparse=False), [])


def tensor(name: str, node: int = 0, index: int = 0) -> dict[str, Any]:
    """A tensor as Keras 3 writes it."""
    history = {"shape": [None, 3], "dtype": "float32", "keras_history": [name, node, index]}
    return {"class_name": "__keras_tensor__", "config": history}


def dense(name: str, units: int, nodes: Any) -> dict[str, Any]:
    return called(layer("Dense", name, units=units, trainable=True), nodes)


STATES = [{"type": "Input", "name": "x", "shape": [5, 3]}, {"type": "Input", "name": "h", "shape": [2]}]
STATES += [{"type": "Input", "name": "c", "shape": [2]}]


@pytest.mark.parametrize("era", ["keras2", "keras3"])
def test_initial_states(era: str) -> None:
    lstm = layer("LSTM", "l", units=2, return_state=True, trainable=True, activation="tanh")
    if era == "keras2":
        nodes: Any = [[["x", 0, 0, {}], ["h", 0, 0, {}], ["c", 0, 0, {}]]]
        key, top = "batch_input_shape", {"keras_version": "2.2.4"}
    else:
        nodes = [{"args": [tensor("x")], "kwargs": {"initial_state": [tensor("h"), tensor("c")]}}]
        key, top = "batch_shape", {}
    inputs = [source("x", 5, 3, key=key), source("h", 2, key=key), source("c", 2, key=key)]
    ends = [["l", 0, 0], ["l", 0, 2]]
    data = translated(network([*inputs, called(lstm, nodes)], [[n, 0, 0] for n in "xhc"], ends, "Functional", **top))
    assert data["dialect"] == era
    assert data["layers"] == [
        *STATES,
        {"type": "LSTM", "name": "l", "inputs": "x", "units": 2, "return_state": True, "initial_state": ["h", "c"]},
    ]
    assert data["outputs"] == ["l", "l.state_1"]


def test_inputs_keep_the_order_of_the_model() -> None:
    layers = [source("b", 3), source("a", 3), called(layer("Concatenate", "cat"), [[["b", 0, 0], ["a", 0, 0]]])]
    model = network(layers, [["a", 0, 0], ["b", 0, 0]], [["cat", 0, 0]], keras_version="2.1.0")
    assert [slot.name for slot in specc.Session(specc.load(model).compile()).inputs] == ["a", "b"]


def test_layers_in_no_order() -> None:
    """Each is called when its inputs are there."""
    layers = [dense("last", 2, [[["first", 0, 0, {}]]]), dense("first", 4, [[["x", 0, 0, {}]]]), source("x", 3)]
    model = network(layers, [["x", 0, 0]], [["last", 0, 0]], keras_version="2.1.0")
    assert [item["name"] for item in layers_of(model)] == ["x", "first", "last"]


def test_a_layer_called_twice(tmp_path: Path) -> None:
    encoder = called(layer("LSTM", "enc", units=2), [[["a", 0, 0, {}]], [["b", 0, 0, {}]]])
    join = called(layer("Subtract", "out"), [[["enc", 0, 0, {}], ["enc", 1, 0, {}]]])
    layers = [source("a", 5, 3), source("b", 5, 3), encoder, join]
    model = network(layers, [["a", 0, 0], ["b", 0, 0]], [["out", 0, 0]], keras_version="2.2.4")
    assert layers_of(model)[2:] == [
        {"type": "LSTM", "name": "enc", "inputs": "a", "units": 2},
        {"type": "Shared", "name": "enc_1", "inputs": "b", "layer": "enc"},
        {"type": "Subtract", "name": "out", "inputs": ["enc", "enc_1"]},
    ]
    arrays = [numbers(3, 8), numbers(2, 8), numbers(8)]
    file = write_h5(tmp_path / "m.h5", {"enc": arrays}, model)
    alone = sequential(layer("LSTM", "enc", batch_input_shape=[None, 5, 3], units=2), keras_version="2.2.4")
    once = write_h5(tmp_path / "once.h5", {"enc": arrays}, alone)
    assert same(run(file, X, Y), [run(once, X)[0] - run(once, Y)[0]])


@pytest.mark.parametrize("node", [0, 1])
def test_a_model_inside_whose_first_call_is_counted_or_not(tmp_path: Path, node: int) -> None:
    """Keras counts the call that built the inner model, so that the first visible one has number 1."""
    inner = network([source("i", 3), dense("d", 2, [[["i", 0, 0, {}]]])], [["i", 0, 0]], [["d", 0, 0]])
    inner["config"]["name"] = "inner"
    nested = {**inner, "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]]]}
    out = dense("out", 1, [[["inner", node, 0, {}]]])
    model = network([source("x", 3), nested, out], [["x", 0, 0]], [["out", 0, 0]], keras_version="2.2.4")
    kernel, bias, last = numbers(3, 2), numbers(2), numbers(2, 1)
    file = write_h5(tmp_path / "m.h5", {"inner": [kernel, bias], "out": [last, numbers(1)]}, model)
    x = numbers(4, 3)
    assert np.allclose(run(file, x)[0], (x @ kernel + bias) @ last + numbers(1), atol=1e-6)
    assert [item["name"] for item in layers_of(model)] == ["x", "inner_d", "out"]


def test_calls_of_a_model_inside_as_outputs_of_keras_3(tmp_path: Path) -> None:
    """Keras 3 counts the call that built a functional model in the outputs of the outer one, and nowhere else."""
    inner = network([source("i", 3, key="batch_shape"), dense("d", 3, [{"args": [tensor("i")], "kwargs": {}}])],
                    [["i", 0, 0]], [["d", 0, 0]], "Functional")  # fmt: skip
    inner["config"]["name"] = "inner"
    nodes = [{"args": [tensor("x")], "kwargs": {}}, {"args": [tensor("inner", 0)], "kwargs": {}}]
    nested = {**inner, "name": "inner", "inbound_nodes": nodes}
    last = dense("out", 1, [{"args": [tensor("inner", 1)], "kwargs": {}}])
    ends = [["inner", 1, 0], ["inner", 2, 0], ["out", 0, 0]]
    model = network([source("x", 3, key="batch_shape"), nested, last], [["x", 0, 0]], ends, "Functional")
    kernel, bias, wide = numbers(3, 3), numbers(3), numbers(3, 1)
    file = write_h5(tmp_path / "m.h5", {"inner": [kernel, bias], "out": [wide, numbers(1)]}, model, "3.5.0")
    x = numbers(4, 3)
    once = x @ kernel + bias
    twice = once @ kernel + bias
    assert same(run(file, x), [once, twice, twice @ wide + numbers(1)])


def test_outputs_that_are_inputs_or_stand_there_twice() -> None:
    layers = [source("x", 3), dense("d", 2, [[["x", 0, 0, {}]]])]
    ends = [["d", 0, 0], ["x", 0, 0], ["d", 0, 0]]
    data = translated(network(layers, [["x", 0, 0]], ends, keras_version="2.2.4"))
    assert data["outputs"] == ["d", "x_output", "d_output"]
    x = numbers(2, 3)
    first, second, third = run(network(layers, [["x", 0, 0]], ends, keras_version="2.2.4"), x)
    assert same([second, third], [x, first])


def test_an_output_of_a_model_inside_that_nobody_takes(tmp_path: Path) -> None:
    """The layers behind it are left out, and their arrays still stand in the file."""
    calls = [[["i", 0, 0, {}]]]
    inner_layers = [source("i", 3), dense("a", 3, calls), dense("unused", 3, calls), dense("b", 3, calls)]
    inner = network(inner_layers, [["i", 0, 0]], [["a", 0, 0], ["unused", 0, 0], ["b", 0, 0]])
    inner["config"]["name"] = "inner"
    nested = {**inner, "name": "inner", "inbound_nodes": [[["x", 0, 0, {}]]]}
    join = called(layer("Subtract", "out"), [[["inner", 1, 0, {}], ["inner", 1, 2, {}]]])
    model = network([source("x", 3), nested, join], [["x", 0, 0]], [["out", 0, 0]], keras_version="2.2.4")
    arrays = [numbers(3, 3, seed=i) for i in range(3)]
    biases = [numbers(3, seed=i) for i in range(3)]
    stored = [array for pair in zip(arrays, biases, strict=True) for array in pair]
    by_order = write_h5(tmp_path / "m.h5", {"inner": stored}, model)
    groups = zip(("dense", "dense_1", "dense_2"), arrays, biases, strict=True)
    by_path = write_paths(tmp_path / "w", {f"layers/model/layers/{n}": [k, b] for n, k, b in groups})
    x = numbers(4, 3)
    expected = (x @ arrays[0] + biases[0]) - (x @ arrays[2] + biases[2])
    for weights in (None, by_path):
        assert same(run(by_order, x, weights=weights), [expected])


@pytest.mark.parametrize("is_frozen", [False, True])
def test_the_order_of_weights_in_a_model_inside(tmp_path: Path, is_frozen: bool) -> None:
    """All that can be trained comes first; freezing a layer moves its arrays to the end."""
    inner = sequential(
        layer("Dense", "first", batch_input_shape=[None, 3], units=3, trainable=not is_frozen),
        layer("BatchNormalization", "norm", axis=-1, momentum=0.99, epsilon=0.001),
        layer("Dense", "second", units=3),
    )
    inner["config"]["name"] = "inner"
    model = sequential(inner, layer("Dense", "out", units=2), keras_version="2.2.4")
    first = [numbers(3, 3, seed=1), numbers(3, seed=1)]
    scale, moving = [numbers(3, seed=2), numbers(3, seed=3)], [numbers(3, seed=4), np.abs(numbers(3, seed=5)) + 1]
    second, out = [numbers(3, 3, seed=6), numbers(3, seed=6)], [numbers(3, 2), numbers(2)]
    stored = [*scale, *second, *first, *moving] if is_frozen else [*first, *scale, *second, *moving]
    file = write_h5(tmp_path / "m.h5", {"inner": stored, "out": out}, model)
    x = numbers(4, 3, seed=9)
    y = x @ first[0] + first[1]
    y = scale[0] * (y - moving[0]) / np.sqrt(moving[1] + 0.001) + scale[1]
    y = (y @ second[0] + second[1]) @ out[0] + out[1]
    assert np.allclose(run(file, x)[0], y, atol=1e-5)


def test_a_model_called_twice_with_two_outputs() -> None:
    ends = [["d", 0, 0], ["r", 0, 0]]
    inner_layers = [source("i", 3), dense("d", 2, [[["i", 0, 0, {}]]]),
                    called(layer("Activation", "r", activation="relu"), [[["d", 0, 0, {}]]])]  # fmt: skip
    inner = network(inner_layers, [["i", 0, 0]], ends)
    nested = {**inner, "name": "enc", "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]}
    nested["config"]["name"] = "enc"
    join = called(layer("Add", "out"), [[["enc", 1, 0, {}], ["enc", 2, 1, {}]]])
    layers = [source("a", 3), source("b", 3), nested, join]
    items = layers_of(network(layers, [["a", 0, 0], ["b", 0, 0]], [["out", 0, 0]], keras_version="2.2.4"))
    assert [(item["type"], item.get("inputs")) for item in items[2:]] == [
        ("Dense", "a"),
        ("Activation", None),
        ("Shared", "b"),
        ("Shared", None),
        ("Add", ["enc_d", "enc_r_1"]),
    ]


EMBEDDING = layer("Embedding", "e", input_dim=6, output_dim=3, mask_zero=True, trainable=True)


def masks(*layers: dict[str, Any], out: str) -> dict[str, Any]:
    """A functional model of Keras 3 on ids, with the mask of an Embedding written out."""
    module = "keras.src.ops.numpy"
    compare = layer("NotEqual", "ne") | {"module": module}
    begin = [
        source("ids", 4, key="batch_shape", dtype="int32"),
        called(EMBEDDING, [{"args": [tensor("ids")], "kwargs": {}}]),
        called(compare, [{"args": [tensor("ids"), 0], "kwargs": {}}]),
    ]
    return network([*begin, *layers], ["ids", 0, 0], [out, 0, 0], "Functional")


def test_masks_of_keras_3_are_implicit() -> None:
    gru = called(
        layer("GRU", "g", units=2, trainable=True),
        [{"args": [tensor("e")], "kwargs": {"mask": tensor("ne"), "training": False}}],
    )
    assert layers_of(masks(gru, out="g"))[1:] == [
        {"type": "Embedding", "name": "e", "input_dim": 6, "output_dim": 3, "mask_zero": True},
        {"type": "GRU", "name": "g", "units": 2},
    ]


def test_masks_of_keras_3_are_named_where_nothing_hands_them_on() -> None:
    flat = called(
        layer("Conv1D", "c", filters=2, kernel_size=1, trainable=True), [{"args": [tensor("e")], "kwargs": {}}]
    )
    gru = called(
        layer("GRU", "g", units=2, trainable=True), [{"args": [tensor("c")], "kwargs": {"mask": tensor("ne")}}]
    )
    assert layers_of(masks(flat, gru, out="g"))[-1] == {"type": "GRU", "name": "g", "units": 2, "mask": "ids"}


def test_operations_on_tensors_are_refused() -> None:
    add = {"module": "keras.src.ops.numpy", **layer("Add", "add")}
    nodes = [{"args": [tensor("e"), tensor("e")], "kwargs": {}}]
    gru = called(layer("GRU", "g", units=2, trainable=True), [{"args": [tensor("add")], "kwargs": {}}])
    (finding,) = refusals(masks(called(add, nodes), gru, out="g"))
    assert finding.code == "K711"
    assert "Add `add`" in finding.message


def test_an_explicit_mask_of_tf_keras() -> None:
    gru = called(layer("GRU", "g", units=2, reset_after=True), [[["x", 0, 0, {"mask": ["m", 0, 0]}]]])
    layers = [source("x", 5, 3), source("m", 5, dtype="bool"), gru]
    items = layers_of(network(layers, [["x", 0, 0], ["m", 0, 0]], [["g", 0, 0]], keras_version="2.6.0"))
    assert items[-1]["mask"] == "m"


CIRCLE = [source("x", 3), dense("a", 3, [[["b", 0, 0, {}]]]), dense("b", 3, [[["a", 0, 0, {}]]])]
BAD: dict[str, tuple[list[dict[str, Any]], str]] = {
    "no such layer": ([source("x", 3), dense("a", 3, [[["z", 0, 0, {}]]])], "K716"),
    "no such call": ([source("x", 3), dense("a", 3, [[["x", 5, 0, {}]]])], "K716"),
    "circle": (CIRCLE, "K716"),
    "no call": ([source("x", 3), dense("a", 3, [["x"]])], "K700"),
    "nodes of another kind": ([source("x", 3), dense("a", 3, 7)], "K700"),
    "two of one name": ([source("x", 3), *[dense("a", 3, [[["x", 0, 0, {}]]])] * 2], "K700"),
    "unknown argument": ([source("x", 3), dense("a", 3, [[["x", 0, 0, {"scale": 3}]]])], "K714"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad(case: str) -> None:
    layers, code = BAD[case]
    (finding, *more) = refusals(network(layers, [["x", 0, 0]], [["a", 0, 0]], keras_version="2.2.4"))
    assert finding.code == code
    assert not more

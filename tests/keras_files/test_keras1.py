"""Keras 1: renamed arguments, an array a gate, kernels in other orders, Merge, TimeDistributedDense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.keras_files.files import (
    called,
    layer,
    layers_of,
    network,
    numbers,
    refusals,
    run,
    run_spec,
    same,
    sequential,
    translated,
    write_h5,
)

X = numbers(2, 5, 3, seed=3)
LSTM = layer(
    "LSTM", "lstm_1", batch_input_shape=[None, 5, 3], input_dtype="float32", output_dim=2, init="glorot_uniform",
    inner_init="orthogonal", forget_bias_init="one", activation="tanh", inner_activation="hard_sigmoid",
    W_regularizer={"name": "L1L2Regularizer", "l1": 0.0, "l2": 0.01}, U_regularizer=None, b_regularizer=None,
    dropout_W=0.1, dropout_U=0.0, return_sequences=True, go_backwards=False, stateful=False, unroll=False,
    consume_less="cpu", input_dim=3, input_length=None, trainable=True,
)  # fmt: skip
DENSE = layer("TimeDistributedDense", "d", output_dim=2, bias=True, activation="linear", input_length=None, input_dim=2)


def one(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": list(layers), "keras_version": "1.2.2"}


def test_spec() -> None:
    data = translated(one(LSTM, DENSE))
    assert (data["dialect"], data["keras_version"]) == ("keras1", "1.2.2")
    assert data["layers"] == [
        {"type": "Input", "name": "lstm_1_input", "shape": [5, 3]},
        {
            "type": "LSTM",
            "name": "lstm_1",
            "units": 2,
            "kernel_regularizer": {"type": "l2", "l2": 0.01},
            "dropout": 0.1,
            "return_sequences": True,
        },
        {"type": "TimeDistributed", "name": "d", "layer": {"type": "Dense", "units": 2}},
    ]


def gates(kernel: Any, recurrent: Any, bias: Any, order: str, stored: str) -> list[Any]:
    """Three arrays a gate, in the order of Keras 1."""
    blocks = [np.split(array, len(order), axis=-1) for array in (kernel, recurrent, bias)]
    return [kind[order.index(gate)] for gate in stored for kind in blocks]


def test_an_array_a_gate(tmp_path: Path) -> None:
    kernel, recurrent, bias = numbers(3, 8), numbers(2, 8), numbers(8)
    dense = [numbers(2, 2), numbers(2)]
    stored = {"lstm_1": gates(kernel, recurrent, bias, "ifco", "icfo"), "d": dense}
    file = write_h5(tmp_path / "m.h5", stored, one(LSTM, DENSE), version=None)
    by_name = {"l/kernel": kernel, "l/recurrent_kernel": recurrent, "l/bias": bias}
    by_name |= {"d/layer/kernel": dense[0], "d/layer/bias": dense[1]}
    spec = {
        "dialect": "keras1",
        "layers": [
            {"type": "LSTM", "name": "l", "units": 2, "return_sequences": True, "input_shape": [5, 3]},
            {"type": "TimeDistributed", "name": "d", "layer": {"type": "Dense", "units": 2}},
        ],
    }
    assert same(run(file, X), run_spec(spec, by_name, tmp_path, X))


@pytest.mark.parametrize("form", ["1.2", "1.1"])
def test_kernels_over_time(tmp_path: Path, form: str) -> None:
    kernel, bias = numbers(2, 3, 4), numbers(4)
    stored = kernel[:, np.newaxis] if form == "1.2" else kernel[:, np.newaxis].transpose(3, 2, 0, 1)
    conv = layer(
        "Convolution1D", "c", batch_input_shape=[None, 5, 3], nb_filter=4, filter_length=2, border_mode="valid",
        subsample_length=1, init="uniform", activation="relu", bias=True, input_dim=3, input_length=5,
    )  # fmt: skip
    file = write_h5(tmp_path / "m.h5", {"c": [stored, bias]}, one(conv), version=None)
    spec = {"layers": [{"type": "Conv1D", "name": "c", "filters": 4, "kernel_size": 2, "activation": "relu",
                        "input_shape": [5, 3]}]}  # fmt: skip
    assert same(run(file, X), run_spec(spec, {"c/kernel": kernel, "c/bias": bias}, tmp_path, X))


def test_kernels_of_images_with_channels_first(tmp_path: Path) -> None:
    kernel, bias, x = numbers(3, 3, 2, 3), numbers(3), numbers(2, 2, 6, 6)
    conv = layer("Convolution2D", "c", batch_input_shape=[None, 2, 6, 6], nb_filter=3, nb_row=3, nb_col=3,
                 border_mode="same", subsample=[1, 1], dim_ordering="th", bias=True)  # fmt: skip
    file = write_h5(tmp_path / "m.h5", {"c": [kernel.transpose(3, 2, 0, 1), bias]}, one(conv), version=None)
    spec = {"layers": [{"type": "Conv2D", "name": "c", "filters": 3, "kernel_size": 3, "padding": "same",
                        "data_format": "channels_first", "input_shape": [2, 6, 6]}]}  # fmt: skip
    assert same(run(file, x), run_spec(spec, {"c/kernel": kernel, "c/bias": bias}, tmp_path, x))


MERGES = [("sum", "Add"), ("mul", "Multiply"), ("ave", "Average"), ("max", "Maximum"), ("concat", "Concatenate")]


@pytest.mark.parametrize(("mode", "expected"), MERGES)
def test_merge_in_a_functional_model(mode: str, expected: str) -> None:
    inputs = [called(layer("InputLayer", n, batch_input_shape=[None, 3], input_dtype="float32"), []) for n in "ab"]
    merge = layer("Merge", "m", mode=mode, mode_type="raw", concat_axis=1, dot_axes=-1, output_shape=None,
                  output_shape_type="raw", arguments={}, output_mask=None, output_mask_type="raw")  # fmt: skip
    nodes = [[["a", 0, 0], ["b", 0, 0]]]
    model = network([*inputs, called(merge, nodes)], [["a", 0, 0], ["b", 0, 0]], [["m", 0, 0]], keras_version="1.2.0")
    item = layers_of(model)[-1]
    assert (item["type"], item["inputs"]) == (expected, ["a", "b"])


def test_merge_by_cosine_is_refused_with_the_reason() -> None:
    """The formula and the shape are those of keras-team 1.2.2, Merge.call."""
    inputs = [called(layer("InputLayer", n, batch_input_shape=[None, 3], input_dtype="float32"), []) for n in "ab"]
    merge = called(layer("Merge", "m", mode="cos", mode_type="raw", dot_axes=-1), [[["a", 0, 0], ["b", 0, 0]]])
    (finding,) = refusals(network([*inputs, merge], [["a", 0, 0], ["b", 0, 0]], [["m", 0, 0]], keras_version="1.2.0"))
    assert (finding.code, finding.message) == ("K713", "Merge `m` merges with `cos`, which specc cannot do")
    assert finding.hint is not None
    assert "(batch, 1, 1)" in finding.hint


def test_a_sequential_that_begins_with_a_merge(tmp_path: Path) -> None:
    """Its file holds the layers of the branches as if they were its own."""
    left = sequential(layer("Dense", "left", batch_input_shape=[None, 3], output_dim=2, input_dim=3))
    right = {"class_name": "Sequential", "config": [layer("Dense", "right", batch_input_shape=[None, 4], output_dim=2)]}
    merge = layer("Merge", "merge_1", mode="concat", mode_type="raw", concat_axis=-1, layers=[left, right])
    model = one(merge, layer("Dense", "out", output_dim=1, input_dim=4))
    arrays = {name: [numbers(*shape), numbers(shape[1], seed=1)] for name, shape in
              {"left": (3, 2), "right": (4, 2), "out": (4, 1)}.items()}  # fmt: skip
    a, b = numbers(5, 3), numbers(5, 4)
    (found,) = run(write_h5(tmp_path / "m.h5", arrays, model, version=None), a, b)
    joined = np.concatenate([x @ arrays[n][0] + arrays[n][1] for x, n in ((a, "left"), (b, "right"))], axis=-1)
    assert np.allclose(found, joined @ arrays["out"][0] + arrays["out"][1], atol=1e-6)


def test_old_regularizers_and_constraints() -> None:
    dense = layer("Dense", "d", batch_input_shape=[None, 3], output_dim=2,
                  W_regularizer={"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5},
                  W_constraint={"name": "MaxNorm", "m": 3, "axis": 0})  # fmt: skip
    item = layers_of(one(dense))[-1]
    assert item["kernel_regularizer"] == {"type": "l2", "l2": 0.5}
    assert item["kernel_constraint"] == {"type": "max_norm", "max_value": 3}

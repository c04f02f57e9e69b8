"""Files as Keras 2.0 to 2.3, the first tf.keras and TensorFlow.js wrote them, computed by loops from the equations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import specc
from specc.stores import layouts
from tests.keras_files.files import Array, Config, layer, numbers, run, same, sequential, write_h5
from tests.stores.equations import gru, hard_sigmoid, lstm, sigmoid

X = numbers(2, 5, 3, seed=5)
SHAPE: Config = {"batch_input_shape": [None, 5, 3]}
CELL = (numbers(3, 8, seed=1), numbers(2, 8, seed=2), numbers(8, seed=3))
BACK = (numbers(3, 8, seed=4), numbers(2, 8, seed=5), numbers(8, seed=6))
GRU = (numbers(3, 6, seed=1), numbers(2, 6, seed=2), numbers(2, 6, seed=3))
LSTM = layer("LSTM", "l", units=2, return_sequences=True, recurrent_activation="hard_sigmoid", **SHAPE)


def test_configs_without_the_arguments_of_later_versions(tmp_path: Path) -> None:
    """2.0.2 knew neither return_state nor reset_after, and listed layers."""
    old: Config = {"activation": "tanh", "recurrent_activation": "hard_sigmoid", "implementation": 0}
    one = layer("LSTM", "l", units=2, return_sequences=True, unit_forget_bias=True, **old, **SHAPE)
    two = layer("GRU", "g", units=3, return_sequences=True, **old)
    model = {"class_name": "Sequential", "config": [one, two], "keras_version": "2.0.2", "backend": "tensorflow"}
    plain = (numbers(2, 9, seed=7), numbers(3, 9, seed=8), numbers(9, seed=9))
    file = write_h5(tmp_path / "m.h5", {"l": list(CELL), "g": list(plain)}, model, "2.0.2")
    assert same(run(file, X), [gru(lstm(X, CELL, hard_sigmoid)[0], plain, hard_sigmoid)])


@pytest.mark.parametrize("kind", ["LSTM", "CuDNNLSTM"])
def test_arrays_of_cudnn_both_ways(tmp_path: Path, kind: str) -> None:
    arguments = {"recurrent_activation": "sigmoid"} if kind == "LSTM" else {}
    inner = layer(kind, "l", units=2, return_sequences=True, **arguments)
    model = sequential(layer("Bidirectional", "b", merge_mode="concat", layer=inner, **SHAPE), keras_version="2.2.4")
    arrays = [*layouts.cudnn_lstm(*CELL), *layouts.cudnn_lstm(*BACK)]
    back = lstm(X[:, ::-1], BACK, sigmoid)[0][:, ::-1]
    expected = np.concatenate([lstm(X, CELL, sigmoid)[0], back], -1)
    assert same(run(write_h5(tmp_path / "m.h5", {"b": arrays}, model), X), [expected])


@pytest.mark.parametrize("kind", ["GRU", "CuDNNGRU"])
def test_arrays_of_cudnn_in_models_and_over_time(tmp_path: Path, kind: str) -> None:
    arguments = {"recurrent_activation": "sigmoid", "reset_after": True} if kind == "GRU" else {}
    inner = sequential(layer(kind, "g", units=2, return_sequences=True, **arguments, **SHAPE))
    inner["config"]["name"] = "inner"
    arrays = list(layouts.cudnn_gru(*GRU))
    file = write_h5(tmp_path / "m.h5", {"inner": arrays}, sequential(inner, keras_version="2.1.6"), "2.1.6")
    assert same(run(file, X), [gru(X, GRU, sigmoid)])
    steps = layer("TimeDistributed", "td", layer=layer(kind, "g", units=2, **arguments),
                  batch_input_shape=[None, 4, 5, 3])  # fmt: skip
    file = write_h5(tmp_path / "m.h5", {"td": arrays}, sequential(steps, keras_version="2.1.6"), "2.1.6")
    x = numbers(2, 4, 5, 3)
    assert same(run(file, x), [gru(x.reshape(8, 5, 3), GRU, sigmoid)[:, -1].reshape(2, 4, 2)])


def test_the_first_tf_keras(tmp_path: Path) -> None:
    """`-tf`: masked steps of Bidirectional are zeros there, and BatchNormalization has a number."""
    inner = layer("LSTM", "l", units=2, return_sequences=True, recurrent_activation="hard_sigmoid", time_major=False)
    model = sequential(
        layer("Masking", "m", mask_value=0.0, dtype="float32", **SHAPE),
        layer("Bidirectional", "b", merge_mode="concat", layer=inner, dtype="float32"),
        layer("BatchNormalizationV1", "bn", axis=[2], momentum=0.99, epsilon=0.001),
        keras_version="2.2.4-tf",
    )
    scale, shift, mean, variance = (numbers(4, seed=i) for i in range(4))
    variance = np.abs(variance) + 1
    arrays = {"b": [*CELL, *BACK], "bn": [scale, shift, mean, variance]}
    x = X.copy()
    x[0, 1] = 0
    (found,) = run(write_h5(tmp_path / "m.h5", arrays, model, "2.2.4-tf"), x)
    np.testing.assert_allclose(found[0, 1], (0 - mean) / np.sqrt(variance + 0.001) * scale + shift, atol=1e-6)


def test_texts_of_python_2(tmp_path: Path) -> None:
    """to_yaml under Python 2 marked texts; tuples it marks everywhere."""
    lines = [
        "class_name: Sequential",
        "config:",
        "- class_name: LSTM",
        "  config: {batch_input_shape: !!python/tuple [null, 5, 3], name: !!python/unicode 'l', output_dim: 2,",
        "    activation: !!python/unicode 'tanh', inner_activation: hard_sigmoid, return_sequences: true,",
        "    init: glorot_uniform, inner_init: orthogonal, consume_less: cpu, W_regularizer: null}",
        "keras_version: 1.2.2",
    ]
    (tmp_path / "m.yaml").write_text("\n".join(lines))
    weights = write_h5(tmp_path / "w", {"l": list(layouts.split_keras1_lstm(*CELL))}, version=None)
    assert same(run(tmp_path / "m.yaml", X, weights=weights), [lstm(X, CELL, hard_sigmoid)[0]])


@pytest.mark.parametrize("text", ["bytes", "str", "objects"])
def test_the_version_stands_with_the_weights_alone(tmp_path: Path, text: str) -> None:
    """Attributes are bytes or text, of fixed or of variable length."""

    def written(value: str | list[str]) -> Any:
        if text == "str":
            return value
        if isinstance(value, list):
            encoded = [item.encode() for item in value]
            return encoded if text == "bytes" else np.array(value, dtype=object)
        return value.encode() if text == "bytes" else np.array(value, dtype=object)

    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = written(json.dumps(sequential(LSTM)))
        root = file.create_group("model_weights")
        root.attrs["keras_version"], root.attrs["backend"] = written("2.1.3"), written("tensorflow")
        root.attrs["layer_names"] = written(["l"])
        group = root.create_group("l")
        names = [f"l/{name}:0" for name in ("kernel", "recurrent_kernel", "bias")]
        group.attrs["weight_names"] = written(names)
        for name, array in zip(names, CELL, strict=True):
            group[name] = array
    assert str(specc.load(tmp_path / "m.h5").spec.header.keras_version) == "2.1.3"
    assert same(run(tmp_path / "m.h5", X), [lstm(X, CELL, hard_sigmoid)[0]])


def test_a_topology_of_tensorflow_js_without_its_manifest(tmp_path: Path) -> None:
    topology = {"keras_version": "2.1.6", "backend": "tensorflow", "model_config": sequential(LSTM)}
    model = {"format": "layers-model", "generatedBy": "keras v2.1.6", "modelTopology": topology}
    weights = write_h5(tmp_path / "w", {"l": list(CELL)})
    assert same(run(model, X, weights=weights), [lstm(X, CELL, hard_sigmoid)[0]])


def test_kernels_of_theano_over_time(tmp_path: Path) -> None:
    conv = layer("Conv2D", "c", filters=2, kernel_size=[3, 3], padding="valid", data_format="channels_last")
    model = sequential(layer("TimeDistributed", "td", layer=conv, batch_input_shape=[None, 2, 5, 5, 1]),
                       keras_version="2.1.6")  # fmt: skip
    kernel, bias, x = numbers(3, 3, 1, 2), numbers(2), numbers(1, 2, 5, 5, 1)
    file = write_h5(tmp_path / "m.h5", {"td": [kernel[::-1, ::-1], bias]}, model, "2.1.6", "theano")
    windows: Array = np.lib.stride_tricks.sliding_window_view(x, (3, 3), (2, 3))
    assert same(run(file, x), [np.einsum("ntyxchw,hwco->ntyxo", windows, kernel) + bias])

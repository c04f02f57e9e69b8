"""Layouts against numbers that real Keras versions gave, and there and back again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal
from onnx import helper

from specc.stores import layouts
from specc.stores.arrays import Array
from tests.stores import equations
from tests.stores.declarations import rounded

VECTORS = Path(__file__).parents[2] / "../shared/fixtures/vectors"
X = rounded((1, 4, 3), 1)

widths = st.integers(1, 7)
seeds = st.integers(0, 2**32 - 1)


def vector(name: str) -> Any:
    file = VECTORS / f"{name}.json"
    if not file.is_file():
        pytest.skip(f"no recorded vectors at {VECTORS}")
    return json.loads(file.read_text())


def cell(features: int, units: int, gates: int, seed: int, *bias: int) -> tuple[Array, Array, Array]:
    random = np.random.default_rng(seed)
    kernel = random.standard_normal((features, gates * units), dtype=np.float32)
    recurrent = random.standard_normal((units, gates * units), dtype=np.float32)
    return kernel, recurrent, random.standard_normal(bias or (gates * units,), dtype=np.float32)


def same(a: tuple[Any, ...], b: tuple[Any, ...]) -> None:
    for left, right in zip(a, b, strict=True):
        assert_array_equal(left, right)


# keras 1.2.2 and 2.1.6 computed these numbers (through their own loaders) from arrays that `rounded` makes.

KERAS_1_LSTM = [[-0.088655, 0.15701], [-0.19393, 0.144983], [-0.214618, 0.217666], [-0.197138, 0.271186]]
KERAS_1_GRU = [[-0.018093, 0.098056], [0.063853, -0.062608], [0.01687, -0.191424], [0.057354, -0.363081]]
CUDNN_LSTM = [[0.090375, 0.033478], [-0.047434, 0.133261], [-0.091485, 0.120473], [-0.105535, 0.142575]]
CUDNN_GRU = [[0.246704, -0.194632], [0.552021, -0.176607], [0.509117, -0.212962], [0.602793, -0.300286]]


def keras_1_arrays(gates: int) -> list[Array]:
    shapes = ((3, 2), (2, 2), (2,))
    return [rounded(shape, 90 + kind + 4 * gate) for gate in range(gates) for kind, shape in enumerate(shapes)]


def test_keras_1_lstm_computes_what_keras_1_2_2_did() -> None:
    fused = layouts.fuse_keras1_lstm(keras_1_arrays(4))
    assert_allclose(equations.lstm(X, fused, equations.hard_sigmoid)[0][0], KERAS_1_LSTM, atol=3e-6)


def test_keras_1_gru_computes_what_keras_1_2_2_did() -> None:
    fused = layouts.fuse_keras1_gru(keras_1_arrays(3))
    assert_allclose(equations.gru(X, fused, equations.hard_sigmoid)[0], KERAS_1_GRU, atol=3e-6)


def test_cudnn_lstm_computes_what_keras_2_1_6_did() -> None:
    plain = layouts.plain_lstm(rounded((3, 8), 71), rounded((2, 8), 72), rounded((16,), 73))
    assert_allclose(equations.lstm(X, plain, equations.sigmoid)[0][0], CUDNN_LSTM, atol=3e-6)
    assert_allclose(plain[0][0], [-0.63, -0.53, 0.66, 0.43, 0.83, 0.2, 0.45, 0.8], rtol=1e-6)


def test_cudnn_gru_computes_what_keras_2_1_6_did() -> None:
    plain = layouts.plain_gru(rounded((3, 6), 81), rounded((2, 6), 82), rounded((12,), 83))
    assert_allclose(equations.gru(X, plain, equations.sigmoid)[0], CUDNN_GRU, atol=3e-6)


@pytest.mark.parametrize(
    ("name", "convert"),
    [("10_cudnnlstm_to_lstm", layouts.plain_lstm), ("11_cudnngru_to_gru", layouts.plain_gru)],
)
def test_recorded_cudnn_vectors(name: str, convert: Any) -> None:
    record = vector(name)
    stored = record["weights"]["cudnn"]
    arrays = [np.asarray(stored[key], np.float32) for key in ("kernel", "recurrent_kernel", "bias")]
    wanted = record["outputs"]["keras >= 2.1.5 conversion"]
    bias = wanted.get("bias", wanted.get("bias(2,6)"))
    for found, expected in zip(convert(*arrays), (wanted["kernel"], wanted["recurrent_kernel"], bias), strict=True):
        assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "fuse"),
    [
        ("12_keras1_lstm_12_arrays", layouts.fuse_keras1_lstm),
        ("12g_keras1_gru_9_arrays", layouts.fuse_keras1_gru),
    ],
)
def test_recorded_keras_1_vectors(name: str, fuse: Any) -> None:
    record = vector(name)
    fused = fuse([np.asarray(array, np.float32) for array in record["weights"].values()])
    x, gate = record["inputs"]["x"], equations.hard_sigmoid
    found = equations.lstm(x, fused, gate)[0] if "lstm" in name else equations.gru(x, fused, gate)
    (wanted,) = record["outputs"].values()
    assert_allclose(found, wanted["sequence"], atol=record["tolerance"])


@given(widths, widths, seeds)
def test_keras_1_there_and_back(features: int, units: int, seed: int) -> None:
    lstm, gru = cell(features, units, 4, seed), cell(features, units, 3, seed)
    same(layouts.fuse_keras1_lstm(layouts.split_keras1_lstm(*lstm)), lstm)
    same(layouts.fuse_keras1_gru(layouts.split_keras1_gru(*gru)), gru)
    arrays = layouts.split_keras1_lstm(*lstm)
    assert [array.shape for array in arrays] == [(features, units), (units, units), (units,)] * 4
    same(layouts.split_keras1_lstm(*layouts.fuse_keras1_lstm(arrays)), arrays)


@given(widths, widths, seeds)
def test_cudnn_there_and_back(features: int, units: int, seed: int) -> None:
    lstm, gru = cell(features, units, 4, seed), cell(features, units, 3, seed, 2, 3 * units)
    same(layouts.plain_lstm(*layouts.cudnn_lstm(*lstm)), lstm)
    same(layouts.plain_gru(*layouts.cudnn_gru(*gru)), gru)
    stored = cell(features, units, 3, seed, 6 * units)
    same(layouts.cudnn_gru(*layouts.plain_gru(*stored)), stored)


@given(widths, widths, seeds)
def test_onnx_lstm_there_and_back(features: int, units: int, seed: int) -> None:
    kernel, recurrent, bias = cell(features, units, 4, seed)
    W, R, B = layouts.onnx_lstm(kernel, recurrent, bias)
    assert B is not None
    i, o, f, c = np.split(W[0], 4)
    assert_array_equal(np.concatenate([i, f, c, o]).T, kernel)
    i, o, f, c = np.split(R[0], 4)
    assert_array_equal(np.concatenate([i, f, c, o]).T, recurrent)
    i, o, f, c = np.split(B[0, : 4 * units], 4)
    assert_array_equal(np.concatenate([i, f, c, o]), bias)


def run_onnx(op: str, arrays: layouts.OnnxCell, x: Array, **attributes: Any) -> Any:
    """The op's outputs (batch, time, units), computed by onnxruntime."""
    W, R, B = arrays
    initializers = [helper.make_tensor(n, 1, a.shape, a.tobytes(), raw=True) for n, a in (("W", W), ("R", R))]
    if B is not None:
        initializers.append(helper.make_tensor("B", 1, B.shape, B.tobytes(), raw=True))
    node = helper.make_node(
        op, ["x", "W", "R", *(["B"] if B is not None else [])], ["y"], hidden_size=R.shape[-1], **attributes
    )
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", 1, [None, None, None])],
        [helper.make_tensor_value_info("y", 1, [None, None, None, None])],
        initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    runner = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (y,) = runner.run(None, {"x": np.ascontiguousarray(x.transpose(1, 0, 2))})
    return y[:, 0].transpose(1, 0, 2)


@settings(max_examples=15, deadline=None)
@given(widths, widths, seeds, st.booleans())
def test_onnx_computes_the_equations(features: int, units: int, seed: int, biased: bool) -> None:
    x = np.random.default_rng(seed).standard_normal((2, 3, features), dtype=np.float32)

    def with_bias(arrays: tuple[Array, Array, Array]) -> tuple[Any, Any, Any]:
        return arrays if biased else (*arrays[:2], np.zeros_like(arrays[2]))

    lstm, rnn = cell(features, units, 4, seed), cell(features, units, 1, seed)
    found = run_onnx("LSTM", layouts.onnx_lstm(*lstm[:2], lstm[2] if biased else None), x)
    assert_allclose(found, equations.lstm(x, with_bias(lstm), equations.sigmoid)[0], atol=1e-5)
    found = run_onnx("RNN", layouts.onnx_simple_rnn(*rnn[:2], rnn[2] if biased else None), x)
    assert_allclose(found, equations.simple_rnn(x, with_bias(rnn)), atol=1e-5)
    for reset_after, bias in ((False, (3 * units,)), (True, (2, 3 * units))):
        gru = cell(features, units, 3, seed, *bias)
        arrays = layouts.onnx_gru(*gru[:2], gru[2] if biased else None, reset_after)
        found = run_onnx("GRU", arrays, x, linear_before_reset=int(reset_after))
        assert_allclose(found, equations.gru(x, with_bias(gru), equations.sigmoid), atol=1e-5)


def test_results_are_contiguous_float32_and_arguments_stay_as_they_are() -> None:
    lstm, gru, stored = cell(3, 2, 4, 1), cell(3, 2, 3, 1, 2, 6), cell(3, 2, 4, 1, 16)
    before = [array.copy() for array in (*lstm, *gru, *stored)]
    results = [
        *layouts.onnx_lstm(*lstm),
        *layouts.onnx_gru(*gru, True),
        *layouts.onnx_simple_rnn(*cell(3, 2, 1, 1)),
        *layouts.plain_lstm(*stored),
        *layouts.plain_gru(*cell(3, 2, 3, 1, 12)),
        *layouts.cudnn_lstm(*lstm),
        *layouts.cudnn_gru(*gru),
        *layouts.fuse_keras1_lstm(layouts.split_keras1_lstm(*lstm)),
    ]
    for array in results:
        assert array is not None
        assert array.dtype == np.float32
        assert array.flags.c_contiguous
        array[...] = 7
    same(tuple(before), (*lstm, *gru, *stored))

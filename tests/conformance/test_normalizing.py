"""Normalization, rectifiers, softmax and noise against their definitions in float64."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from safetensors.numpy import save_file

import specc
from tests.conformance import compiled, normalizing
from tests.conformance.compiled import compile_model, each_target, open_session
from tests.loading import codes, load_text

TOLERANCE = 1e-5
FEATURES = 3
Layer = dict[str, Any]

RECTIFIERS: list[Layer] = [
    {"type": "LeakyReLU"},
    {"type": "LeakyReLU", "alpha": 0.05},
    {"type": "ELU"},
    {"type": "ELU", "alpha": 1.7},
    {"type": "ReLU"},
    {"type": "ReLU", "max_value": 0.6},
    {"type": "ReLU", "negative_slope": 0.2},
    {"type": "ReLU", "threshold": 0.4},
    {"type": "ReLU", "threshold": 0.4, "max_value": 1.0, "negative_slope": 0.3},
    {"type": "ReLU", "max_value": 1.0, "negative_slope": 0.3},
    {"type": "ThresholdedReLU"},
    {"type": "ThresholdedReLU", "theta": 0.3},
]
ALIKE: list[Layer] = [
    *RECTIFIERS,
    {"type": "BatchNormalization"},
    {"type": "BatchNormalization", "epsilon": 0.01, "center": False},
    {"type": "BatchNormalization", "scale": False},
    {"type": "BatchNormalization", "center": False, "scale": False, "renorm": True},
    {"type": "LayerNormalization"},
    {"type": "LayerNormalization", "epsilon": 0.01, "scale": False},
    {"type": "LayerNormalization", "center": False},
    {"type": "Softmax"},
    {"type": "GaussianNoise", "stddev": 0.3},
    {"type": "GaussianDropout", "rate": 0.3},
    {"type": "AlphaDropout", "rate": 0.3, "seed": 4},
]
"""Layers that do the same at every place."""
IMAGES: list[Layer] = [
    {"type": "BatchNormalization", "axis": 1},
    {"type": "BatchNormalization", "axis": [-1]},
    {"type": "BatchNormalization", "axis": [1, 3]},
    {"type": "BatchNormalization", "axis": [3, 2]},
    {"type": "LayerNormalization", "axis": 2},
    {"type": "LayerNormalization", "axis": [2, 3]},
    {"type": "LayerNormalization", "axis": [1, 3], "scale": False},
    {"type": "LayerNormalization", "axis": [1, 2, 3]},
    {"type": "Softmax", "axis": [1, 2]},
    {"type": "Softmax", "axis": 1},
    {"type": "PReLU"},
    {"type": "PReLU", "shared_axes": [1, 2]},
    {"type": "PReLU", "shared_axes": 3},
    {"type": "SpatialDropout2D", "rate": 0.5},
    {"type": "SpatialDropout2D", "rate": 0.5, "data_format": "channels_first"},
]


def name_of(value: Any) -> str:
    if isinstance(value, dict):
        return "-".join(str(item) for item in value.values()).replace(" ", "")
    return str(value)


def arrays_of(model: specc.Model, seed: int = 3) -> dict[str, Any]:
    """Random weights; variances are above zero."""
    generator = np.random.default_rng(seed)
    found = {}
    for name, array in model.arrays().items():
        low = 0.1 if name.endswith(("variance", "stddev")) else -1.5
        found[name] = np.asarray(generator.uniform(low, 1.5, array.shape), np.float32)
    return found


def check(
    layer: Layer, shape: list[int | None], folder: Path, *, dialect: str = "tf.keras", opset: int = 17
) -> specc.Model:
    """Compare a layer on random weights, in batches of one and of three; an unknown length is 1 and 6."""
    entry = {**layer, "name": "layer", "input_shape": shape}
    model = specc.load({"specc": 1, "dialect": dialect, "layers": [entry]})
    arrays = arrays_of(model)
    save_file(arrays, folder / "weights.safetensors")
    session = open_session(compile_model(model, weights=folder / "weights.safetensors", opset=opset))
    weights = {name.removeprefix("layer/"): array.astype(np.float64) for name, array in arrays.items()}
    generator = np.random.default_rng(5)
    for batch in (1, 3):
        for length in (1, 6):
            sizes = [length if size is None else size for size in shape]
            x = generator.uniform(-2, 2, (batch, *sizes)).astype(np.float32)
            (y,) = session.run({session.inputs[0].name: x}).values()
            expected = normalizing.run(layer, x.astype(np.float64), weights)
            assert y.shape == expected.shape
            assert_allclose(y, expected, rtol=TOLERANCE, atol=TOLERANCE)
    return model


@each_target
@pytest.mark.parametrize("shape", [[7], [None, FEATURES], [None, 1], [4, 2, FEATURES]], ids=str)
@pytest.mark.parametrize("layer", ALIKE, ids=name_of)
def test_every_place_alike(layer: Layer, shape: list[int | None], tmp_path: Path) -> None:
    check(layer, shape, tmp_path)


@each_target
@pytest.mark.parametrize("layer", IMAGES, ids=name_of)
def test_along_axes(layer: Layer, tmp_path: Path) -> None:
    if compiled.target == "keras" and layer["type"] == "LayerNormalization" and layer.get("axis") == 2:
        pytest.skip("Keras 3 under PyTorch normalizes along the last axes only")
    check(layer, [5, 2, FEATURES], tmp_path)


@pytest.mark.parametrize("opset", [15, 16, 18, 20, 21, 23])
@pytest.mark.parametrize("layer", [*RECTIFIERS[:9], *IMAGES[3:8], *IMAGES[8:11]], ids=name_of)
def test_opsets(layer: Layer, opset: int, tmp_path: Path) -> None:
    check(layer, [5, 2, FEATURES], tmp_path, opset=opset)


@each_target
@pytest.mark.parametrize("rank", [1, 3])
def test_spatial_dropout_of_other_ranks(rank: int, tmp_path: Path) -> None:
    check({"type": f"SpatialDropout{rank}D", "rate": 0.2}, [None, *[2] * (rank - 1), FEATURES], tmp_path)


@each_target
def test_rms_scaling(tmp_path: Path) -> None:
    model = check({"type": "LayerNormalization", "rms_scaling": True}, [None, 5], tmp_path, dialect="keras3")
    assert set(model.arrays()) == {"layer/gamma"}


@each_target
def test_large_means_keep_their_digits(tmp_path: Path) -> None:
    """Stock prices: the normalized value is small, what it comes from is not."""
    if compiled.target == "keras":
        pytest.skip("Keras 3 itself multiplies the mean out, and loses digits")
    layer = {"type": "BatchNormalization", "name": "layer", "input_shape": [2]}
    model = specc.load({"specc": 1, "layers": [layer]})
    weights = {"gamma": [1, 1], "beta": [0, 0], "moving_mean": [5000, -3e4], "moving_variance": [9, 4]}
    arrays = {f"layer/{name}": np.array(values, np.float32) for name, values in weights.items()}
    save_file(arrays, tmp_path / "weights.safetensors")
    session = open_session(compile_model(model, weights=tmp_path / "weights.safetensors"))
    x = np.array([[5003.5, -3e4 + 7], [4999.25, -3e4 - 1.5]], np.float32)
    (y,) = session.run({session.inputs[0].name: x}).values()
    expected = (x.astype(np.float64) - [5000, -3e4]) / np.sqrt(np.array([9, 4]) + 1e-3)
    assert_allclose(y, expected, rtol=1e-6)


VERSIONS = [("1.0.0", 1e-6, True), ("1.0.5", 1e-6, True), ("1.0.6", 1e-6, False), ("1.1.0", 1e-5, False)]


@each_target
@pytest.mark.parametrize(("version", "epsilon", "is_deviation"), [*VERSIONS, ("1.2.2", 1e-3, False)])
def test_keras_1(version: str, epsilon: float, is_deviation: bool, tmp_path: Path) -> None:
    """Up to 1.0.5 the second statistic is the deviation that its name, running_std, says."""
    layer = {"type": "BatchNormalization", "name": "layer", "input_shape": [2]}
    model = specc.load({"specc": 1, "dialect": "keras1", "keras_version": version, "layers": [layer]})
    arrays = arrays_of(model) | {"layer/moving_variance": np.array([1e-4, 2e-3], np.float32)}
    save_file(arrays, tmp_path / "weights.safetensors")
    session = open_session(compile_model(model, weights=tmp_path / "weights.safetensors"))
    x = np.array([[0.5, -0.25]], np.float32)
    (y,) = session.run({session.inputs[0].name: x}).values()
    spread = arrays["layer/moving_variance"].astype(np.float64)
    divisor = spread + epsilon if is_deviation else np.sqrt(spread + epsilon)
    expected = (x - arrays["layer/moving_mean"]) / divisor * arrays["layer/gamma"] + arrays["layer/beta"]
    assert_allclose(y, expected, rtol=1e-5)


def test_statistics_are_not_trained() -> None:
    model = specc.load({"specc": 1, "layers": [{"type": "BatchNormalization", "input_shape": [4, 3]}]})
    trained = {weight.name.rpartition("/")[2]: weight.trainable for weight in model.graph.program.weights}
    assert trained == {"gamma": True, "beta": True, "moving_mean": False, "moving_variance": False}


MASKED = """
    specc: 1
    dialect: {}
    layers:
      - {{type: Input, name: steps, shape: [null], dtype: bool}}
      - {{type: Input, name: x, shape: [null]}}
      - {{type: Softmax, inputs: x, mask: steps}}
"""


@each_target
@pytest.mark.parametrize(("dialect", "without_any"), [("tf.keras", 0.25), ("keras3", 0.0)])
def test_softmax_of_what_is_left(dialect: str, without_any: float) -> None:
    session = open_session(compile_model(load_text(MASKED.format(dialect))))
    steps = np.array([[1, 1, 1, 1], [0, 1, 0, 1], [0, 0, 0, 0]], bool)
    x = np.random.default_rng(7).uniform(-2, 2, steps.shape).astype(np.float32)
    (y,) = session.run({"steps": steps, "x": x}).values()
    powers = np.exp(x.astype(np.float64)) * steps
    expected = np.vstack([powers[:2] / powers[:2].sum(1, keepdims=True), np.full((1, 4), without_any)])
    assert_allclose(y, expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_masks_that_keras_3_refuses() -> None:
    spread = """
        specc: 1
        dialect: {}
        layers:
          - {{type: Input, shape: [5, 3]}}
          - {{type: Masking}}
          - {{type: TimeDistributed, layer: {{type: RepeatVector, n: 2}}}}
          - {{type: BatchNormalization}}
    """
    assert codes(spread.format("keras3")) == [("G312", ("layers", 3))]
    assert codes(spread.format("tf.keras")) == []


def test_axes_that_do_not_exist() -> None:
    layer = "specc: 1\ndialect: {}\nlayers:\n  - {{type: {}, axis: {}, input_shape: [4, 3]}}\n"
    for kind in ("BatchNormalization", "LayerNormalization", "Softmax"):
        for axis in ("0", "3", "-3", "[1, -2]"):
            assert codes(layer.format("tf.keras", kind, axis)) == [("G308", ("layers", 0, "axis"))]
    assert codes(layer.format("keras3", "BatchNormalization", "[1, 2]")) == [("V206", ("layers", 0, "axis"))]
    assert codes(layer.format("keras3", "BatchNormalization", "[2]")) == []


def test_places_of_unknown_size_have_no_weights() -> None:
    layer = "specc: 1\ndialect: tf.keras\nlayers:\n  - {{{}, input_shape: [null, 3]}}\n"
    for text in ("type: PReLU", "type: BatchNormalization, axis: 1", "type: LayerNormalization, axis: [1, 2]"):
        assert codes(layer.format(text)) == [("G302", ("layers", 0, "input_shape"))]

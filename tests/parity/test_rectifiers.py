"""Activations with arguments, noise, and the Softmax layer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import FEATURES

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
SEQUENCE: Entry = {"type": "Input", "name": "x", "shape": [None, FEATURES]}
IMAGES: Entry = {"type": "Input", "name": "x", "shape": [5, 2, FEATURES]}
WITNESS: Entry = {"type": "LSTM", "name": "witness", "units": 2}

EVERYWHERE: dict[str, Entry] = {
    "ELU": {"type": "ELU"},
    "ELU-alpha": {"type": "ELU", "alpha": 0.4},
    "PReLU-shared": {"type": "PReLU", "shared_axes": [1]},
    "PReLU-all-shared": {"type": "PReLU", "shared_axes": [1, 2]},
    "ReLU": {"type": "ReLU"},
    "ReLU-6": {"type": "ReLU", "max_value": 6.0},
    "ReLU-max": {"type": "ReLU", "max_value": 0.7},
    "ReLU-slope": {"type": "ReLU", "negative_slope": 0.2},
    "ReLU-threshold": {"type": "ReLU", "threshold": 0.5},
    "ReLU-threshold-max": {"type": "ReLU", "threshold": 0.5, "max_value": 1.0},
    "ReLU-threshold-slope": {"type": "ReLU", "threshold": 0.5, "negative_slope": 0.2},
    "ReLU-max-slope": {"type": "ReLU", "max_value": 0.7, "negative_slope": 0.2},
    "ReLU-all": {"type": "ReLU", "max_value": 1.0, "negative_slope": 0.2, "threshold": 0.5},
    "ReLU-low-max": {"type": "ReLU", "max_value": 0.2, "negative_slope": 1.5, "threshold": 0.5},
    "SpatialDropout1D": {"type": "SpatialDropout1D", "rate": 0.4},
    "GaussianNoise": {"type": "GaussianNoise", "stddev": 0.4},
    "GaussianDropout": {"type": "GaussianDropout", "rate": 0.4},
    "AlphaDropout": {"type": "AlphaDropout", "rate": 0.4},
    "Softmax": {"type": "Softmax"},
    "Softmax-time": {"type": "Softmax", "axis": 1},
}


@pytest.mark.parametrize("layer", EVERYWHERE.values(), ids=EVERYWHERE)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_layer(dialect: str, layer: Entry) -> None:
    check_parity({"dialect": dialect, "layers": [SEQUENCE, {"name": "layer", **layer}]}, patterns=("none", "holes"))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("slope", [None, 0.1, 0.0, 2.0])
def test_leaky_relu(dialect: str, slope: float | None) -> None:
    layer: Entry = {"type": "LeakyReLU", "name": "layer"}
    if slope is not None:
        layer["negative_slope" if dialect == "keras3" else "alpha"] = slope
    check_parity({"dialect": dialect, "layers": [SEQUENCE, layer]}, patterns=("none",))


@pytest.mark.parametrize("theta", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("dialect", ["keras2", "tf.keras"])
def test_thresholded_relu(dialect: str, theta: float) -> None:
    layer = {"type": "ThresholdedReLU", "name": "layer", "theta": theta}
    check_parity({"dialect": dialect, "layers": [SEQUENCE, layer]}, patterns=("none",))


@pytest.mark.parametrize("shared", [{}, {"shared_axes": [1, 2]}, {"shared_axes": [3]}, {"shared_axes": 2}], ids=str)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_prelu_of_images(dialect: str, shared: Entry) -> None:
    layer = {"type": "PReLU", "name": "layer", **shared}
    check_parity({"dialect": dialect, "layers": [IMAGES, layer]}, patterns=("none",))


@pytest.mark.parametrize("axis", [[-1], [1, 2], [2, 3], [1, 2, 3], [-3, 3]], ids=str)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_softmax_along_axes(dialect: str, axis: list[int]) -> None:
    layer = {"type": "Softmax", "name": "layer", "axis": axis}
    check_parity({"dialect": dialect, "layers": [IMAGES, layer]}, patterns=("none",))


@pytest.mark.parametrize("shape", [[None], [None, FEATURES], [None, 1]], ids=str)
@pytest.mark.parametrize("axis", [1, -1])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_softmax_with_an_explicit_mask(dialect: str, axis: int, shape: list[int | None]) -> None:
    """Rows that are masked whole are shared evenly in tf.keras, and zero in Keras 3."""
    layers: list[Entry] = [
        {"type": "Input", "name": "steps", "shape": [None], "dtype": "bool"},
        {"type": "Input", "name": "x", "shape": shape},
    ]
    if len(shape) > 1:
        layers.insert(1, {"type": "Reshape", "name": "mask", "inputs": "steps", "target_shape": [-1, 1]})
    mask = "mask" if len(shape) > 1 else "steps"
    layers.append({"type": "Softmax", "name": "layer", "inputs": "x", "axis": axis, "mask": mask})
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("kind", ["LeakyReLU", "ELU", "ReLU", "SpatialDropout1D", "GaussianNoise", "PReLU"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_mask_goes_on(dialect: str, kind: str) -> None:
    more: dict[str, Entry] = {
        "SpatialDropout1D": {"rate": 0.1},
        "GaussianNoise": {"stddev": 0.1},
        "PReLU": {"shared_axes": [1]},
    }
    layers: list[Entry] = [
        SEQUENCE,
        {"type": "Masking", "name": "masking"},
        {"type": kind, "name": "layer", **more.get(kind, {})},
        WITNESS,
    ]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["layer", "witness"]})

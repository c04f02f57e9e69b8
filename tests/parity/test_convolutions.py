"""Convolutions, in the framework and as a compiled file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import FEATURES, begin

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
SEQUENCE: list[int | None] = [None, FEATURES]
IMAGE: list[int | None] = [5, 7, FEATURES]

CONVOLUTIONS: dict[str, tuple[list[int | None], Entry]] = {
    "valid": (SEQUENCE, {"type": "Conv1D", "filters": 4, "kernel_size": 3, "activation": "relu"}),
    "same": (SEQUENCE, {"type": "Conv1D", "filters": 4, "kernel_size": 4, "padding": "same", "use_bias": False}),
    "same-strides": (SEQUENCE, {"type": "Conv1D", "filters": 4, "kernel_size": 4, "padding": "same", "strides": 3}),
    "same-known": ([8, FEATURES], {"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "same", "strides": 2}),
    "dilated": (SEQUENCE, {"type": "Conv1D", "filters": 4, "kernel_size": 2, "padding": "same", "dilation_rate": 3}),
    "causal": (SEQUENCE, {"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "causal"}),
    "causal-strides": (SEQUENCE, {"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "causal", "strides": 2}),
    "causal-dilated": (
        SEQUENCE,
        {"type": "Conv1D", "filters": 4, "kernel_size": 2, "padding": "causal", "dilation_rate": 2},
    ),
    "softmax": (SEQUENCE, {"type": "Conv1D", "filters": 4, "kernel_size": 1, "activation": "softmax"}),
    "2d": (IMAGE, {"type": "Conv2D", "filters": 4, "kernel_size": [3, 2], "strides": [2, 1], "padding": "same"}),
    "2d-dilated": (IMAGE, {"type": "Conv2D", "filters": 4, "kernel_size": 2, "dilation_rate": 2}),
    "3d": ([3, 4, 5, 2], {"type": "Conv3D", "filters": 2, "kernel_size": 2, "strides": [1, 2, 2], "padding": "same"}),
    "depthwise-2d": (
        IMAGE,
        {"type": "DepthwiseConv2D", "kernel_size": [2, 3], "strides": 2, "padding": "same", "depth_multiplier": 2},
    ),
    "separable": (
        SEQUENCE,
        {"type": "SeparableConv1D", "filters": 4, "kernel_size": 3, "padding": "same", "depth_multiplier": 2},
    ),
    "separable-strides": (
        [7, FEATURES],
        {"type": "SeparableConv1D", "filters": 4, "kernel_size": 3, "padding": "same", "strides": 2},
    ),
    "separable-dilated": (
        [7, FEATURES],
        {"type": "SeparableConv1D", "filters": 4, "kernel_size": 3, "dilation_rate": 2},
    ),
    "separable-2d": (IMAGE, {"type": "SeparableConv2D", "filters": 4, "kernel_size": [3, 2], "padding": "same"}),
    "transposed-2d": (
        [None, 7, FEATURES],
        {"type": "Conv2DTranspose", "filters": 4, "kernel_size": [3, 4], "strides": [2, 3], "padding": "same"},
    ),
    "transposed-2d-valid": (IMAGE, {"type": "Conv2DTranspose", "filters": 4, "kernel_size": [1, 4], "strides": 2}),
    "transposed-2d-longer": (
        IMAGE,
        {"type": "Conv2DTranspose", "filters": 4, "kernel_size": 3, "strides": 3, "output_padding": [1, 2]},
    ),
    "transposed-2d-longer-same": (
        IMAGE,
        {
            "type": "Conv2DTranspose",
            "filters": 4,
            "kernel_size": [3, 4],
            "strides": 3,
            "output_padding": [0, 1],
            "padding": "same",
        },
    ),
}  # fmt: skip

NEWER: dict[str, tuple[list[int | None], Entry]] = {
    "transposed": (SEQUENCE, {"type": "Conv1DTranspose", "filters": 4, "kernel_size": 3, "strides": 2}),
    "transposed-same": (
        SEQUENCE,
        {"type": "Conv1DTranspose", "filters": 4, "kernel_size": 4, "strides": 2, "padding": "same"},
    ),
    "transposed-longer": (
        SEQUENCE,
        {"type": "Conv1DTranspose", "filters": 4, "kernel_size": 3, "strides": 3, "output_padding": 2},
    ),
    "depthwise": (
        SEQUENCE,
        {"type": "DepthwiseConv1D", "kernel_size": 3, "strides": 2, "padding": "same", "depth_multiplier": 2},
    ),
    "depthwise-dilated": (SEQUENCE, {"type": "DepthwiseConv1D", "kernel_size": 2, "dilation_rate": 2}),
}
GROUPED: Entry = {"type": "Conv1D", "filters": 6, "kernel_size": 2, "groups": 3}


def alone(shape: list[int | None], layer: Entry) -> list[Entry]:
    return [{"type": "Input", "name": "x", "shape": shape}, {"name": "layer", **layer}]


@pytest.mark.parametrize(("shape", "layer"), CONVOLUTIONS.values(), ids=CONVOLUTIONS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_convolution(dialect: str, shape: list[int | None], layer: Entry) -> None:
    check_parity({"dialect": dialect, "layers": alone(shape, layer)}, patterns=("none",))


@pytest.mark.parametrize(("shape", "layer"), NEWER.values(), ids=NEWER)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_newer_convolution(dialect: str, shape: list[int | None], layer: Entry) -> None:
    check_parity({"dialect": dialect, "layers": alone(shape, layer)}, patterns=("none",))


@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_groups(dialect: str) -> None:
    check_parity({"dialect": dialect, "layers": alone(SEQUENCE, GROUPED)}, patterns=("none",))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("dialect", ["keras2", "tf.keras"])
def test_dilated_transposed(dialect: str, padding: str) -> None:
    """Keras 3 leaves it to TensorFlow, which cannot on a CPU."""
    layer = {"type": "Conv2DTranspose", "filters": 4, "kernel_size": 3, "dilation_rate": 2, "padding": padding}
    check_parity({"dialect": dialect, "layers": alone(IMAGE, layer)}, patterns=("none",))


def test_causal_separable() -> None:
    layer = {"type": "SeparableConv1D", "filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}
    check_parity({"dialect": "tf.keras", "layers": alone(SEQUENCE, layer)}, patterns=("none",))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_convolution_and_recurrence(dialect: str) -> None:
    layers = [
        {"type": "Input", "name": "x", "shape": [None, FEATURES]},
        {"type": "Conv1D", "name": "conv", "filters": 5, "kernel_size": 3, "padding": "same", "activation": "relu"},
        {"type": "MaxPooling1D", "name": "pool", "pool_size": 2},
        {"type": "Conv1D", "name": "deeper", "filters": 4, "kernel_size": 2, "padding": "causal"},
        {"type": "LSTM", "name": "rnn", "units": 4},
    ]
    check_parity({"dialect": dialect, "layers": layers}, patterns=("none",))


@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_a_mask_is_dropped(dialect: str) -> None:
    layers = [*begin("masking", None), {"type": "Conv1D", "name": "conv", "filters": 4, "kernel_size": 3}]
    layers.append({"type": "LSTM", "name": "rnn", "units": 4})
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("inner", ["Conv1D", "Conv2D"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_time_distributed(dialect: str, inner: str) -> None:
    shape = [None, 6, FEATURES] if inner == "Conv1D" else [None, 6, 5, FEATURES]
    layer = {"type": inner, "filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}
    spread = {"type": "TimeDistributed", "layer": layer}
    check_parity({"dialect": dialect, "layers": alone(shape, spread)}, patterns=("none",))

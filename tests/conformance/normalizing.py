"""Normalization, rectifiers and softmax in float64 NumPy, from their definitions: the oracle for those layers.

It reads the entry of a spec and shares no code with specc. Weights go by their documented names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Layer = Mapping[str, Any]
Weights = Mapping[str, Doubles]


def run(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    """The output of a layer in inference."""
    return FORMULAS[layer["type"]](layer, x, weights)


def axes_of(layer: Layer, x: Doubles) -> tuple[int, ...]:
    """The axes of a layer, counted from the front."""
    axis = layer.get("axis", -1)
    return tuple(a % x.ndim for a in (axis if isinstance(axis, list) else [axis]))


def stretched(weight: Doubles, axes: tuple[int, ...], x: Doubles) -> Doubles:
    """A weight with its lengths along these axes of x, in their order."""
    for axis in range(x.ndim):
        if axis not in axes:
            weight = np.expand_dims(weight, axis)
    return weight


def batch_norm(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    axes = axes_of(layer, x)
    wide = {
        name: w if w.ndim == x.ndim else stretched(w, axes, x) for name, w in weights.items() if "renorm" not in name
    }
    y = (x - wide["moving_mean"]) / np.sqrt(wide["moving_variance"] + layer.get("epsilon", 1e-3))
    return np.asarray(y * wide.get("gamma", 1.0) + wide.get("beta", 0.0))


def layer_norm(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    axes = tuple(sorted(axes_of(layer, x)))
    y = np.moveaxis(np.zeros_like(x), axes, range(-len(axes), 0))
    moved = np.moveaxis(x, axes, range(-len(axes), 0))
    for place in np.ndindex(moved.shape[: -len(axes)]):
        part = moved[place]
        distance = part if layer.get("rms_scaling") else part - np.sum(part) / part.size
        variance = np.sum((part - np.sum(part) / part.size) ** 2) / part.size
        result = distance / np.sqrt(variance + layer.get("epsilon", 1e-3))
        y[place] = result * weights.get("gamma", np.ones(part.shape)) + weights.get("beta", np.zeros(part.shape))
    return np.moveaxis(y, range(-len(axes), 0), axes)


def softmax(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    powers = np.exp(x)
    total: Doubles = np.sum(powers, axis=axes_of(layer, x), keepdims=True)
    return powers / total


def leaky(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    slope = layer.get("alpha", layer.get("negative_slope", 0.3))
    return np.where(x > 0, x, slope * x)


def elu(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    return np.where(x > 0, x, layer.get("alpha", 1.0) * np.expm1(x))


def relu(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    threshold, slope = layer.get("threshold", 0.0), layer.get("negative_slope", 0.0)
    highest = layer.get("max_value")
    above = x if highest is None else np.minimum(x, highest)
    return np.where(x > threshold, above, slope * (x - threshold))


def thresholded(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    return np.where(x > layer.get("theta", 1.0), x, 0.0)


def prelu(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    return np.where(x > 0, x, weights["alpha"][None] * x)


def nothing(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    return x


FORMULAS = {
    "BatchNormalization": batch_norm,
    "LayerNormalization": layer_norm,
    "Softmax": softmax,
    "LeakyReLU": leaky,
    "ELU": elu,
    "ReLU": relu,
    "ThresholdedReLU": thresholded,
    "PReLU": prelu,
    "SpatialDropout1D": nothing,
    "SpatialDropout2D": nothing,
    "SpatialDropout3D": nothing,
    "AlphaDropout": nothing,
    "GaussianDropout": nothing,
    "GaussianNoise": nothing,
}

"""Convolutions and pools in float64 NumPy, point by point, from their definitions: the oracle for the layers.

Shares no code with specc. x: (batch, *sizes, channels) always; a layer is the entry of a spec.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Layer = Mapping[str, Any]
Weights = Mapping[str, Doubles]


def per_axis(layer: Layer, key: str, rank: int, default: Any = 1) -> list[int]:
    """An argument for every axis."""
    given = layer.get(key)
    value = default if given is None else given
    return list(value) if isinstance(value, list) else [value] * rank


def places(length: int, size: int, stride: int, padding: str, dilation: int) -> list[list[int]]:
    """For each position of a window the steps that it sees; some lie outside of 0 .. length - 1."""
    reach = (size - 1) * dilation
    if padding == "valid":
        starts = list(range(0, length - reach, stride))
    elif padding == "causal":
        starts = [last - reach for last in range(0, length, stride)]
    else:
        count = math.ceil(length / stride)
        missing = max((count - 1) * stride + reach + 1 - length, 0)
        starts = [number * stride - missing // 2 for number in range(count)]
    return [[start + point * dilation for point in range(size)] for start in starts]


def windows(x: Doubles, layer: Layer, key: str, strides: list[int]) -> tuple[list[int], Iterator[Any]]:
    """The sizes of the output; then each of its positions with the points of the window: (place in window, step)."""
    rank = x.ndim - 2
    sizes, dilations = per_axis(layer, key, rank, 2), per_axis(layer, "dilation_rate", rank)
    axes = [
        places(length, size, stride, layer.get("padding", "valid"), dilation)
        for length, size, stride, dilation in zip(x.shape[1:-1], sizes, strides, dilations, strict=True)
    ]

    def walk() -> Iterator[tuple[tuple[int, ...], list[tuple[tuple[int, ...], tuple[int, ...]]]]]:
        for position in itertools.product(*(range(len(axis)) for axis in axes)):
            seen = [list(enumerate(axis[i])) for axis, i in zip(axes, position, strict=True)]
            points = [tuple(zip(*point, strict=True)) for point in itertools.product(*seen)]
            inside = [
                (place, step)
                for place, step in points
                if all(0 <= s < n for s, n in zip(step, x.shape[1:-1], strict=True))
            ]
            yield position, inside

    return [len(axis) for axis in axes], walk()


def convolve(x: Doubles, kernel: Doubles, layer: Layer) -> Doubles:
    """kernel: (*sizes, channels/groups, filters)."""
    groups = layer.get("groups", 1)
    lengths, walk = windows(x, layer, "kernel_size", per_axis(layer, "strides", x.ndim - 2))
    y = np.zeros((len(x), *lengths, kernel.shape[-1]))
    inputs, outputs = np.split(np.arange(x.shape[-1]), groups), np.split(np.arange(kernel.shape[-1]), groups)
    for position, points in walk:
        for place, step in points:
            for seen, made in zip(inputs, outputs, strict=True):
                y[(slice(None), *position, made)] += x[(slice(None), *step)][:, seen] @ kernel[place][:, made]
    return y


def depthwise(x: Doubles, kernel: Doubles, layer: Layer) -> Doubles:
    """kernel: (*sizes, channels, multiplier)."""
    lengths, walk = windows(x, layer, "kernel_size", per_axis(layer, "strides", x.ndim - 2))
    y = np.zeros((len(x), *lengths, *kernel.shape[-2:]))
    for position, points in walk:
        for place, step in points:
            y[(slice(None), *position)] += x[(slice(None), *step)][:, :, None] * kernel[place]
    return y.reshape(len(x), *lengths, -1)


def transpose_convolve(x: Doubles, kernel: Doubles, layer: Layer) -> Doubles:
    """The adjoint of a convolution from the output's sizes to the input's. kernel: (*sizes, filters, channels)."""
    rank = x.ndim - 2
    lengths = [
        transposed_length(n, size, stride, dilation, layer.get("padding", "valid"), extra)
        for n, size, stride, dilation, extra in zip(
            x.shape[1:-1],
            *(per_axis(layer, key, rank) for key in ("kernel_size", "strides", "dilation_rate")),
            per_axis(layer, "output_padding", rank, None),
            strict=True,
        )
    ]
    shape = (*lengths, kernel.shape[-2])
    basis = np.eye(math.prod(shape)).reshape(-1, *shape)
    forwards = convolve(basis, kernel, layer)
    assert forwards.shape[1:] == x.shape[1:]
    return (x.reshape(len(x), -1) @ forwards.reshape(len(basis), -1).T).reshape(len(x), *shape)


def transposed_length(n: int, size: int, stride: int, dilation: int, padding: str, extra: int | None) -> int:
    """The output's length, as Keras documents it."""
    size = (size - 1) * dilation + 1
    if extra is None:
        return n * stride + (max(size - stride, 0) if padding == "valid" else 0)
    return (n - 1) * stride + size - 2 * (size // 2 if padding == "same" else 0) + extra


def pool(x: Doubles, layer: Layer, function: Callable[..., Any]) -> Doubles:
    """The largest, or the mean, of what a window sees of the input."""
    rank = x.ndim - 2
    sizes = per_axis(layer, "pool_size", rank, 2)
    lengths, walk = windows(x, layer, "pool_size", per_axis(layer, "strides", rank, sizes))
    y = np.zeros((len(x), *lengths, x.shape[-1]))
    for position, points in walk:
        y[(slice(None), *position)] = function(np.stack([x[(slice(None), *step)] for _, step in points]), axis=0)
    return y


def bilinear(x: Doubles, factors: list[int], center: bool) -> Doubles:
    """Images enlarged; each pixel of the result between the four around its place in x."""
    for axis, factor in enumerate(factors, start=1):
        length = x.shape[axis]
        steps = np.arange(length * factor)
        at = np.clip((steps + 0.5) / factor - 0.5 if center else steps / factor, 0, length - 1)
        low = np.floor(at).astype(int)
        high = np.minimum(low + 1, length - 1)
        share = (at - low).reshape([-1 if i == axis else 1 for i in range(4)])
        x = x.take(low, axis) * (1 - share) + x.take(high, axis) * share
    return x


def ends(given: Any, rank: int) -> list[tuple[int, int]]:
    """What `padding` and `cropping` mean: before and after each axis."""
    if isinstance(given, int):
        return [(given, given)] * rank
    if rank == 1:
        return [(given[0], given[1])]
    return [(side, side) if isinstance(side, int) else (side[0], side[1]) for side in given]


def run(layer: Layer, x: Doubles, weights: Weights) -> Doubles:
    """A layer by its entry; channels last."""
    kind, rank = layer["type"].rstrip("D").rstrip("0123"), x.ndim - 2
    if "Pooling" in kind:
        function = np.max if "Max" in kind else np.mean
        if not kind.startswith("Global"):
            return pool(x, layer, function)
        axes = tuple(range(1, rank + 1))
        return np.asarray(function(x, axis=axes, keepdims=layer.get("keepdims", False)))
    if kind == "ZeroPadding":
        return np.pad(x, [(0, 0), *ends(layer.get("padding", 1), rank), (0, 0)])
    if kind == "Cropping":
        cut = ends(layer.get("cropping", 1 if rank == 1 else 0), rank)
        return x[(slice(None), *(slice(a, n - b) for (a, b), n in zip(cut, x.shape[1:-1], strict=True)))]
    if kind == "UpSampling":
        factors = per_axis(layer, "size", rank, 2)
        if layer.get("interpolation") == "bilinear":
            return bilinear(x, factors, layer["center"])
        for axis, factor in enumerate(factors, start=1):
            x = x.repeat(factor, axis)
        return x
    if kind.startswith("Separable"):
        y = depthwise(x, weights["depthwise_kernel"], layer) @ weights["pointwise_kernel"].reshape(
            weights["pointwise_kernel"].shape[-2:]
        )
    elif kind.startswith("Depthwise"):
        y = depthwise(x, weights["depthwise_kernel"], layer)
    elif layer["type"].endswith("Transpose"):
        y = transpose_convolve(x, weights["kernel"], layer)
    else:
        y = convolve(x, weights["kernel"], layer)
    y = y + weights["bias"] if "bias" in weights else y
    return np.maximum(y, 0) if layer.get("activation") == "relu" else y

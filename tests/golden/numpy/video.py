"""The model video.

Written by specc 0.1.0 for NumPy; dialect keras3.

    model = load()
    dense = model(frames)

    frames: float32 (batch, 5, 8, 8, 2)
    -> dense: float32 (batch, 6)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

SHAPES: dict[str, tuple[int, ...]] = {
    "conv_lstm2d/kernel": (3, 3, 2, 12),
    "conv_lstm2d/recurrent_kernel": (3, 3, 3, 12),
    "conv_lstm2d/bias": (12,),
    "batch_normalization/gamma": (3,),
    "batch_normalization/beta": (3,),
    "batch_normalization/moving_mean": (3,),
    "batch_normalization/moving_variance": (3,),
    "conv_lstm2d_1/kernel": (3, 2, 3, 16),
    "conv_lstm2d_1/recurrent_kernel": (3, 2, 4, 16),
    "conv_lstm2d_1/bias": (16,),
    "dense/kernel": (16, 6),
    "dense/bias": (6,),
}


def load(
    weights: str | os.PathLike[str] | Mapping[str, ArrayLike] | None = None,
) -> Model:
    """The model with its weights.

    weights: an .npz, by default the one beside this module; or the arrays by name.
    """
    if isinstance(weights, Mapping):
        return Model(weights)
    path = Path(__file__).with_suffix(".npz") if weights is None else Path(weights)
    with np.load(path, allow_pickle=False) as arrays:
        return Model(arrays)


class Model:
    """The model: call it with its inputs, in order.

    weights: the arrays by name; shapes are checked.
    """

    def __init__(self, weights: Mapping[str, ArrayLike]) -> None:
        self.weights: dict[str, Array] = {}
        for name, shape in SHAPES.items():
            if name not in weights:
                raise ValueError(f"weight {name} is missing")
            array = np.asarray(weights[name], np.float32)
            if array.shape != shape:
                raise ValueError(f"weight {name} is {array.shape}, expected {shape}")
            self.weights[name] = array

    def __call__(self, frames: ArrayLike) -> Array:
        """Run the model once."""
        w = self.weights
        frames = as_input("frames", frames, np.float32, (None, 5, 8, 8, 2))

        # conv_lstm2d: ConvLSTM2D, (batch, 5, 8, 8, 2) -> (batch, 5, 8, 8, 3)
        conv_lstm2d_zeros = np.zeros((len(frames), 8, 8, 3), np.float32)
        conv_lstm2d, _, _ = run_conv_lstm(
            frames,
            conv_lstm2d_zeros,
            conv_lstm2d_zeros,
            w["conv_lstm2d/kernel"],
            w["conv_lstm2d/recurrent_kernel"],
            w["conv_lstm2d/bias"],
        )

        # batch_normalization: BatchNormalization, (batch, 5, 8, 8, 3) -> (batch, 5,
        #   8, 8, 3)
        batch_normalization = batch_norm(
            conv_lstm2d,
            w["batch_normalization/moving_mean"],
            w["batch_normalization/moving_variance"],
            w["batch_normalization/gamma"],
            w["batch_normalization/beta"],
        )

        # conv_lstm2d_1: ConvLSTM2D, (batch, 5, 8, 8, 3) -> (batch, 3, 4, 4)
        conv_lstm2d_1_zeros = np.zeros((len(batch_normalization), 3, 4, 4), np.float32)
        conv_lstm2d_1_steps, _, _ = run_conv_lstm_1(
            batch_normalization,
            conv_lstm2d_1_zeros,
            conv_lstm2d_1_zeros,
            w["conv_lstm2d_1/kernel"],
            w["conv_lstm2d_1/recurrent_kernel"],
            w["conv_lstm2d_1/bias"],
        )
        conv_lstm2d_1 = conv_lstm2d_1_steps[:, -1]

        # max_pooling2d: MaxPooling2D, (batch, 3, 4, 4) -> (batch, 2, 2, 4)
        max_pooling2d = max_pool_2d(conv_lstm2d_1, (2, 2), ((0, 1), (0, 0)), (2, 2))

        # flatten: Flatten, (batch, 2, 2, 4) -> (batch, 16)
        flatten = np.reshape(max_pooling2d, (max_pooling2d.shape[0], 16))

        # dense: Dense, (batch, 16) -> (batch, 6)
        dense_linear = linear(flatten, w["dense/kernel"], w["dense/bias"])
        dense = softmax(dense_linear)
        return dense


def as_input(
    name: str, x: ArrayLike, dtype: type[Any], shape: tuple[int | None, ...]
) -> Array:
    """An input as an array of the model's type; None in a shape is any length."""
    array = np.asarray(x)
    fits = [n is None or n == size for n, size in zip(shape, array.shape)]
    if array.ndim != len(shape) or not all(fits):
        raise ValueError(f"input {name} is {array.shape}, expected {shape}")
    return array.astype(dtype, casting="same_kind", copy=False)


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), by way of tanh, where nothing overflows."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def windows(
    x: Array,
    sizes: tuple[int, ...],
    pads: tuple[tuple[int, int], ...],
    strides: tuple[int, ...],
    fill: float = 0,
) -> Array:
    """What a window sees at each position: its points become the last axes.

    x: (batch, *sizes, channels) -> (batch, *positions, channels, *window)
    """
    x = np.pad(x, ((0, 0), *pads, (0, 0)), constant_values=fill)
    axes = tuple(range(1, x.ndim - 1))
    seen = np.lib.stride_tricks.sliding_window_view(x, sizes, axes)
    positions = [slice(None, None, s) for s in strides]
    return seen[(slice(None), *positions)]


def convolve_2d(
    x: Array,
    kernel: Array,
    bias: Array,
    pads: tuple[tuple[int, int], ...],
    strides: tuple[int, ...],
) -> Array:
    """A kernel moves over x, 2D.

    x: (batch, height, width, in), kernel: (k_height, k_width, in, out), bias: (out,)
    """
    seen = windows(x, kernel.shape[:-2], pads, strides)
    y: Array = np.einsum("byxcij,ijcf->byxf", seen, kernel, optimize=True)
    return y + bias


def convolve_2d_1(
    x: Array, kernel: Array, pads: tuple[tuple[int, int], ...], strides: tuple[int, ...]
) -> Array:
    """A kernel moves over x, 2D.

    x: (batch, height, width, in), kernel: (k_height, k_width, in, out)
    """
    seen = windows(x, kernel.shape[:-2], pads, strides)
    y: Array = np.einsum("byxcij,ijcf->byxf", seen, kernel, optimize=True)
    return y


def run_conv_lstm(
    x: Array, h: Array, c: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array, Array]:
    """A convolutional LSTM over the steps of x, 2D.

    x: (batch, time, height, width, in)
    h, c: (batch, height, width, filters), the states before.
    kernel: (k_height, k_width, in, 4 * filters)
    recurrent_kernel: (k_height, k_width, filters, 4 * filters)
    bias: (4 * filters,)
    The kernels hold the input gate i, the forget gate f, the candidate c, the output gate o.

    Returns the outputs, one for every step, and the states after.
    """
    outputs = np.zeros((*x.shape[:2], *h.shape[1:]), np.float32)

    for t in range(x.shape[1]):
        of_x = convolve_2d(x[:, t], kernel, bias, ((1, 1), (1, 1)), (1, 1))
        of_h = convolve_2d_1(h, recurrent_kernel, ((1, 1), (1, 1)), (1, 1))
        z = of_x + of_h
        z_i, z_f, z_c, z_o = np.split(z, 4, axis=-1)
        i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)
        c = f * c + i * np.tanh(z_c)
        h = o * np.tanh(c)
        outputs[:, t] = h

    return outputs, h, c


def batch_norm(
    x: Array, mean: Array, variance: Array, gamma: Array, beta: Array
) -> Array:
    """x by the mean and variance that training saw."""
    deviation = np.sqrt(variance + 0.001)
    y = (x - mean) / deviation
    return gamma * y + beta


def run_conv_lstm_1(
    x: Array, h: Array, c: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array, Array]:
    """A convolutional LSTM over the steps of x, 2D.

    x: (batch, time, height, width, in)
    h, c: (batch, height, width, filters), the states before.
    kernel: (k_height, k_width, in, 4 * filters)
    recurrent_kernel: (k_height, k_width, filters, 4 * filters)
    bias: (4 * filters,)
    The kernels hold the input gate i, the forget gate f, the candidate c, the output gate o.

    Returns the outputs, one for every step, and the states after.
    """
    outputs = np.zeros((*x.shape[:2], *h.shape[1:]), np.float32)

    for t in range(x.shape[1]):
        of_x = convolve_2d(x[:, t], kernel, bias, ((0, 0), (0, 0)), (2, 2))
        of_h = convolve_2d_1(h, recurrent_kernel, ((1, 1), (0, 1)), (1, 1))
        z = of_x + of_h
        z_i, z_f, z_c, z_o = np.split(z, 4, axis=-1)
        i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)
        c = f * c + i * np.tanh(z_c)
        h = o * np.tanh(c)
        outputs[:, t] = h

    return outputs, h, c


def max_pool_2d(
    x: Array,
    sizes: tuple[int, ...],
    pads: tuple[tuple[int, int], ...],
    strides: tuple[int, ...],
) -> Array:
    """The largest of what a window sees, 2D; padding does not count."""
    seen = windows(x, sizes, pads, strides, fill=-np.inf)
    largest: Array = np.max(seen, axis=(-2, -1))
    return largest


def linear(x: Array, kernel: Array, bias: Array) -> Array:
    """x: (..., in), kernel: (in, out), bias: (out,) -> (..., out)."""
    return x @ kernel + bias


def softmax(x: Array) -> Array:
    """e^x over its sum, less the largest x, so that nothing overflows."""
    powers: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    total: Array = powers.sum(axis=-1, keepdims=True)
    return powers / total

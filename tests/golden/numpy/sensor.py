"""The model sensor.

Written by specc 0.1.0 for NumPy; dialect tf.keras.

    model = load()
    dense = model(readings)

    readings: float32 (batch, time, 6)
    -> dense: float32 (batch, 1)
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
    "conv1d/kernel": (3, 6, 8),
    "conv1d/bias": (8,),
    "conv1d_1/kernel": (4, 8, 8),
    "conv1d_1/bias": (8,),
    "layer_normalization/gamma": (8,),
    "layer_normalization/beta": (8,),
    "rnn/cell_0/kernel": (8, 20),
    "rnn/cell_0/recurrent_kernel": (5, 20),
    "rnn/cell_0/bias": (20,),
    "rnn/cell_1/kernel": (5, 4),
    "rnn/cell_1/recurrent_kernel": (4, 4),
    "rnn/cell_1/bias": (4,),
    "dense/kernel": (4, 1),
    "dense/bias": (1,),
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

    def __call__(self, readings: ArrayLike) -> Array:
        """Run the model once."""
        w = self.weights
        readings = as_input("readings", readings, np.float32, (None, None, 6))

        # conv1d: Conv1D, (batch, time, 6) -> (batch, time, 8)
        conv1d_convolve = convolve_1d(
            readings, w["conv1d/kernel"], w["conv1d/bias"], ((4, 0),), (1,), (2,)
        )
        conv1d = relu(conv1d_convolve)

        # conv1d_1: Conv1D, (batch, time, 8) -> (batch, time_1, 8)
        conv1d_1_convolve = convolve_1d(
            conv1d,
            w["conv1d_1/kernel"],
            w["conv1d_1/bias"],
            (same_pads(conv1d.shape[1], 4, 2),),
            (2,),
            (1,),
        )
        conv1d_1 = silu(conv1d_1_convolve)

        # layer_normalization: LayerNormalization, (batch, time_1, 8) -> (batch,
        #   time_1, 8)
        layer_normalization = layer_norm(
            conv1d_1, w["layer_normalization/gamma"], w["layer_normalization/beta"]
        )

        # rnn: RNN, (batch, time_1, 8) -> (batch, 4)
        rnn_recurrent_zeros = np.zeros((len(layer_normalization), 5), np.float32)
        rnn_recurrent, _, _ = run_lstm(
            layer_normalization,
            rnn_recurrent_zeros,
            rnn_recurrent_zeros,
            w["rnn/cell_0/kernel"],
            w["rnn/cell_0/recurrent_kernel"],
            w["rnn/cell_0/bias"],
        )
        rnn_zeros = np.zeros((len(rnn_recurrent), 4), np.float32)
        rnn_steps, _ = run_simple_rnn(
            rnn_recurrent,
            rnn_zeros,
            w["rnn/cell_1/kernel"],
            w["rnn/cell_1/recurrent_kernel"],
            w["rnn/cell_1/bias"],
        )
        rnn = rnn_steps[:, -1]

        # leaky_re_lu: LeakyReLU, (batch, 4) -> (batch, 4)
        leaky_re_lu = leaky_relu(rnn)

        # dense: Dense, (batch, 4) -> (batch, 1)
        dense = linear(leaky_re_lu, w["dense/kernel"], w["dense/bias"])
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


def windows(
    x: Array,
    sizes: tuple[int, ...],
    pads: tuple[tuple[int, int], ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
) -> Array:
    """What a window sees at each position: its points become the last axes.

    x: (batch, *sizes, channels) -> (batch, *positions, channels, *window)
    """
    x = np.pad(x, ((0, 0), *pads, (0, 0)))
    axes = tuple(range(1, x.ndim - 1))
    reach = tuple((n - 1) * d + 1 for n, d in zip(sizes, dilations))
    seen = np.lib.stride_tricks.sliding_window_view(x, reach, axes)
    positions = [slice(None, None, s) for s in strides]
    points = [slice(None, None, d) for d in dilations]
    return seen[(slice(None), *positions, slice(None), *points)]


def convolve_1d(
    x: Array,
    kernel: Array,
    bias: Array,
    pads: tuple[tuple[int, int], ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
) -> Array:
    """A kernel moves over x, 1D.

    x: (batch, time, in), kernel: (k_time, in, out), bias: (out,)
    """
    seen = windows(x, kernel.shape[:-2], pads, strides, dilations)
    y: Array = np.einsum("btci,icf->btf", seen, kernel, optimize=True)
    return y + bias


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return np.maximum(x, 0)


def same_pads(length: int, reach: int, stride: int) -> tuple[int, int]:
    """Zeros before and after a length, so that every stride-th step has a window."""
    steps = -(-length // stride)
    total = max((steps - 1) * stride + reach - length, 0)
    return total // 2, total - total // 2


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), by way of tanh, where nothing overflows."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def silu(x: Array) -> Array:
    """x * sigmoid(x)."""
    return x * sigmoid(x)


def layer_norm(x: Array, gamma: Array, beta: Array) -> Array:
    """x by its own mean and variance along an axis."""
    distance: Array = x - np.mean(x, axis=2, keepdims=True)
    variance: Array = np.mean(distance**2, axis=2, keepdims=True)
    y = distance / np.sqrt(variance + 0.001)
    return gamma * y + beta


def run_lstm(
    x: Array, h: Array, c: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array, Array]:
    """An LSTM over the steps of x.

    x: (batch, time, in); h, c: (batch, units), the states before.
    kernel: (in, 4 * units), recurrent_kernel: (units, 4 * units), bias: (4 * units,);
    each holds the input gate i, the forget gate f, the candidate c, the output gate o.

    Returns the outputs (batch, time, units), and the states after.
    """
    inputs = x @ kernel + bias  # (batch, time, 4 * units)
    outputs = np.zeros((*x.shape[:2], h.shape[-1]), np.float32)

    for t in range(x.shape[1]):
        z = inputs[:, t] + h @ recurrent_kernel
        z_i, z_f, z_c, z_o = np.split(z, 4, axis=-1)
        i, f, o = sigmoid(z_i), sigmoid(z_f), sigmoid(z_o)
        c = f * c + i * np.tanh(z_c)
        h = o * np.tanh(c)
        outputs[:, t] = h

    return outputs, h, c


def run_simple_rnn(
    x: Array, h: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array]:
    """A simple recurrent layer over the steps of x.

    x: (batch, time, in); h: (batch, units), the state before.
    kernel: (in, units), recurrent_kernel: (units, units), bias: (units,)

    Returns the outputs (batch, time, units), and the state after.
    """
    inputs = x @ kernel + bias  # (batch, time, units)
    outputs = np.zeros((*x.shape[:2], h.shape[-1]), np.float32)

    for t in range(x.shape[1]):
        h = np.tanh(inputs[:, t] + h @ recurrent_kernel)
        outputs[:, t] = h

    return outputs, h


def leaky_relu(x: Array) -> Array:
    """x where it is above 0, else 0.3 * x."""
    return np.where(x > 0, x, 0.3 * x)


def linear(x: Array, kernel: Array, bias: Array) -> Array:
    """x: (..., in), kernel: (in, out), bias: (out,) -> (..., out)."""
    return x @ kernel + bias

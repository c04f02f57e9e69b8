"""The model translator.

Written by specc 0.1.0 for NumPy; dialect keras2.

    model = load()
    letters = model(source, target)

    source: float32 (batch, time, 7)
    target: float32 (batch, time_1, 9)
    -> letters: float32 (batch, time_1, 9)
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
    "encoder/kernel": (7, 48),
    "encoder/recurrent_kernel": (12, 48),
    "encoder/bias": (48,),
    "decoder/kernel": (9, 48),
    "decoder/recurrent_kernel": (12, 48),
    "decoder/bias": (48,),
    "letters/kernel": (12, 9),
    "letters/bias": (9,),
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

    def __call__(self, source: ArrayLike, target: ArrayLike) -> Array:
        """Run the model once."""
        w = self.weights
        source = as_input("source", source, np.float32, (None, None, 7))
        target = as_input("target", target, np.float32, (None, None, 9))

        # encoder: LSTM, (batch, time, 7) -> (batch, 12)
        encoder_h_zeros = np.zeros((len(source), 12), np.float32)
        _, encoder_h, encoder_c = run_lstm(
            source,
            encoder_h_zeros,
            encoder_h_zeros,
            w["encoder/kernel"],
            w["encoder/recurrent_kernel"],
            w["encoder/bias"],
        )

        # decoder: LSTM, (batch, time_1, 9) and (batch, 12) and (batch, 12) -> (batch,
        #   time_1, 12)
        decoder, _, _ = run_lstm(
            target,
            encoder_h,
            encoder_c,
            w["decoder/kernel"],
            w["decoder/recurrent_kernel"],
            w["decoder/bias"],
        )

        # letters: Dense, (batch, time_1, 12) -> (batch, time_1, 9)
        letters_linear = linear(decoder, w["letters/kernel"], w["letters/bias"])
        letters = softmax(letters_linear)
        return letters


def as_input(
    name: str, x: ArrayLike, dtype: type[Any], shape: tuple[int | None, ...]
) -> Array:
    """An input as an array of the model's type; None in a shape is any length."""
    array = np.asarray(x)
    fits = [n is None or n == size for n, size in zip(shape, array.shape)]
    if array.ndim != len(shape) or not all(fits):
        raise ValueError(f"input {name} is {array.shape}, expected {shape}")
    return array.astype(dtype, casting="same_kind", copy=False)


def hard_sigmoid(x: Array) -> Array:
    """A sigmoid of three straight lines."""
    return np.clip(0.2 * x + 0.5, 0, 1)


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
        i, f, o = hard_sigmoid(z_i), hard_sigmoid(z_f), hard_sigmoid(z_o)
        c = f * c + i * np.tanh(z_c)
        h = o * np.tanh(c)
        outputs[:, t] = h

    return outputs, h, c


def linear(x: Array, kernel: Array, bias: Array) -> Array:
    """x: (..., in), kernel: (in, out), bias: (out,) -> (..., out)."""
    return x @ kernel + bias


def softmax(x: Array) -> Array:
    """e^x over its sum, less the largest x, so that nothing overflows."""
    powers: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    total: Array = powers.sum(axis=-1, keepdims=True)
    return powers / total

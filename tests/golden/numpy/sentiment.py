"""sentiment: Whether a review is kind.

Written by specc 0.1.0 for NumPy; dialect keras2.

    model = load()
    dense = model(tokens)

    tokens: int32 (batch, 80)
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
    "embedding/embeddings": (500, 16),
    "lstm/kernel": (16, 32),
    "lstm/recurrent_kernel": (8, 32),
    "lstm/bias": (32,),
    "lstm_1/kernel": (8, 16),
    "lstm_1/recurrent_kernel": (4, 16),
    "lstm_1/bias": (16,),
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

    def __call__(self, tokens: ArrayLike) -> Array:
        """Run the model once."""
        w = self.weights
        tokens = as_input("tokens", tokens, np.int32, (None, 80))

        # embedding: Embedding, (batch, 80) -> (batch, 80, 16)
        embedding_mask = np.not_equal(tokens, 0)
        embedding = look_up(w["embedding/embeddings"], tokens)

        # lstm: LSTM, (batch, 80, 16) -> (batch, 80, 8)
        lstm_zeros = np.zeros((len(embedding), 8), np.float32)
        lstm, _, _ = run_lstm(
            embedding,
            embedding_mask,
            lstm_zeros,
            lstm_zeros,
            w["lstm/kernel"],
            w["lstm/recurrent_kernel"],
            w["lstm/bias"],
        )

        # lstm_1: LSTM, (batch, 80, 8) -> (batch, 4)
        lstm_1_zeros = np.zeros((len(lstm), 4), np.float32)
        lstm_1_steps, _, _ = run_lstm(
            lstm,
            embedding_mask,
            lstm_1_zeros,
            lstm_1_zeros,
            w["lstm_1/kernel"],
            w["lstm_1/recurrent_kernel"],
            w["lstm_1/bias"],
        )
        lstm_1 = lstm_1_steps[:, -1]

        # dense: Dense, (batch, 4) -> (batch, 1)
        dense_linear = linear(lstm_1, w["dense/kernel"], w["dense/bias"])
        dense = sigmoid(dense_linear)
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


def look_up(table: Array, ids: Array) -> Array:
    """The rows of a table. table: (rows, width), ids: (...) -> (..., width)."""
    if np.any((ids < 0) | (ids >= len(table))):
        raise ValueError(f"ids must be from 0 to {len(table) - 1}")
    return table[ids]


def hard_sigmoid(x: Array) -> Array:
    """A sigmoid of three straight lines."""
    return np.clip(0.2 * x + 0.5, 0, 1)


def run_lstm(
    x: Array,
    mask: Array,
    h: Array,
    c: Array,
    kernel: Array,
    recurrent_kernel: Array,
    bias: Array,
) -> tuple[Array, Array, Array]:
    """An LSTM over the steps of x.

    x: (batch, time, in); h, c: (batch, units), the states before.
    kernel: (in, 4 * units), recurrent_kernel: (units, 4 * units), bias: (4 * units,);
    each holds the input gate i, the forget gate f, the candidate c, the output gate o.
    mask: (batch, time); where it is false, a step changes no state.

    Returns the outputs (batch, time, units), and the states after.
    """
    inputs = x @ kernel + bias  # (batch, time, 4 * units)
    outputs = np.zeros((*x.shape[:2], h.shape[-1]), np.float32)

    for t in range(x.shape[1]):
        z = inputs[:, t] + h @ recurrent_kernel
        z_i, z_f, z_c, z_o = np.split(z, 4, axis=-1)
        i, f, o = hard_sigmoid(z_i), hard_sigmoid(z_f), hard_sigmoid(z_o)
        new_c = f * c + i * np.tanh(z_c)
        new_h = o * np.tanh(new_c)
        counts = mask[:, t, None]
        h = np.where(counts, new_h, h)
        c = np.where(counts, new_c, c)
        outputs[:, t] = h

    return outputs, h, c


def linear(x: Array, kernel: Array, bias: Array) -> Array:
    """x: (..., in), kernel: (in, out), bias: (out,) -> (..., out)."""
    return x @ kernel + bias


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), by way of tanh, where nothing overflows."""
    return 0.5 * np.tanh(0.5 * x) + 0.5

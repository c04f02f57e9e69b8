"""The model tagger.

Written by specc 0.1.0 for NumPy; dialect tf.keras.

    model = load()
    time_distributed = model(words)

    words: int32 (batch, time)
    -> time_distributed: float32 (batch, time, 5)
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
    "embedding/embeddings": (100, 8),
    "bidirectional/forward/kernel": (8, 18),
    "bidirectional/forward/recurrent_kernel": (6, 18),
    "bidirectional/forward/bias": (2, 18),
    "bidirectional/backward/kernel": (8, 18),
    "bidirectional/backward/recurrent_kernel": (6, 18),
    "bidirectional/backward/bias": (2, 18),
    "time_distributed/layer/kernel": (12, 5),
    "time_distributed/layer/bias": (5,),
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

    def __call__(self, words: ArrayLike) -> Array:
        """Run the model once."""
        w = self.weights
        words = as_input("words", words, np.int32, (None, None))

        # embedding: Embedding, (batch, time) -> (batch, time, 8)
        embedding_mask = np.not_equal(words, 0)
        embedding = look_up(w["embedding/embeddings"], words)

        # bidirectional: Bidirectional, (batch, time, 8) -> (batch, time, 12)
        bidirectional_zeros = np.zeros((len(embedding), 6), np.float32)
        bidirectional_forward, _ = run_gru(
            embedding,
            embedding_mask,
            bidirectional_zeros,
            w["bidirectional/forward/kernel"],
            w["bidirectional/forward/recurrent_kernel"],
            w["bidirectional/forward/bias"],
        )
        bidirectional_backward, _ = run_gru(
            embedding[:, ::-1],
            embedding_mask[:, ::-1],
            bidirectional_zeros,
            w["bidirectional/backward/kernel"],
            w["bidirectional/backward/recurrent_kernel"],
            w["bidirectional/backward/bias"],
        )
        bidirectional = np.concatenate(
            (bidirectional_forward, bidirectional_backward[:, ::-1]), axis=-1
        )

        # time_distributed: TimeDistributed, (batch, time, 12) -> (batch, time, 5)
        time_distributed_layer_linear = linear(
            bidirectional,
            w["time_distributed/layer/kernel"],
            w["time_distributed/layer/bias"],
        )
        time_distributed = softmax(time_distributed_layer_linear)
        return time_distributed


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


def sigmoid(x: Array) -> Array:
    """1 / (1 + e^-x), by way of tanh, where nothing overflows."""
    return 0.5 * np.tanh(0.5 * x) + 0.5


def run_gru(
    x: Array, mask: Array, h: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array]:
    """A GRU over the steps of x; its reset gate acts after the product with the state.

    x: (batch, time, in); h: (batch, units), the state before.
    kernel: (in, 3 * units), recurrent_kernel: (units, 3 * units),
    bias: (2, 3 * units), for the input and for the state;
    each holds the update gate z, the reset gate r, the candidate h.
    mask: (batch, time); where it is false, a step changes no state.

    Returns the outputs (batch, time, units), and the state after.
    """
    inputs = x @ kernel + bias[0]  # (batch, time, 3 * units)
    outputs = np.zeros((*x.shape[:2], h.shape[-1]), np.float32)

    for t in range(x.shape[1]):
        x_z, x_r, x_h = np.split(inputs[:, t], 3, axis=-1)
        state = h @ recurrent_kernel + bias[1]
        h_z, h_r, h_h = np.split(state, 3, axis=-1)
        z = sigmoid(x_z + h_z)
        r = sigmoid(x_r + h_r)
        candidate = np.tanh(x_h + r * h_h)
        new_h = z * h + (1 - z) * candidate
        counts = mask[:, t, None]
        h = np.where(counts, new_h, h)
        outputs[:, t] = np.where(counts, h, 0)

    return outputs, h


def linear(x: Array, kernel: Array, bias: Array) -> Array:
    """x: (..., in), kernel: (in, out), bias: (out,) -> (..., out)."""
    return x @ kernel + bias


def softmax(x: Array) -> Array:
    """e^x over its sum, less the largest x, so that nothing overflows."""
    powers: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    total: Array = powers.sum(axis=-1, keepdims=True)
    return powers / total

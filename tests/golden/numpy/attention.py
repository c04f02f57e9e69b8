"""The model attention.

Written by specc 0.1.0 for NumPy; dialect tf.keras.

    model = load()
    answer = model(question, text)

    question: float32 (batch, time, 4)
    text: float32 (batch, time_1, 4)
    -> answer: float32 (batch, 3)
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
    "reader/kernel": (4, 16),
    "reader/recurrent_kernel": (4, 16),
    "reader/bias": (16,),
    "looks/scale": (),
    "answer/kernel": (8, 3),
    "answer/bias": (3,),
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

    def __call__(self, question: ArrayLike, text: ArrayLike) -> Array:
        """Run the model once."""
        w = self.weights
        question = as_input("question", question, np.float32, (None, None, 4))
        text = as_input("text", text, np.float32, (None, None, 4))

        # masked: Masking, (batch, time_1, 4) -> (batch, time_1, 4)
        masked_mask = np.any(np.not_equal(text, 0.0), axis=-1)

        # reader: LSTM, (batch, time_1, 4) -> (batch, time_1, 4)
        reader_zeros = np.zeros((len(text), 4), np.float32)
        reader, _, _ = run_lstm(
            text,
            masked_mask,
            reader_zeros,
            reader_zeros,
            w["reader/kernel"],
            w["reader/recurrent_kernel"],
            w["reader/bias"],
        )

        # looks: Attention, (batch, time, 4) and (batch, time_1, 4) -> (batch, time,
        #   4)
        looks, _ = attend(question, reader, reader, masked_mask, w["looks/scale"])

        # both: Concatenate, (batch, time, 4) and (batch, time, 4) -> (batch, time, 8)
        both = np.concatenate((question, looks), axis=2)

        # mean: GlobalAveragePooling1D, (batch, time, 8) -> (batch, 8)
        mean = mean_of_all(both)

        # answer: Dense, (batch, 8) -> (batch, 3)
        answer_linear = linear(mean, w["answer/kernel"], w["answer/bias"])
        answer = softmax(answer_linear)
        return answer


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


def softmax(x: Array) -> Array:
    """e^x over its sum, less the largest x, so that nothing overflows."""
    powers: Array = np.exp(x - x.max(axis=-1, keepdims=True))
    total: Array = powers.sum(axis=-1, keepdims=True)
    return powers / total


def attend(
    query: Array, value: Array, key: Array, value_mask: Array, scale: Array
) -> tuple[Array, Array]:
    """Each step of the query takes a mean of the values, weighted by how keys match.

    query: (batch, queries, width), value: (batch, steps, out), key: (batch, steps, width)
    value_mask: (batch, steps); where it is false, nobody looks.

    Returns the means (batch, queries, out), and the weights (batch, queries, steps).
    """
    scores = query @ np.swapaxes(key, 1, 2)
    scores = scale * scores
    looked_at = value_mask[:, None]
    scores = np.where(looked_at, scores, scores - 1e9)
    weights = softmax(scores)
    means = weights @ value
    return means, weights


def mean_of_all(x: Array) -> Array:
    """The mean along an axis."""
    y: Array = np.mean(x, axis=1)
    return y


def linear(x: Array, kernel: Array, bias: Array) -> Array:
    """x: (..., in), kernel: (in, out), bias: (out,) -> (..., out)."""
    return x @ kernel + bias

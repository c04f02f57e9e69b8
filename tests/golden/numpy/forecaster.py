"""The model forecaster.

Written by specc 0.1.0 for NumPy; dialect keras2.

    model = load()
    dense, gru_state, simple_rnn_state = model(x)

    x: float32 (2, 4, 3)
    -> dense: float32 (2, 2)

    The states go on from call to call; model.reset_states() starts anew.
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
    "gru/kernel": (3, 18),
    "gru/recurrent_kernel": (6, 18),
    "gru/bias": (18,),
    "simple_rnn/kernel": (6, 5),
    "simple_rnn/recurrent_kernel": (5, 5),
    "simple_rnn/bias": (5,),
    "dense/kernel": (5, 2),
    "dense/bias": (2,),
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
        self.states: dict[str, Array] = {}

    def __call__(
        self,
        x: ArrayLike,
        gru_state: ArrayLike | None = None,
        simple_rnn_state: ArrayLike | None = None,
    ) -> tuple[Array, Array, Array]:
        """Run the model once; states that are not given are those of the last call."""
        w = self.weights
        x = as_input("x", x, np.float32, (2, 4, 3))
        gru_state = self.state("gru.state", gru_state, (2, 6))
        simple_rnn_state = self.state("simple_rnn.state", simple_rnn_state, (2, 5))

        # gru: GRU, (2, 4, 3) -> (2, 4, 6)
        gru, gru_state_after = run_gru(
            x, gru_state, w["gru/kernel"], w["gru/recurrent_kernel"], w["gru/bias"]
        )

        # simple_rnn: SimpleRNN, (2, 4, 6) -> (2, 5)
        simple_rnn_steps, simple_rnn_state_after = run_simple_rnn(
            gru[:, ::-1],
            simple_rnn_state,
            w["simple_rnn/kernel"],
            w["simple_rnn/recurrent_kernel"],
            w["simple_rnn/bias"],
        )
        simple_rnn = simple_rnn_steps[:, -1]

        # dense: Dense, (2, 5) -> (2, 2)
        dense = linear(simple_rnn, w["dense/kernel"], w["dense/bias"])

        self.states = {
            "gru.state": gru_state_after,
            "simple_rnn.state": simple_rnn_state_after,
        }
        return dense, gru_state_after, simple_rnn_state_after

    def reset_states(self) -> None:
        """Let the next call start with states of zero."""
        self.states = {}

    def state(
        self, name: str, given: ArrayLike | None, shape: tuple[int, ...]
    ) -> Array:
        """A state as a call begins: the given one, the last call's, or zeros."""
        if given is not None:
            return as_input(name, given, np.float32, shape)
        found = self.states.get(name, np.zeros(shape, np.float32))
        if found.shape != shape:
            hint = "call reset_states() before another batch size"
            raise ValueError(f"state {name} is {found.shape}, expected {shape}: {hint}")
        return found


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


def run_gru(
    x: Array, h: Array, kernel: Array, recurrent_kernel: Array, bias: Array
) -> tuple[Array, Array]:
    """A GRU over the steps of x; its reset gate acts before the product with the state.

    x: (batch, time, in); h: (batch, units), the state before.
    kernel: (in, 3 * units), recurrent_kernel: (units, 3 * units), bias: (3 * units,);
    each holds the update gate z, the reset gate r, the candidate h.

    Returns the outputs (batch, time, units), and the state after.
    """
    inputs = x @ kernel + bias  # (batch, time, 3 * units)
    kernel_z, kernel_r, kernel_h = np.split(recurrent_kernel, 3, axis=-1)
    outputs = np.zeros((*x.shape[:2], h.shape[-1]), np.float32)

    for t in range(x.shape[1]):
        x_z, x_r, x_h = np.split(inputs[:, t], 3, axis=-1)
        z = hard_sigmoid(x_z + h @ kernel_z)
        r = hard_sigmoid(x_r + h @ kernel_r)
        candidate = np.tanh(x_h + (r * h) @ kernel_h)
        h = z * h + (1 - z) * candidate
        outputs[:, t] = h

    return outputs, h


def relu(x: Array) -> Array:
    """max(x, 0)."""
    return np.maximum(x, 0)


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
        h = relu(inputs[:, t] + h @ recurrent_kernel)
        outputs[:, t] = h

    return outputs, h


def linear(x: Array, kernel: Array, bias: Array) -> Array:
    """x: (..., in), kernel: (in, out), bias: (out,) -> (..., out)."""
    return x @ kernel + bias

"""The model stepper.

Written by specc 0.1.0 for NumPy; dialect keras2.

    model = load()
    cells, cells_state_0, cells_state_1, cells_state_2 = model(x)

    x: float32 (batch, 3)
    -> cells: float32 (batch, 4)

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
    "cells/cell_0/kernel": (3, 20),
    "cells/cell_0/recurrent_kernel": (5, 20),
    "cells/cell_0/bias": (20,),
    "cells/cell_1/kernel": (5, 12),
    "cells/cell_1/recurrent_kernel": (4, 12),
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
        cells_state_0: ArrayLike | None = None,
        cells_state_1: ArrayLike | None = None,
        cells_state_2: ArrayLike | None = None,
    ) -> tuple[Array, Array, Array, Array]:
        """Run the model once; states that are not given are those of the last call."""
        w = self.weights
        x = as_input("x", x, np.float32, (None, 3))
        cells_state_0 = self.state("cells.state_0", cells_state_0, (len(x), 5))
        cells_state_1 = self.state("cells.state_1", cells_state_1, (len(x), 5))
        cells_state_2 = self.state("cells.state_2", cells_state_2, (len(x), 4))

        # cells: StackedRNNCells, (batch, 3) -> (batch, 4)
        cells_unsqueeze = np.expand_dims(x, 1)
        cells_recurrent, cells_state_0_after, cells_state_1_after = run_lstm(
            cells_unsqueeze,
            cells_state_0,
            cells_state_1,
            w["cells/cell_0/kernel"],
            w["cells/cell_0/recurrent_kernel"],
            w["cells/cell_0/bias"],
        )
        cells_steps, cells_state_2_after = run_gru(
            cells_recurrent,
            cells_state_2,
            w["cells/cell_1/kernel"],
            w["cells/cell_1/recurrent_kernel"],
        )
        cells = cells_steps[:, -1]

        self.states = {
            "cells.state_0": cells_state_0_after,
            "cells.state_1": cells_state_1_after,
            "cells.state_2": cells_state_2_after,
        }
        return cells, cells_state_0_after, cells_state_1_after, cells_state_2_after

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


def run_gru(
    x: Array, h: Array, kernel: Array, recurrent_kernel: Array
) -> tuple[Array, Array]:
    """A GRU over the steps of x; its reset gate acts before the product with the state.

    x: (batch, time, in); h: (batch, units), the state before.
    kernel: (in, 3 * units), recurrent_kernel: (units, 3 * units);
    each holds the update gate z, the reset gate r, the candidate h.

    Returns the outputs (batch, time, units), and the state after.
    """
    inputs = x @ kernel  # (batch, time, 3 * units)
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

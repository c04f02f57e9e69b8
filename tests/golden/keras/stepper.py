"""The model stepper.

Written by specc 0.1.0 for Keras 3; dialect keras2.

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

import keras
import numpy as np
from safetensors.numpy import load_file, save_file


def load(
    weights: str | os.PathLike[str] | Mapping[str, Any] | None = None,
) -> Network:
    """The model with its weights.

    weights: a .safetensors, by default the one beside this module; or the arrays by
    name.
    """
    model = build()
    if not isinstance(weights, Mapping):
        file = Path(__file__).with_suffix(".safetensors")
        weights = load_file(file if weights is None else weights)
    for name, variable in named_weights(model).items():
        if name not in weights:
            raise ValueError(f"weight {name} is missing")
        variable.assign(weights[name])
    return Network(model)


def save_weights(model: keras.Model, path: str | os.PathLike[str]) -> None:
    """Write the weights into a .safetensors, for load and for specc."""
    named = named_weights(model).items()
    save_file({name: keras.ops.convert_to_numpy(x) for name, x in named}, path)


def build() -> keras.Model:
    """The model as its initializers make it."""
    cells_state_0 = keras.Input(shape=(5,), name="cells.state_0.in")
    cells_state_1 = keras.Input(shape=(5,), name="cells.state_1.in")
    cells_state_2 = keras.Input(shape=(4,), name="cells.state_2.in")
    x = keras.Input(shape=(3,), name="x")
    cells_layer = keras.layers.StackedRNNCells(
        cells=[
            keras.layers.LSTMCell(units=5, recurrent_activation=hard_sigmoid),
            keras.layers.GRUCell(
                units=4,
                use_bias=False,
                recurrent_activation=hard_sigmoid,
                reset_after=False,
            ),
        ],
        name="cells",
    )
    cells, ((next_cells_state_0, next_cells_state_1), next_cells_state_2) = cells_layer(
        x, [[cells_state_0, cells_state_1], cells_state_2]
    )
    return keras.Model(
        [x, cells_state_0, cells_state_1, cells_state_2],
        (cells, next_cells_state_0, next_cells_state_1, next_cells_state_2),
        name="stepper",
    )


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    cell_0 = model.get_layer("cells").cells[0]
    cell_1 = model.get_layer("cells").cells[1]
    return {
        "cells/cell_0/kernel": cell_0.kernel,
        "cells/cell_0/recurrent_kernel": cell_0.recurrent_kernel,
        "cells/cell_0/bias": cell_0.bias,
        "cells/cell_1/kernel": cell_1.kernel,
        "cells/cell_1/recurrent_kernel": cell_1.recurrent_kernel,
    }


@keras.saving.register_keras_serializable(package="specc")
def hard_sigmoid(x: Any) -> Any:
    """The function of this name before Keras 3."""
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


class Network:
    """The model: call it with its inputs, in order.

    model: the keras.Model, to train and to save.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        self.states: list[Any] = []

    def __call__(
        self,
        x: Any,
        cells_state_0: Any = None,
        cells_state_1: Any = None,
        cells_state_2: Any = None,
        training: bool = False,
    ) -> Any:
        """Run the model once; states that are not given are those of the last call."""
        size = len(x)
        given = [cells_state_0, cells_state_1, cells_state_2]
        zeros = [np.zeros((size, n), np.float32) for n in (5, 5, 4)]
        states = self.states or zeros
        states = [old if new is None else new for old, new in zip(states, given)]
        inputs = [keras.ops.convert_to_tensor(x) for x in [x, *states]]
        *outputs, next_cells_state_0, next_cells_state_1, next_cells_state_2 = self.model(
            inputs, training=training
        )
        self.states = [next_cells_state_0, next_cells_state_1, next_cells_state_2]
        return (*outputs, *self.states)

    def reset_states(self) -> None:
        """Let the next call start with states of zero."""
        self.states = []

"""The model forecaster.

Written by specc 0.1.0 for Keras 3; dialect keras2.

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

import keras
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
    return keras.Sequential(
        [
            keras.Input(batch_shape=(2, 4, 3), name="x"),
            keras.layers.GRU(
                units=6,
                return_sequences=True,
                stateful=True,
                kernel_constraint=keras.constraints.MaxNorm(max_value=2, axis=0),
                recurrent_activation=hard_sigmoid,
                reset_after=False,
                name="gru",
            ),
            keras.layers.SimpleRNN(
                units=5,
                go_backwards=True,
                stateful=True,
                activation="relu",
                name="simple_rnn",
            ),
            keras.layers.Dense(units=2, name="dense"),
        ],
        name="forecaster",
    )


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    gru = model.get_layer("gru").cell
    simple_rnn = model.get_layer("simple_rnn").cell
    dense = model.get_layer("dense")
    return {
        "gru/kernel": gru.kernel,
        "gru/recurrent_kernel": gru.recurrent_kernel,
        "gru/bias": gru.bias,
        "simple_rnn/kernel": simple_rnn.kernel,
        "simple_rnn/recurrent_kernel": simple_rnn.recurrent_kernel,
        "simple_rnn/bias": simple_rnn.bias,
        "dense/kernel": dense.kernel,
        "dense/bias": dense.bias,
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
        self.states = [
            model.get_layer("gru").states[0],
            model.get_layer("simple_rnn").states[0],
        ]

    def __call__(
        self,
        x: Any,
        gru_state: Any = None,
        simple_rnn_state: Any = None,
        training: bool = False,
    ) -> Any:
        """Run the model once; states that are not given are those of the last call."""
        for variable, state in zip(self.states, [gru_state, simple_rnn_state]):
            if state is not None:
                variable.assign(state)
        outputs = self.model(x, training=training)
        states = [keras.ops.copy(variable) for variable in self.states]
        return (outputs, *states)

    def reset_states(self) -> None:
        """Let the next call start with states of zero."""
        for state in self.states:
            state.assign(keras.ops.zeros_like(state))

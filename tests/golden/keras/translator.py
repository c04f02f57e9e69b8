"""The model translator.

Written by specc 0.1.0 for Keras 3; dialect keras2.

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
    source = keras.Input(shape=(None, 7), name="source")
    target = keras.Input(shape=(None, 9), name="target")
    encoder_layer = keras.layers.LSTM(
        units=12, return_state=True, recurrent_activation=hard_sigmoid, name="encoder"
    )
    _, encoder_h, encoder_c = encoder_layer(source)
    decoder_layer = keras.layers.LSTM(
        units=12,
        return_sequences=True,
        recurrent_activation=hard_sigmoid,
        name="decoder",
    )
    decoder = decoder_layer(target, initial_state=[encoder_h, encoder_c])
    letters = keras.layers.Dense(units=9, activation="softmax", name="letters")(decoder)
    return keras.Model([source, target], letters, name="translator")


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    encoder = model.get_layer("encoder").cell
    decoder = model.get_layer("decoder").cell
    letters = model.get_layer("letters")
    return {
        "encoder/kernel": encoder.kernel,
        "encoder/recurrent_kernel": encoder.recurrent_kernel,
        "encoder/bias": encoder.bias,
        "decoder/kernel": decoder.kernel,
        "decoder/recurrent_kernel": decoder.recurrent_kernel,
        "decoder/bias": decoder.bias,
        "letters/kernel": letters.kernel,
        "letters/bias": letters.bias,
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

    def __call__(self, source: Any, target: Any, training: bool = False) -> Any:
        """Run the model once."""
        return self.model([source, target], training=training)

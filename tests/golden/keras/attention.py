"""The model attention.

Written by specc 0.1.0 for Keras 3; dialect tf.keras.

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
    question = keras.Input(shape=(None, 4), name="question")
    text = keras.Input(shape=(None, 4), name="text")
    masked = keras.layers.Masking(name="masked")(text)
    reader_layer = keras.layers.LSTM(
        units=4, return_sequences=True, recurrent_activation=hard_sigmoid, name="reader"
    )
    reader = reader_layer(masked)
    looks = keras.layers.Attention(use_scale=True, name="looks")([question, reader])
    both = keras.layers.Concatenate(name="both")([question, looks])
    mean = keras.layers.GlobalAveragePooling1D(name="mean")(both)
    answer = keras.layers.Dense(units=3, activation="softmax", name="answer")(mean)
    return keras.Model([question, text], answer, name="attention")


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    reader = model.get_layer("reader").cell
    looks = model.get_layer("looks")
    answer = model.get_layer("answer")
    return {
        "reader/kernel": reader.kernel,
        "reader/recurrent_kernel": reader.recurrent_kernel,
        "reader/bias": reader.bias,
        "looks/scale": looks.scale,
        "answer/kernel": answer.kernel,
        "answer/bias": answer.bias,
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

    def __call__(self, question: Any, text: Any, training: bool = False) -> Any:
        """Run the model once."""
        return self.model([question, text], training=training)

"""sentiment: Whether a review is kind.

Written by specc 0.1.0 for Keras 3; dialect keras2.

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

import keras
from safetensors.numpy import load_file, save_file


def load(
    weights: str | os.PathLike[str] | Mapping[str, Any] | None = None,
) -> keras.Model:
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
    return model


def save_weights(model: keras.Model, path: str | os.PathLike[str]) -> None:
    """Write the weights into a .safetensors, for load and for specc."""
    named = named_weights(model).items()
    save_file({name: keras.ops.convert_to_numpy(x) for name, x in named}, path)


def build() -> keras.Model:
    """The model as its initializers make it."""
    return keras.Sequential(
        [
            keras.Input(shape=(80,), dtype="int32", name="tokens"),
            keras.layers.Embedding(
                input_dim=500, output_dim=16, mask_zero=True, name="embedding"
            ),
            keras.layers.LSTM(
                units=8,
                return_sequences=True,
                dropout=0.2,
                recurrent_dropout=0.1,
                recurrent_activation=hard_sigmoid,
                implementation=1,
                name="lstm",
            ),
            keras.layers.LSTM(
                units=4,
                kernel_regularizer=keras.regularizers.L2(0.01),
                recurrent_activation=hard_sigmoid,
                name="lstm_1",
            ),
            keras.layers.Dense(units=1, activation="sigmoid", name="dense"),
        ],
        name="sentiment",
    )


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    embedding = model.get_layer("embedding")
    lstm = model.get_layer("lstm").cell
    lstm_1 = model.get_layer("lstm_1").cell
    dense = model.get_layer("dense")
    return {
        "embedding/embeddings": embedding.embeddings,
        "lstm/kernel": lstm.kernel,
        "lstm/recurrent_kernel": lstm.recurrent_kernel,
        "lstm/bias": lstm.bias,
        "lstm_1/kernel": lstm_1.kernel,
        "lstm_1/recurrent_kernel": lstm_1.recurrent_kernel,
        "lstm_1/bias": lstm_1.bias,
        "dense/kernel": dense.kernel,
        "dense/bias": dense.bias,
    }


@keras.saving.register_keras_serializable(package="specc")
def hard_sigmoid(x: Any) -> Any:
    """The function of this name before Keras 3."""
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)

"""The model video.

Written by specc 0.1.0 for Keras 3; dialect keras3.

    model = load()
    dense = model(frames)

    frames: float32 (batch, 5, 8, 8, 2)
    -> dense: float32 (batch, 6)
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
            keras.Input(shape=(5, 8, 8, 2), name="frames"),
            keras.layers.ConvLSTM2D(
                filters=3,
                kernel_size=3,
                return_sequences=True,
                padding="same",
                name="conv_lstm2d",
            ),
            keras.layers.BatchNormalization(name="batch_normalization"),
            keras.layers.ConvLSTM2D(
                filters=4, kernel_size=(3, 2), strides=2, name="conv_lstm2d_1"
            ),
            keras.layers.MaxPooling2D(
                pool_size=2, padding="same", name="max_pooling2d"
            ),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dropout(rate=0.5, name="dropout"),
            keras.layers.Dense(units=6, activation="softmax", name="dense"),
        ],
        name="video",
    )


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    conv_lstm2d = model.get_layer("conv_lstm2d").cell
    batch_normalization = model.get_layer("batch_normalization")
    conv_lstm2d_1 = model.get_layer("conv_lstm2d_1").cell
    dense = model.get_layer("dense")
    return {
        "conv_lstm2d/kernel": conv_lstm2d.kernel,
        "conv_lstm2d/recurrent_kernel": conv_lstm2d.recurrent_kernel,
        "conv_lstm2d/bias": conv_lstm2d.bias,
        "batch_normalization/gamma": batch_normalization.gamma,
        "batch_normalization/beta": batch_normalization.beta,
        "batch_normalization/moving_mean": batch_normalization.moving_mean,
        "batch_normalization/moving_variance": batch_normalization.moving_variance,
        "conv_lstm2d_1/kernel": conv_lstm2d_1.kernel,
        "conv_lstm2d_1/recurrent_kernel": conv_lstm2d_1.recurrent_kernel,
        "conv_lstm2d_1/bias": conv_lstm2d_1.bias,
        "dense/kernel": dense.kernel,
        "dense/bias": dense.bias,
    }

"""The model sensor.

Written by specc 0.1.0 for Keras 3; dialect tf.keras.

    model = load()
    dense = model(readings)

    readings: float32 (batch, time, 6)
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
            keras.Input(shape=(None, 6), name="readings"),
            keras.layers.Conv1D(
                kernel_size=3,
                filters=8,
                dilation_rate=2,
                activation="relu",
                padding="causal",
                name="conv1d",
            ),
            keras.layers.Conv1D(
                kernel_size=4,
                filters=8,
                strides=2,
                activation="swish",
                padding="same",
                name="conv1d_1",
            ),
            keras.layers.LayerNormalization(name="layer_normalization"),
            keras.layers.GaussianNoise(stddev=0.1, name="gaussian_noise"),
            keras.layers.RNN(
                cell=[
                    keras.layers.LSTMCell(units=5),
                    keras.layers.SimpleRNNCell(units=4),
                ],
                name="rnn",
            ),
            keras.layers.LeakyReLU(negative_slope=0.3, name="leaky_re_lu"),
            keras.layers.Dense(units=1, name="dense"),
        ],
        name="sensor",
    )


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    conv1d = model.get_layer("conv1d")
    conv1d_1 = model.get_layer("conv1d_1")
    layer_normalization = model.get_layer("layer_normalization")
    cell_0 = model.get_layer("rnn").cell.cells[0]
    cell_1 = model.get_layer("rnn").cell.cells[1]
    dense = model.get_layer("dense")
    return {
        "conv1d/kernel": conv1d.kernel,
        "conv1d/bias": conv1d.bias,
        "conv1d_1/kernel": conv1d_1.kernel,
        "conv1d_1/bias": conv1d_1.bias,
        "layer_normalization/gamma": layer_normalization.gamma,
        "layer_normalization/beta": layer_normalization.beta,
        "rnn/cell_0/kernel": cell_0.kernel,
        "rnn/cell_0/recurrent_kernel": cell_0.recurrent_kernel,
        "rnn/cell_0/bias": cell_0.bias,
        "rnn/cell_1/kernel": cell_1.kernel,
        "rnn/cell_1/recurrent_kernel": cell_1.recurrent_kernel,
        "rnn/cell_1/bias": cell_1.bias,
        "dense/kernel": dense.kernel,
        "dense/bias": dense.bias,
    }

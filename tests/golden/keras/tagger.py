"""The model tagger.

Written by specc 0.1.0 for Keras 3; dialect tf.keras.

    model = load()
    time_distributed = model(words)

    words: int32 (batch, time)
    -> time_distributed: float32 (batch, time, 5)
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
            keras.Input(shape=(None,), dtype="int32", name="words"),
            keras.layers.Embedding(
                input_dim=100, output_dim=8, mask_zero=True, name="embedding"
            ),
            keras.layers.Bidirectional(
                layer=keras.layers.GRU(units=6, return_sequences=True),
                name="bidirectional",
            ),
            keras.layers.TimeDistributed(
                layer=keras.layers.Dense(units=5, activation="softmax"),
                name="time_distributed",
            ),
        ],
        name="tagger",
    )


def named_weights(model: keras.Model) -> dict[str, Any]:
    """The variables of a model by the names of their arrays."""
    embedding = model.get_layer("embedding")
    forward = model.get_layer("bidirectional").forward_layer.cell
    backward = model.get_layer("bidirectional").backward_layer.cell
    layer = model.get_layer("time_distributed").layer
    return {
        "embedding/embeddings": embedding.embeddings,
        "bidirectional/forward/kernel": forward.kernel,
        "bidirectional/forward/recurrent_kernel": forward.recurrent_kernel,
        "bidirectional/forward/bias": forward.bias,
        "bidirectional/backward/kernel": backward.kernel,
        "bidirectional/backward/recurrent_kernel": backward.recurrent_kernel,
        "bidirectional/backward/bias": backward.bias,
        "time_distributed/layer/kernel": layer.kernel,
        "time_distributed/layer/bias": layer.bias,
    }

"""Values that editors offer, by the name of the field; they fit every layer that has the field, or name it."""

from __future__ import annotations

from typing import Any

from specc.layers.parameters import CONSTRAINTS, INITIALIZERS, REGULARIZERS

PARTS = ("alpha", "beta", "bias", "depthwise", "embeddings", "gamma", "kernel", "pointwise", "recurrent")
STATISTICS = ("moving_mean", "moving_variance")

EXAMPLES: dict[str, list[Any]] = {
    "activation": ["relu", "sigmoid"],
    "axes": [2, [2, 1]],
    "batch_input_shape": [[1, None, 64]],
    "batch_shape": [[1, None, 64]],
    "batch_size": [1],
    "cell": [{"type": "LSTMCell", "units": 32}],
    "cells": [[{"type": "LSTMCell", "units": 32}, {"type": "GRUCell", "units": 16}]],
    "cropping": [1],
    "defaults": [{"LSTM": {"dropout": 0.2}}],
    "depth_multiplier": [2],
    "dims": [[2, 1]],
    "dropout": [0.2],
    "expect": [{"outputs": {"dense": [93]}, "parameters": 12345}],
    "filters": [16],
    "initial_state": ["encoder.state", ["encoder.state_h", "encoder.state_c"]],
    "input_dim": [64],
    "input_shape": [[10, 64], [None, 64]],
    "inputs": ["encoder", ["left", "right"]],
    "interpolation": ["bilinear"],
    "keras_version": ["2.2.4"],
    "kernel_size": [3],
    "layer": [{"type": "GRU", "units": 16}],
    "mask": ["steps"],
    "metadata": [{"license": "CC0-1.0"}],
    "n": [10],
    "name": ["encoder"],
    "output_padding": [1],
    "outputs": ["dense", ["dense", "encoder.state_h"]],
    "output_dim": [128],
    "pool_size": [2],
    "rate": [0.5],
    "recurrent_dropout": [0.2],
    "shape": [[80], [None, 64]],
    "shared_axes": [[1]],
    "size": [2],
    "stddev": [0.1],
    "target_shape": [[10, -1]],
    "units": [32],
    "vars": [{"units": 64}],
    **{f"{part}_initializer": list(INITIALIZERS) for part in (*PARTS, *STATISTICS)},
    **{f"{part}_regularizer": list(REGULARIZERS) for part in (*PARTS, "activity")},
    **{f"{part}_constraint": list(CONSTRAINTS) for part in PARTS},
}

OWN_EXAMPLES: dict[str, list[Any]] = {
    "Shared.layer": ["encoder"],
    **{
        f"{name}.mask": [["question_steps", "text_steps"], [None, "text_steps"]]
        for name in ("Attention", "AdditiveAttention")
    },
}
"""The same where a field of a class wants other values than its namesakes."""


def examples_of(cls: str, field: str) -> list[Any]:
    """The values that editors offer for a field of a class."""
    return OWN_EXAMPLES.get(f"{cls}.{field}", EXAMPLES.get(field, []))

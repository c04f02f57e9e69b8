"""Values that editors offer, by the name of the field; all of them fit every layer that has the field."""

from __future__ import annotations

from typing import Any

from specc.layers.parameters import CONSTRAINTS, INITIALIZERS, REGULARIZERS

PARTS = ("kernel", "recurrent", "bias", "embeddings")

EXAMPLES: dict[str, list[Any]] = {
    "activation": ["relu", "sigmoid"],
    "batch_input_shape": [[1, None, 64]],
    "batch_shape": [[1, None, 64]],
    "batch_size": [1],
    "cell": [{"type": "LSTMCell", "units": 32}],
    "cells": [[{"type": "LSTMCell", "units": 32}, {"type": "GRUCell", "units": 16}]],
    "dims": [[2, 1]],
    "dropout": [0.2],
    "filters": [16],
    "initial_state": ["encoder.state", ["encoder.state_h", "encoder.state_c"]],
    "input_dim": [64],
    "input_shape": [[10, 64], [None, 64]],
    "inputs": ["encoder", ["left", "right"]],
    "keras_version": ["2.2.4"],
    "kernel_size": [3],
    "layer": [{"type": "GRU", "units": 16}],
    "mask": ["steps"],
    "metadata": [{"license": "CC0-1.0"}],
    "n": [10],
    "name": ["encoder"],
    "outputs": ["dense", ["dense", "encoder.state_h"]],
    "output_dim": [128],
    "rate": [0.5],
    "recurrent_dropout": [0.2],
    "shape": [[80], [None, 64]],
    "target_shape": [[10, -1]],
    "units": [32],
    **{f"{part}_initializer": list(INITIALIZERS) for part in PARTS},
    **{f"{part}_regularizer": list(REGULARIZERS) for part in (*PARTS, "activity")},
    **{f"{part}_constraint": list(CONSTRAINTS) for part in PARTS},
}

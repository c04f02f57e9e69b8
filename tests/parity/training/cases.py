"""Models to train, and what to feed them."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Spec = dict[str, Any]
Entry = dict[str, Any]

ROWS = 20_000
"""Rows of the calls that dropout is counted in."""
STEPS, FEATURES = 5, 3

X: Entry = {"type": "Input", "name": "x", "shape": [None, FEATURES]}
MASKING: Entry = {"type": "Masking", "name": "masking"}
DENSE: Entry = {"type": "Dense", "name": "dense", "units": 2}


def feeds_of(spec: Spec, rows: int) -> dict[str, Array]:
    """Inputs: random, with masked steps of every pattern; or ones where dropout is counted."""
    feeds = {}
    for entry in (e for e in spec["layers"] if e["type"] == "Input"):
        shape = [rows, *(STEPS if d is None else d for d in entry["shape"])]
        random = np.random.default_rng(zlib.crc32(entry["name"].encode()))
        if rows == ROWS:
            feeds[entry["name"]] = np.ones(shape, np.float32)
        elif entry.get("dtype") == "int32":
            feeds[entry["name"]] = random.integers(0, 5, shape).astype(np.int32)
        else:
            x = random.uniform(-1.5, 1.5, shape).astype(np.float32)
            if len(shape) == 3:
                x[0, -2:], x[1, 0], x[2] = 0, 0, 0
            feeds[entry["name"]] = x
    return feeds


def weighing(shape: Any) -> Array:
    """What an output is multiplied by before it is summed up to a loss."""
    shape = tuple(int(n) for n in shape)
    random = np.random.default_rng(len(shape))
    weights: Array = random.uniform(-1, 1, shape).astype(np.float32)
    return weights


def _recurrent(kind: str, **arguments: Any) -> Entry:
    return {"type": kind, "name": "rnn", "units": 4, **arguments}


def _named(name: str, **config: Any) -> Entry:
    """A regularizer or a constraint as Keras serializes it."""
    return {"class_name": name, "config": config}


_PENALIZED = {
    "kernel_regularizer": _named("L1L2", l1=0.02, l2=0.03),
    "recurrent_regularizer": "l2",
    "bias_regularizer": "l1",
    "activity_regularizer": _named("L2", l2=0.05),
}
_ALL: dict[str, list[Entry]] = {
    "lstm": [X, _recurrent("LSTM")],
    "lstm_hard": [X, _recurrent("LSTM", recurrent_activation="hard_sigmoid", activation="softsign")],
    "lstm_unbiased": [X, _recurrent("LSTM", use_bias=False, return_sequences=True)],
    "gru_after": [X, _recurrent("GRU", reset_after=True, return_sequences=True)],
    "gru_before": [X, _recurrent("GRU", reset_after=False)],
    "simple": [X, _recurrent("SimpleRNN", return_sequences=True, go_backwards=True)],
    "masked_lstm": [X, MASKING, _recurrent("LSTM", return_sequences=True), DENSE],
    "masked_states": [X, MASKING, _recurrent("LSTM", return_state=True)],
    "masked_gru": [X, MASKING, _recurrent("GRU", return_state=True, go_backwards=True)],
    "masked_gru_before": [X, MASKING, _recurrent("GRU", reset_after=False, return_sequences=True)],
    "masked_simple": [X, MASKING, _recurrent("SimpleRNN")],
    "bidirectional": [X, {"type": "Bidirectional", "name": "bi", "layer": _recurrent("LSTM")}],
    "bidirectional_gru": [
        X,
        {"type": "Bidirectional", "name": "bi", "layer": _recurrent("GRU", return_sequences=True), "merge_mode": "mul"},
    ],
    "masked_bidirectional": [
        X,
        MASKING,
        {"type": "Bidirectional", "name": "bi", "layer": _recurrent("LSTM", return_sequences=True)},
    ],
    "stacked": [X, MASKING, {**_recurrent("LSTM", return_sequences=True), "name": "first"}, _recurrent("GRU"), DENSE],
    "cells": [
        X,
        {
            "type": "RNN",
            "name": "rnn",
            "cell": [{"type": "LSTMCell", "units": 3}, {"type": "GRUCell", "units": 2}],
            "return_sequences": True,
        },
    ],
    "conv_lstm": [
        {"type": "Input", "name": "x", "shape": [3, 4, 4, 2]},
        {"type": "ConvLSTM2D", "name": "rnn", "filters": 2, "kernel_size": 3, "padding": "same"},
    ],
    "embedding": [
        {"type": "Input", "name": "ids", "shape": [None], "dtype": "int32"},
        {"type": "Embedding", "name": "table", "input_dim": 5, "output_dim": 3, "mask_zero": True},
        _recurrent("LSTM"),
    ],
    "initial_state": [
        X,
        {"type": "Input", "name": "z", "shape": [None, FEATURES]},
        {**_recurrent("LSTM", return_state=True), "name": "encoder", "inputs": "x"},
        {**_recurrent("LSTM"), "inputs": "z", "initial_state": ["encoder.state_h", "encoder.state_c"]},
    ],
    "penalties": [X, _recurrent("LSTM", return_state=True, **_PENALIZED)],
    "penalties_on_gru": [X, _recurrent("GRU", reset_after=True, **_PENALIZED)],
    "orthogonal_penalty": [
        X,
        _recurrent(
            "GRU",
            kernel_regularizer=_named("OrthogonalRegularizer", factor=0.3, mode="columns"),
            recurrent_regularizer=_named("OrthogonalRegularizer", factor=0.01, mode="rows"),
        ),
    ],
    "frozen": [X, _recurrent("LSTM", trainable=False, kernel_regularizer="l2"), DENSE],
    "constraints": [
        X,
        _recurrent(
            "LSTM",
            kernel_constraint=_named("MaxNorm", max_value=0.5),
            recurrent_constraint=_named("MinMaxNorm", min_value=0.9, max_value=1.1, rate=0.7, axis=1),
            bias_constraint="non_neg",
        ),
        {**DENSE, "kernel_constraint": _named("UnitNorm", axis=[0, 1])},
    ],
    "constraints_on_gru": [
        X,
        _recurrent(
            "GRU",
            reset_after=True,
            kernel_constraint="unit_norm",
            recurrent_constraint=_named("MaxNorm", max_value=0.4, axis=1),
            bias_constraint=_named("MaxNorm", max_value=0.5, axis=0),
        ),
    ],
    "radial": [
        {"type": "Input", "name": "x", "shape": [6, 6, 2]},
        {"type": "Conv2D", "name": "odd", "filters": 2, "kernel_size": 5, "kernel_constraint": "radial_constraint"},
        {"type": "Conv2D", "name": "even", "filters": 2, "kernel_size": 2, "kernel_constraint": "radial_constraint"},
    ],
    "batch_norm": [X, {"type": "BatchNormalization", "name": "norm"}, DENSE],
    "batch_norm_masked": [
        X,
        MASKING,
        {"type": "BatchNormalization", "name": "norm", "momentum": 0.7},
        _recurrent("GRU"),
    ],
    "batch_norm_of_images": [
        {"type": "Input", "name": "x", "shape": [4, 4, 3]},
        {"type": "BatchNormalization", "name": "norm", "momentum": 0.6},
    ],
    "batch_norm_axis": [X | {"shape": [4, 3]}, {"type": "BatchNormalization", "name": "norm", "axis": 1}],
    "batch_norm_frozen": [X, {"type": "BatchNormalization", "name": "norm", "trainable": False}, DENSE],
    "layer_norm": [X, {"type": "LayerNormalization", "name": "norm"}, DENSE],
    "conv": [
        X,
        {"type": "Conv1D", "name": "conv", "filters": 4, "kernel_size": 4, "strides": 2, "padding": "same"},
        {"type": "AveragePooling1D", "name": "pool", "pool_size": 2, "padding": "same"},
        {"type": "GlobalMaxPooling1D", "name": "global"},
    ],
    "attention": [
        X,
        {"type": "Attention", "name": "look", "inputs": ["x", "x"], "use_scale": True},
        {"type": "TimeDistributed", "name": "each", "layer": {**DENSE, "activation": "relu"}},
    ],
}  # fmt: skip
_DIALECTS = ("keras3", "tf.keras")
_NOT_IN_KERAS_3 = {"radial", "lstm_input_per_gate"}
"""It has no such constraint, and fails on LSTM with `implementation: 1` and no dropout of the state."""
_NOT_IN_TF_KERAS = {"lstm_native"}
"""Where tf.keras has cuDNN's equations, it draws masks for each step, against its own documentation and its cells."""


def _spec(layers: list[Entry], dialect: str) -> Spec:
    return {"specc": 1, "dialect": dialect, "layers": layers}


GRADIENTS: dict[str, Spec] = {
    f"{name}-{dialect}": _spec(layers, dialect)
    for name, layers in _ALL.items()
    for dialect in _DIALECTS
    if dialect != "keras3" or name not in _NOT_IN_KERAS_3
}
"""Models without randomness."""

_ONE: Entry = {"type": "Input", "name": "x", "shape": [2, 1]}
_LINEAR = {"units": 1, "activation": "linear", "name": "rnn", "return_sequences": True}
_GATED = {**_LINEAR, "recurrent_activation": "linear"}
_START: list[Entry] = [
    {"type": "Input", "name": "h", "shape": [1]},
    {"type": "Input", "name": "c", "shape": [1]},
]


def _drops(kind: str, **arguments: Any) -> list[Entry]:
    """One feature, one unit, two steps; from states of one."""
    states = ["h", "c"] if kind == "LSTM" else ["h"]
    common = _LINEAR if kind == "SimpleRNN" else _GATED
    start = _START if kind == "LSTM" else _START[:1]
    return [_ONE, *start, {"type": kind, **common, "inputs": "x", "initial_state": states, **arguments}]


_BOTH = {"dropout": 0.3, "recurrent_dropout": 0.2}
_DROPPING: dict[str, list[Entry]] = {
    "simple": _drops("SimpleRNN", **_BOTH),
    "lstm_input": _drops("LSTM", dropout=0.3),
    "lstm_input_per_gate": _drops("LSTM", dropout=0.3, implementation=1),
    "lstm_state": _drops("LSTM", recurrent_dropout=0.2),
    "lstm_native": [
        _ONE,
        {"type": "LSTM", "name": "rnn", "units": 1, "return_sequences": True, "dropout": 0.4},
    ],
    "gru_after": _drops("GRU", reset_after=True, **_BOTH),
    "gru_before": _drops("GRU", reset_after=False, recurrent_dropout=0.2),
    "gru_input": _drops("GRU", reset_after=True, dropout=0.3),
    "conv_lstm": [
        {"type": "Input", "name": "x", "shape": [2, 1, 1, 1]},
        {
            "type": "ConvLSTM2D",
            "name": "rnn",
            "filters": 1,
            "kernel_size": 1,
            "activation": "linear",
            "recurrent_activation": "linear",
            "dropout": 0.3,
            "recurrent_dropout": 0.2,
        },
    ],
    "cell": [
        _ONE,
        {"type": "RNN", "name": "rnn", "cell": {"type": "LSTMCell", "units": 1, "activation": "linear",
         "recurrent_activation": "linear", "dropout": 0.3, "implementation": 1}},
    ],
    "dropout": [_ONE, {"type": "Dropout", "name": "drop", "rate": 0.3}],
    "dropout_shape": [_ONE, {"type": "Dropout", "name": "drop", "rate": 0.3, "noise_shape": [None, 1, 1]}],
    "spatial": [_ONE | {"shape": [2, 2]}, {"type": "SpatialDropout1D", "name": "drop", "rate": 0.4}],
    "alpha": [_ONE, {"type": "AlphaDropout", "name": "drop", "rate": 0.2}],
    "attention": [
        _ONE,
        {"type": "Attention", "name": "look", "inputs": ["x", "x"], "dropout": 0.3},
    ],
    "gaussian_noise": [_ONE, {"type": "GaussianNoise", "name": "noise", "stddev": 0.7}],
    "gaussian_dropout": [_ONE, {"type": "GaussianDropout", "name": "noise", "rate": 0.3}],
}  # fmt: skip
DROPPING: dict[str, Spec] = {
    f"{name}-{dialect}": _spec(layers, dialect)
    for name, layers in _DROPPING.items()
    for dialect in _DIALECTS
    if name not in (_NOT_IN_KERAS_3 if dialect == "keras3" else _NOT_IN_TF_KERAS)
}
"""Models whose random outputs on equal rows are counted."""

"""Specs that together use every op, every activation, and recurrent layers in all their forms."""

from __future__ import annotations

from typing import Any, get_args

from specc.activations import ActivationName
from specc.targets import Target

Layer = dict[str, Any]
Spec = dict[str, Any]

SEQUENCE: Layer = {"type": "Input", "name": "x", "shape": [None, 4]}
IMAGES: Layer = {"type": "Input", "name": "x", "shape": [None, 9, 3]}


def spec(*layers: Layer, dialect: str = "tf.keras", **header: Any) -> Spec:
    return {"specc": 1, "dialect": dialect, "layers": list(layers), **header}


def _join(*names: str, **layer: Any) -> Layer:
    return {"inputs": list(names), **layer}


RECURRENT: list[Layer] = [
    {"type": "LSTM", "units": 4, "return_sequences": True, "activation": "selu"},
    {"type": "GRU", "units": 4, "return_sequences": True, "reset_after": False, "use_bias": False},
    {"type": "SimpleRNN", "units": 4, "return_sequences": True, "go_backwards": True},
    {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "return_sequences": True}},
    {"type": "GRU", "units": 4},
]

CORPUS: dict[str, Spec] = {
    "activations": spec(
        {**SEQUENCE, "shape": [16]},
        *(
            {"type": "Activation", "activation": name}
            for name in get_args(ActivationName)
            if name not in ("linear", "hard_swish", "swish")
        ),
        dialect="keras3",
    ),
    "recurrent": spec(SEQUENCE, *RECURRENT),
    "masked": spec(SEQUENCE, {"type": "Masking"}, *RECURRENT),
    "stateful": spec(
        {**SEQUENCE, "batch_size": 2}, *({**layer, "stateful": True} for layer in RECURRENT if "units" in layer)
    ),
    "old_masks": spec(
        SEQUENCE,
        {"type": "Input", "name": "h", "shape": [4]},
        {"type": "Masking", "inputs": "x"},
        {"type": "SimpleRNN", "units": 4, "initial_state": "h", "return_sequences": True},
        {"type": "GRU", "units": 4, "initial_state": "h", "return_state": True, "name": "last"},
        dialect="keras2",
        keras_version="2.3.1",
    ),
    "cells": spec({**SEQUENCE, "shape": [4]}, {"type": "LSTMCell", "units": 3, "name": "class"}),
    "video": spec(
        {"type": "Input", "name": "x", "shape": [None, 6, 5, 2]},
        {"type": "Input", "name": "steps", "shape": [None], "dtype": "bool"},
        {"type": "ConvLSTM2D", "filters": 2, "kernel_size": 3, "padding": "same", "return_sequences": True,
         "inputs": "x", "mask": "steps"},
        {"type": "ConvLSTM2D", "filters": 3, "kernel_size": [3, 2], "padding": "same", "dilation_rate": [1, 2]},
    ),
    "video_channels_first": spec(
        {"type": "Input", "name": "x", "shape": [None, 6, 5, 2]},
        {"type": "ConvLSTM2D", "filters": 2, "kernel_size": [3, 2],
         "padding": "same", "dilation_rate": [1, 2], "data_format": "channels_first"},
    ),
    "steps": spec(
        SEQUENCE,
        {"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2},
        {"type": "Conv1D", "filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "use_bias": False},
        {"type": "SeparableConv1D", "filters": 4, "kernel_size": 3},
        {"type": "Conv1DTranspose", "filters": 4, "kernel_size": 3, "strides": 2},
        {"type": "MaxPooling1D", "padding": "same"},
        {"type": "AveragePooling1D", "strides": 1},
        {"type": "UpSampling1D"},
        {"type": "ZeroPadding1D", "padding": 2},
        {"type": "Cropping1D", "cropping": [1, 2]},
        {"type": "LayerNormalization"},
        {"type": "BatchNormalization", "scale": False},
        {"type": "PReLU", "shared_axes": [1]},
        {"type": "ReLU", "max_value": 6.0, "negative_slope": 0.25, "threshold": 0.5},
        {"type": "GlobalMaxPooling1D"},
        {"type": "RepeatVector", "n": 3},
        {"type": "Permute", "dims": [2, 1]},
        {"type": "Reshape", "target_shape": [2, -1]},
        {"type": "Flatten"},
        dialect="keras3",
    ),
    "images": spec(
        {**IMAGES, "shape": [8, 9, 3]},
        {"type": "Conv2D", "filters": 6, "kernel_size": [3, 2], "strides": [2, 1], "padding": "same", "groups": 3},
        {"type": "DepthwiseConv2D", "kernel_size": 2, "depth_multiplier": 2, "padding": "same"},
        {"type": "UpSampling2D", "interpolation": "bilinear"},
        {"type": "MaxPooling2D", "data_format": "channels_first"},
        {"type": "Conv2DTranspose", "filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"},
        {"type": "BatchNormalization", "axis": 1},
        {"type": "LayerNormalization", "axis": [1, 2]},
        {"type": "Softmax", "axis": [1, 2]},
        {"type": "ZeroPadding2D"},
        {"type": "Cropping2D"},
        {"type": "GlobalAveragePooling2D", "keepdims": True},
    ),
    "solids": spec(
        {"type": "Input", "name": "x", "shape": [5, 5, 6, 2]},
        {"type": "Conv3D", "filters": 2, "kernel_size": 2, "dilation_rate": 2},
        {"type": "AveragePooling3D", "pool_size": 2, "padding": "same"},
    ),
    "joins": spec(
        {"type": "Input", "name": "a", "shape": [None, 4]},
        {"type": "Input", "name": "b", "shape": [None, 4]},
        {"type": "Input", "name": "ids", "shape": [None], "dtype": "int32"},
        {"type": "Embedding", "name": "rows", "input_dim": 7, "output_dim": 4, "mask_zero": True, "inputs": "ids"},
        {"type": "Masking", "name": "m", "inputs": "a"},
        _join("m", "b", "rows", type="Add", name="sum"),
        _join("m", "b", "rows", type="Average", name="mean"),
        _join("m", "b", type="Subtract", name="less"),
        _join("sum", "mean", "less", type="Maximum", name="most"),
        _join("most", "less", type="Multiply", name="product"),
        _join("product", "m", type="Concatenate", name="wide"),
        _join("product", "m", type="Attention", name="seen", use_causal_mask=True),
        _join("product", "seen", type="AdditiveAttention", name="again"),
        _join("again", "seen", type="Dot", axes=1, normalize=True, name="dots"),
        {"type": "Softmax", "name": "shares", "inputs": "dots"},
        {"type": "GlobalAveragePooling1D", "name": "end", "inputs": "wide"},
        {"type": "TimeDistributed", "name": "each", "layer": {"type": "Dense", "units": 2}, "inputs": "wide"},
        outputs=["shares", "end", "each"],
    ),
    "kept_states": spec(
        {**SEQUENCE, "batch_size": 2},
        {"type": "Input", "name": "h", "shape": [3], "batch_size": 2},
        {"type": "GRU", "units": 3, "inputs": "x", "initial_state": "h", "stateful": True, "return_sequences": True},
        {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 2, "return_sequences": True}, "merge_mode": "sum"},
    ),
    "masks_of_keras_3": spec(
        {"type": "Input", "name": "a", "shape": [None, 4]},
        {"type": "Input", "name": "b", "shape": [None, 4]},
        {"type": "Masking", "name": "m", "inputs": "a"},
        {"type": "Masking", "name": "n", "inputs": "b"},
        _join("m", "n", type="Multiply", name="product"),
        _join("m", "n", type="Minimum", name="least"),
        _join("product", "b", type="Concatenate", name="wide"),
        _join("wide", "least", type="Concatenate", name="wider"),
        {"type": "LSTM", "units": 2, "name": "end"},
        dialect="keras3",
    ),
    "shared": spec(
        SEQUENCE,
        {"type": "Input", "name": "z", "shape": [None, 4]},
        {"type": "LSTM", "name": "reader", "inputs": "x", "units": 3, "return_state": True},
        {"type": "Shared", "name": "again", "inputs": "z", "layer": "reader",
         "initial_state": ["reader.state_h", "reader.state_c"]},
        {"type": "Dropout", "name": "dropped", "rate": 0.5},
        outputs=["reader", "dropped", "again.state_c"],
    ),
    "flipped": spec(
        SEQUENCE,
        {"type": "Bidirectional", "layer": {"type": "GRU", "units": 2, "return_sequences": True, "go_backwards": True}},
    ),
    "codes": spec(
        {"type": "Input", "name": "ids", "shape": [5]},
        {"type": "Embedding", "input_dim": 4, "output_dim": 3},
        dialect="keras2",
    ),
    "words": spec(
        {"type": "Input", "name": "letters", "shape": [None, 3], "dtype": "int32"},
        {"type": "TimeDistributed", "layer": {"type": "Embedding", "input_dim": 4, "output_dim": 3, "mask_zero": True}},
        {"type": "TimeDistributed", "layer": {"type": "LSTM", "units": 3}},
        {"type": "GRU", "units": 3},
        dialect="keras2",
    ),
}  # fmt: skip

REFUSED: dict[Target, set[str]] = {"keras": {"kept_states", "video_channels_first"}}
"""What a target refuses."""


def corpus_of(target: Target) -> dict[str, Spec]:
    """The specs that a target takes."""
    return {name: spec for name, spec in CORPUS.items() if name not in REFUSED.get(target, ())}

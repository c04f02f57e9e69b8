"""The documented layers: class name -> where it lives. A module is imported when a spec first uses it."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.layers.base import Layer

HOMES = {
    "Activation": "activation",
    "Add": "merging",
    "AdditiveAttention": "attention",
    "AlphaDropout": "dropout",
    "Attention": "attention",
    "Average": "merging",
    "BatchNormalization": "normalization",
    "AveragePooling1D": "pooling",
    "AveragePooling2D": "pooling",
    "AveragePooling3D": "pooling",
    "Bidirectional": "bidirectional",
    "Concatenate": "merging",
    "Conv1D": "convolution",
    "Conv1DTranspose": "transposed",
    "Conv2D": "convolution",
    "Conv2DTranspose": "transposed",
    "Conv3D": "convolution",
    "ConvLSTM1D": "conv_lstm",
    "ConvLSTM2D": "conv_lstm",
    "ConvLSTM3D": "conv_lstm",
    "Cropping1D": "resizing",
    "Cropping2D": "resizing",
    "CuDNNGRU": "cudnn",
    "CuDNNLSTM": "cudnn",
    "Dense": "dense",
    "Dot": "dot",
    "DepthwiseConv1D": "separable",
    "DepthwiseConv2D": "separable",
    "Dropout": "dropout",
    "ELU": "rectifiers",
    "Embedding": "embedding",
    "Flatten": "shaping",
    "GRU": "gru",
    "GRUCell": "gru_cell",
    "GlobalAveragePooling1D": "global_pooling",
    "GlobalAveragePooling2D": "global_pooling",
    "GlobalAveragePooling3D": "global_pooling",
    "GlobalMaxPooling1D": "global_pooling",
    "GlobalMaxPooling2D": "global_pooling",
    "GlobalMaxPooling3D": "global_pooling",
    "GaussianDropout": "dropout",
    "GaussianNoise": "dropout",
    "Input": "input",
    "LSTM": "lstm",
    "LSTMCell": "lstm_cell",
    "LayerNormalization": "normalization",
    "LeakyReLU": "rectifiers",
    "Masking": "masking",
    "MaxPooling1D": "pooling",
    "MaxPooling2D": "pooling",
    "MaxPooling3D": "pooling",
    "Maximum": "merging",
    "Minimum": "merging",
    "Multiply": "merging",
    "PReLU": "rectifiers",
    "Permute": "shaping",
    "RNN": "rnn",
    "ReLU": "rectifiers",
    "RepeatVector": "shaping",
    "Reshape": "shaping",
    "SeparableConv1D": "separable",
    "SeparableConv2D": "separable",
    "Shared": "shared",
    "SimpleRNN": "simple_rnn",
    "SimpleRNNCell": "simple_rnn_cell",
    "Softmax": "softmax",
    "SpatialDropout1D": "dropout",
    "SpatialDropout2D": "dropout",
    "SpatialDropout3D": "dropout",
    "StackedRNNCells": "rnn",
    "Subtract": "merging",
    "ThresholdedReLU": "rectifiers",
    "TimeDistributed": "time_distributed",
    "UpSampling1D": "resizing",
    "UpSampling2D": "resizing",
    "ZeroPadding1D": "resizing",
    "ZeroPadding2D": "resizing",
}


def find(name: str) -> type[Layer] | None:
    """The class of a layer by its documented name, or None."""
    if name not in HOMES:
        return None
    layer: type[Layer] = getattr(import_module(f"specc.layers.{HOMES[name]}"), name)
    return layer


@cache
def snake_case(name: str) -> str:
    """The default name of a layer: ``TimeDistributed`` -> ``time_distributed``, ``SimpleRNN`` -> ``simple_rnn``."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", words).lower()

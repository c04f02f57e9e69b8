"""The documented layers: class name -> where it lives. A module is imported when a spec first uses it."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.layers.base import Layer

HOMES = {
    "Activation": "activation",
    "Add": "merging",
    "Average": "merging",
    "Bidirectional": "bidirectional",
    "ConvLSTM1D": "conv_lstm",
    "ConvLSTM2D": "conv_lstm",
    "ConvLSTM3D": "conv_lstm",
    "CuDNNGRU": "cudnn",
    "CuDNNLSTM": "cudnn",
    "Concatenate": "merging",
    "Dense": "dense",
    "Dropout": "dropout",
    "Embedding": "embedding",
    "Flatten": "shaping",
    "GRU": "gru",
    "GRUCell": "gru",
    "Input": "input",
    "LSTM": "lstm",
    "LSTMCell": "lstm",
    "Masking": "masking",
    "Maximum": "merging",
    "Minimum": "merging",
    "Multiply": "merging",
    "Permute": "shaping",
    "RNN": "rnn",
    "RepeatVector": "shaping",
    "Reshape": "shaping",
    "SimpleRNN": "simple_rnn",
    "SimpleRNNCell": "simple_rnn",
    "StackedRNNCells": "rnn",
    "Subtract": "merging",
    "TimeDistributed": "time_distributed",
}


def find(name: str) -> type[Layer] | None:
    """The class of a layer by its documented name, or None."""
    if name not in HOMES:
        return None
    layer: type[Layer] = getattr(import_module(f"specc.layers.{HOMES[name]}"), name)
    return layer


def snake_case(name: str) -> str:
    """The default name of a layer: ``TimeDistributed`` -> ``time_distributed``, ``SimpleRNN`` -> ``simple_rnn``."""
    words = re.sub(r"([a-z])([A-Z])", r"\1_\2", name)
    return re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", words).lower()

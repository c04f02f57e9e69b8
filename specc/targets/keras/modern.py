"""A validated layer as Keras 3 has it: the same class under its new arguments, or the class that took its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specc.layers.attention import AdditiveAttention, Attention
from specc.layers.base import Layer
from specc.layers.cudnn import CuDNNGRU, CuDNNLSTM
from specc.layers.embedding import Embedding
from specc.layers.gru import GRU
from specc.layers.lstm import LSTM
from specc.layers.normalization import BatchNormalization
from specc.layers.rectifiers import LeakyReLU, ReLU, ThresholdedReLU
from specc.layers.rnn import RNN, StackedRNNCells


def modernize(layer: Layer) -> Layer:
    """The layer that computes the same in Keras 3, the layers inside it too."""
    held = {name: _modernize_held(getattr(layer, name)) for name in layer.nested_layers}
    if held:
        layer = layer.model_copy(update=held)
    change = _CHANGES.get(type(layer))
    return layer if change is None else change(layer)


def _modernize_held(held: Any) -> Any:
    if isinstance(held, list):
        return [modernize(layer) for layer in held]
    return None if held is None else modernize(held)


def _as(cls: type[Layer], layer: Layer, **arguments: Any) -> Layer:
    """Another class with the arguments that both have."""
    common = {name: getattr(layer, name) for name in cls.model_fields if name in type(layer).model_fields}
    return cls.model_construct(**(common | arguments))


def _plain_lstm(layer: Layer) -> Layer:
    return _as(LSTM, layer, recurrent_activation="sigmoid", implementation=2)


def _plain_gru(layer: Layer) -> Layer:
    return _as(GRU, layer, recurrent_activation="sigmoid", implementation=2, reset_after=True)


def _thresholded(layer: Layer) -> Layer:
    assert isinstance(layer, ThresholdedReLU)
    return _as(ReLU, layer, threshold=layer.theta)


def _leaky(layer: Layer) -> Layer:
    assert isinstance(layer, LeakyReLU)
    slope = layer.alpha if layer.negative_slope is None else layer.negative_slope
    return layer.model_copy(update={"alpha": LeakyReLU.model_fields["alpha"].default, "negative_slope": slope})


def _attention(layer: Layer) -> Layer:
    assert isinstance(layer, Attention | AdditiveAttention)
    return layer.model_copy(update={"causal": False, "use_causal_mask": layer.causal or layer.use_causal_mask})


def _stack(layer: Layer) -> Layer:
    """A stack of one cell that stands alone is that cell."""
    assert isinstance(layer, StackedRNNCells)
    if len(layer.cells) == 1:
        return layer.cells[0]
    return layer.model_copy(update={"reverse_state_order": False})


def _one_cell(layer: Layer) -> Layer:
    """A stack of one cell as that cell: Keras 3 confuses the stack's states with the cell's."""
    assert isinstance(layer, RNN)
    return layer.model_copy(update={"cell": layer.cells[0]}) if len(layer.cells) == 1 else layer


def _one_axis(layer: Layer) -> Layer:
    assert isinstance(layer, BatchNormalization)
    axis = layer.axis
    return layer.model_copy(update={"axis": axis[0]}) if isinstance(axis, list) and len(axis) == 1 else layer


def _embedding(layer: Layer) -> Layer:
    return layer.model_copy(update={"input_length": None})


_CHANGES: dict[type[Layer], Callable[[Layer], Layer]] = {
    AdditiveAttention: _attention,
    Attention: _attention,
    BatchNormalization: _one_axis,
    CuDNNGRU: _plain_gru,
    CuDNNLSTM: _plain_lstm,
    Embedding: _embedding,
    LeakyReLU: _leaky,
    RNN: _one_cell,
    StackedRNNCells: _stack,
    ThresholdedReLU: _thresholded,
}

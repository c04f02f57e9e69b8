"""Where Keras 3 keeps the arrays of a layer, below the group that the layer has in a ``.weights.h5``."""

from __future__ import annotations

from collections.abc import Sequence

from specc.layers.base import Layer
from specc.layers.bidirectional import Bidirectional
from specc.layers.recurrent import Recurrent
from specc.layers.rnn import RNN, StackedRNNCells
from specc.layers.time_distributed import TimeDistributed
from specc.stores.members import count_groups


def array_parts(layer: Layer) -> tuple[str, ...]:
    """Where Keras 3 keeps the arrays of a layer below the layer's own group, in the order of specc's weights."""
    if isinstance(layer, Bidirectional):
        backward = layer.backward_layer or layer.layer
        return (*_below("forward_layer", layer.layer), *_below("backward_layer", backward))
    if isinstance(layer, TimeDistributed):
        return _below("layer", layer.layer)
    if isinstance(layer, RNN):
        return _cell_parts(layer.cells, "cell/") if layer.stacked else ("cell",)
    if isinstance(layer, StackedRNNCells):
        return _cell_parts(layer.cells, "")
    return ("cell",) if isinstance(layer, Recurrent) else ("",)


def _below(step: str, layer: Layer) -> tuple[str, ...]:
    return tuple(f"{step}/{part}" if part else step for part in array_parts(layer))


def _cell_parts(cells: Sequence[Layer], prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}cells/{name}" for name in count_groups([cell.type for cell in cells]))

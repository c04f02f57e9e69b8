"""Parts out of configs: a layer becomes a leaf, a Sequential a chain, a functional model a network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from specc.diagnostics import Path
from specc.keras_files.calls import read_calls, read_ends
from specc.keras_files.classes import is_model, is_operation
from specc.keras_files.configs import (
    class_of,
    config_of,
    is_first_merge,
    is_network,
    is_not_equal,
    is_trainable,
    layers_of,
    linear_layers,
    model_over_time,
    name_of,
    vertex_name,
)
from specc.keras_files.era import Era
from specc.keras_files.layers import Item, Reader
from specc.keras_files.masks import Masks
from specc.keras_files.models import Branches, Chain, Leaf, Part
from specc.keras_files.network import Network, Operation, Vertex
from specc.keras_files.writer import Writer

_RECURRENT = frozenset(
    (
        *("SimpleRNN", "GRU", "LSTM", "CuDNNGRU", "CuDNNLSTM", "RNN", "Bidirectional"),
        *("ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"),
    )
)
"""Layers that take states after their input."""
_KERAS_1_KERNELS = {
    "Convolution1D": "conv1d",
    "AtrousConvolution1D": "conv1d",
    "Convolution2D": "conv2d",
    "AtrousConvolution2D": "conv2d",
    "Convolution3D": "conv3d",
    "Deconvolution2D": "transposed",
    "ConvLSTM2D": "conv2d",
}
"""How Keras 1 kept kernels (``specc.stores.kernels``); ``_th`` follows where the channels come first."""


@dataclass
class Builder:
    """Builds the parts of a file.

    shared: the layers of the models that a first Merge joins, by name: those models may have layers in common, which
    the file then holds once, and says twice.
    """

    era: Era
    writer: Writer
    masks: Masks = field(default_factory=Masks)
    shared: dict[str, tuple[Any, Leaf]] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.report = self.writer.report
        self.reader = Reader(self.era, self.report)

    def model(self, data: Mapping[str, Any], path: Path, prefix: str) -> Part | None:
        """A model as a part. prefix: before the names of its layers, where it stands inside another."""
        layers, at = layers_of(data, path)
        if not layers:
            hint = "the model was saved before it had layers, or by a class of its own"
            self.report.error("K700", (*path, "config"), "the model has no list of layers", hint)
            return None
        self.writer.names.reserve({f"{prefix}{name_of(layer)}" for layer in layers})
        if is_network(data):
            return self._network(data, path, prefix)
        parts: list[Part] = []
        for i, layer in enumerate(layers):
            if i == 0 and is_first_merge(layer):
                parts.append(self._branches(layer, (*at, i), prefix))
            elif class_of(layer) != "InputLayer":
                parts += self._part(layer, (*at, i), prefix)
        return Chain(name_of(data), class_of(data), parts, is_trainable(data))

    def _branches(self, layer: Mapping[str, Any], path: Path, prefix: str) -> Part:
        """Keras 1's Sequential that begins with a Merge of models: branches, and the layer that joins them."""
        parts: list[Part] = []
        self.shared = {}
        for i, inner in enumerate(layer["config"]["layers"]):
            where: Path = (*path, "config", "layers", i)
            own = self.model(inner, where, prefix) if is_model(inner) else None
            parts += self._part(inner, where, prefix) if not is_model(inner) else [own] if own is not None else []
        self.shared = None
        return Branches(parts, self._leaf(layer, path, prefix))

    def _part(self, layer: Any, path: Path, prefix: str) -> list[Part]:
        """The part of a layer; none, reported, for a model that cannot be built."""
        if is_model(layer):
            model = self.model(layer, path, f"{prefix}{name_of(layer)}_")
            return [] if model is None else [model]
        inner = model_over_time(layer)
        chain = None if inner is None else self._chain_over_time(layer, inner, path, prefix)
        return [self._leaf(layer, path, prefix) if chain is None else chain]

    def _leaf(self, layer: Any, path: Path, prefix: str) -> Leaf:
        own = f"{prefix}{name_of(layer)}"
        if self.shared is not None and own in self.shared and self.shared[own][0] == layer:
            return self.shared[own][1]
        item = self.reader.read(layer, path)
        name = self.writer.names.give(own)
        form = self._form(layer, item)
        leaf = Leaf(item, name, name_of(layer), class_of(layer), self.writer, self.masks, form)
        if self.shared is not None:
            self.shared[own] = layer, leaf
        return leaf

    def _form(self, layer: Any, item: Item | None) -> str | None:
        """How Keras 1 kept the kernels of a convolution."""
        fields: Any = None if item is None else item.fields
        while isinstance(fields, Mapping) and class_of(layer) == "TimeDistributed":
            layer, fields = config_of(layer).get("layer"), fields.get("layer")
        form = _KERAS_1_KERNELS.get(class_of(layer))
        if self.era.own != "keras1" or form is None or not isinstance(fields, Mapping):
            return None
        return f"{form}_th" if fields.get("data_format") == "channels_first" else form

    def _chain_over_time(self, layer: Any, inner: Mapping[str, Any], path: Path, prefix: str) -> Chain | None:
        """TimeDistributed of a chain of layers is a chain of TimeDistributed layers; None where it is no chain."""
        layers = linear_layers(inner)
        if layers is None:
            return None
        name = name_of(layer)
        parts: list[Part] = []
        for step, data in layers:
            where: Path = (*path, "config", "layer", *step)
            config = {"name": f"{name}_{name_of(data)}", "layer": data}
            wrapped = {"class_name": "TimeDistributed", "config": config}
            deeper = model_over_time(wrapped)
            if deeper is None:
                parts.append(self._leaf_over_time(wrapped, where, prefix))
                continue
            chain = self._chain_over_time(wrapped, deeper, where, prefix)
            if chain is None:
                return None
            parts.append(replace(chain, title=name_of(data), class_name=class_of(data), inside="layers"))
        return Chain(name, "TimeDistributed", parts, is_trainable(inner) and is_trainable(layer), "layer/layers")

    def _leaf_over_time(self, wrapped: Mapping[str, Any], where: Path, prefix: str) -> Leaf:
        """A TimeDistributed that the file does not hold, around a layer that stands at ``where``."""
        layer = wrapped["config"]["layer"]
        item = self.reader.wrap_over_time(layer, where)
        name = self.writer.names.give(f"{prefix}{name_of(wrapped)}")
        form = self._form(wrapped, item)
        return Leaf(item, name, name_of(layer), class_of(layer), self.writer, self.masks, form, is_wrapped=True)

    def _network(self, data: Mapping[str, Any], path: Path, prefix: str) -> Network | None:
        layers, at = layers_of(data, path)
        vertices = [vertex for i, layer in enumerate(layers) for vertex in self._vertex(layer, (*at, i), prefix)]
        counts = Counter(vertex_name(layer) for layer in layers)
        twice = sorted(name for name, count in counts.items() if count > 1)
        for name in twice:
            self.report.error("K700", at, f"two layers of one model are called `{name}`")
        config = config_of(data)
        inputs, outputs = (read_ends(config.get(k), (*path, "config", k)) for k in ("input_layers", "output_layers"))
        title = name_of(data)
        known = (self.masks, self.report, path)
        return (
            None
            if twice
            else Network(title, class_of(data), vertices, inputs, outputs, *known, trainable=is_trainable(data))
        )

    def _vertex(self, layer: Any, path: Path, prefix: str) -> list[Vertex]:
        """A layer of a network with its calls."""
        name, class_name = vertex_name(layer), class_of(layer)
        nodes = layer.get("inbound_nodes", []) if isinstance(layer, Mapping) else []
        calls = read_calls(nodes, (*path, "inbound_nodes"), class_name in _RECURRENT)
        if class_name == "InputLayer":
            return [Vertex(name, path, None, ())]
        if is_not_equal(layer) or (isinstance(layer, Mapping) and is_operation(layer)):
            kind = "NotEqual" if is_not_equal(layer) else class_name
            return [Vertex(name, path, None, calls, operation=Operation(kind, path, f"{class_name} `{name}`"))]
        parts = self._part(layer, path, prefix)
        if not parts:
            return []
        return [Vertex(name, path, parts[0], calls, self._counted(layer))]

    def _counted(self, layer: Any) -> tuple[int, int] | None:
        """What files call the first call of a model inside: see ``Vertex``.

        Keras 3 counts the call that built a functional model in the outputs of the model outside, and nowhere else.
        """
        if not is_model(layer):
            return None
        if self.era.own == "keras3":
            return 0, int(class_of(layer) != "Sequential")
        return 1, 1

"""One layer of a config as one entry of a spec, with the layers inside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specc import layers
from specc.diagnostics import Path
from specc.diagnostics.quote import quote
from specc.keras_files.arguments import Arguments
from specc.keras_files.classes import explain, is_model
from specc.keras_files.era import Era
from specc.keras_files.reporting import Report
from specc.spec.classes import ALIASES
from specc.stores.members import Scope

MERGE_MODES = {
    "sum": "Add",
    "mul": "Multiply",
    "ave": "Average",
    "max": "Maximum",
    "concat": "Concatenate",
    "dot": "Dot",
}
"""The modes of Keras 1's Merge and the layers that do the same."""
COSINE = (
    "no later layer computes it: it divides by the larger of |a|*|b| and 1e-7 and puts out (batch, 1, 1); `Dot` with "
    "`normalize: true` bounds each length by itself and puts out (batch, 1)"
)
"""What Keras 1.2.2 does in the mode `cos`, for two vectors; for sequences it takes roots of negative numbers."""
_MERGE_KEYS = ("mode", "mode_type", "concat_axis", "dot_axes", "layers")
_MERGE_IDLE = (
    *("output_shape", "output_shape_type", "output_mask", "output_mask_type"),
    *("arguments", "node_indices", "tensor_indices"),
)


@dataclass(frozen=True)
class Item:
    """A layer of the spec. fields: its arguments. places: a path inside the entry -> one of the Keras text.

    path: of the layer in the text. trainable: what the layer says of itself.
    """

    type: str
    path: Path
    fields: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[Path, Path] = field(default_factory=dict)

    @property
    def trainable(self) -> bool:
        return self.fields.get("trainable", True) is not False

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The layers and cells inside a wrapper."""
        return _scopes_of(self.type, self.fields)


@dataclass(frozen=True)
class Reader:
    """Reads layers of one file."""

    era: Era
    report: Report

    def read(self, data: Any, path: Path) -> Item | None:
        """The layer; None, reported, where specc cannot say it."""
        form = self._form(data, path)
        if form is None:
            return None
        class_name, config = form
        name = ALIASES.get(class_name, class_name)
        title = f"{class_name} `{_name_of(data, config)}`"
        if is_model(data):
            message = f"{title} is a model inside a wrapper, which specc cannot take apart"
            self.report.error("K713", path, message, "a chain of layers inside TimeDistributed can be")
            return None
        if class_name == "TimeDistributedDense":
            return self._dense_over_time(config, path, title)
        if class_name == "Merge":
            return self._merge(config, path, title)
        if class_name == "ActivityRegularization":
            return self._penalty(config, path)
        cls = layers.find(name)
        if cls is None:
            code, what, hint = explain(class_name, data)
            self.report.error(code, (*path, "class_name"), f"layer `{_name_of(data, config)}` is {what}", hint)
            return None
        arguments = Arguments(cls, title, (*path, "config"), self.era, self.report)
        if name in ("Bidirectional", "TimeDistributed", "RNN", "StackedRNNCells"):
            return self._wrapper(name, arguments, config, path)
        found = arguments.translate(config)
        return Item(name, path, found.fields, {(key,): (*path, "config", *at) for key, at in found.places.items()})

    def _form(self, data: Any, path: Path) -> tuple[str, Mapping[str, Any]] | None:
        """Class and config of a layer."""
        if isinstance(data, Mapping) and isinstance(data.get("class_name"), str):
            config = data.get("config")
            if isinstance(config, Mapping) or is_model(data):
                return data["class_name"], config if isinstance(config, Mapping) else {}
        self.report.error("K700", path, f"a layer is a mapping of `class_name` and `config`, found {quote(data)}")
        return None

    def _dense_over_time(self, config: Mapping[str, Any], path: Path, title: str) -> Item | None:
        cls = layers.find("Dense")
        assert cls is not None
        found = Arguments(cls, title, (*path, "config"), self.era, self.report).translate(config)
        places: dict[Path, Path] = {("layer", key): (*path, "config", *at) for key, at in found.places.items()}
        return Item("TimeDistributed", path, {"layer": {"type": "Dense", **found.fields}}, places)

    def _penalty(self, config: Mapping[str, Any], path: Path) -> Item:
        """An ActivityRegularization, which puts out what it takes."""
        terms = {key: config[key] for key in ("l1", "l2") if config.get(key)}
        fields: dict[str, Any] = {"activation": "linear"}
        if terms:
            fields["activity_regularizer"] = {"type": "l1_l2" if len(terms) > 1 else next(iter(terms)), **terms}
        places: dict[Path, Path] = {("activity_regularizer", key): (*path, "config", key) for key in terms}
        return Item("Activation", path, fields, places)

    def _merge(self, config: Mapping[str, Any], path: Path, title: str) -> Item | None:
        """The layer that a Merge of Keras 1 is."""
        mode = config.get("mode")
        name = MERGE_MODES.get(mode) if isinstance(mode, str) and config.get("mode_type", "raw") == "raw" else None
        cls = layers.find(name) if name is not None else None
        if name is None or cls is None:
            hint = COSINE if mode == "cos" else f"the modes {', '.join(MERGE_MODES)} can be"
            message = f"{title} merges with {quote(mode)}, which specc cannot do"
            self.report.error("K713", (*path, "config", "mode"), message, hint)
            return None
        fields: dict[str, Any] = {}
        places: dict[Path, Path] = {}
        for key, source in (("axis", "concat_axis"), ("axes", "dot_axes")):
            if key in cls.model_fields and source in config and not (key == "axis" and config[source] == -1):
                fields[key], places[(key,)] = _unpack(config[source]), (*path, "config", source)
        arguments = Arguments(cls, title, (*path, "config"), self.era, self.report)
        arguments.translate(config, (*_MERGE_KEYS, *_MERGE_IDLE))
        return Item(name, path, fields, places)

    def _wrapper(self, name: str, arguments: Arguments, config: Mapping[str, Any], path: Path) -> Item | None:
        keys = {"RNN": ("cell",), "StackedRNNCells": ("cells",), "TimeDistributed": ("layer",)}
        inner_keys = keys.get(name, ("layer", "backward_layer"))
        if name == "Bidirectional" and _says_nothing_new(config):
            inner_keys = ("layer",)
        found = arguments.translate(config, ("layer", "backward_layer", "cell", "cells"))
        fields = dict(found.fields)
        places: dict[Path, Path] = {(key,): (*path, "config", *at) for key, at in found.places.items()}
        for key in inner_keys:
            value = config.get(key)
            if value is None and key == "backward_layer":
                continue
            where: Path = (*path, "config", key)
            if name == "Bidirectional":
                value = _without_zero_output(value)
            inside = self._cells(value, where) if key in ("cell", "cells") else self.read(value, where)
            if inside is None:
                return None
            fields[key] = _nested(inside)
            places[(key,)] = (*path, "config", key)
            places |= _nested_places(key, inside)
        return Item(name, path, fields, places)

    def wrap_over_time(self, data: Any, path: Path) -> Item | None:
        """A layer inside a TimeDistributed that the file does not hold."""
        item = self.read(data, path)
        if item is None:
            return None
        places = {("layer",): path} | _nested_places("layer", item)
        return Item("TimeDistributed", path, {"layer": _nested(item)}, places)

    def _cells(self, value: Any, path: Path) -> Item | list[Item] | None:
        """The cell, or the cells of a stack."""
        cells = _cells_of(value)
        if cells is None:
            return self.read(value, path)
        steps: Path = () if isinstance(value, list) else ("config", "cells")
        items = [self.read(cell, (*path, *steps, i)) for i, cell in enumerate(cells)]
        return None if None in items else [item for item in items if item is not None]


def _unpack(axes: Any) -> Any:
    """Axes of Keras 1: ``[[1], [1]]`` says ``[1, 1]``."""
    if isinstance(axes, list):
        return [axis[0] if isinstance(axis, list) and len(axis) == 1 else axis for axis in axes]
    return axes


def _scopes_of(kind: str, fields: Mapping[str, Any]) -> tuple[Scope, ...]:
    if kind == "Bidirectional":
        layer = fields["layer"]
        return _scope("forward", layer), _scope("backward", fields.get("backward_layer", layer))
    if kind == "TimeDistributed":
        return (_scope("layer", fields["layer"]),)
    if kind != "RNN":
        return ()
    cell = fields["cell"]
    cells = cell.get("cells") if isinstance(cell, Mapping) else cell
    return (_scope("cell", cell),) if cells is None else tuple(_scope(f"cell_{i}", c) for i, c in enumerate(cells))


def _scope(name: str, fields: Mapping[str, Any]) -> Scope:
    return Scope(name, fields.get("trainable", True) is not False, _scopes_of(fields["type"], fields))


def _cells_of(value: Any) -> list[Any] | None:
    """The cells of a stack, which specc takes as a list."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping) or value.get("class_name") != "StackedRNNCells":
        return None
    config = value.get("config")
    cells = config.get("cells") if isinstance(config, Mapping) else None
    is_plain = isinstance(config, Mapping) and not config.get("reverse_state_order")
    return cells if isinstance(cells, list) and is_plain else None


def _nested(inside: Item | list[Item]) -> Any:
    if isinstance(inside, list):
        return [{"type": item.type, **item.fields} for item in inside]
    return {"type": inside.type, **inside.fields}


def _nested_places(key: str, inside: Item | list[Item]) -> dict[Path, Path]:
    listed = [((key,), inside)] if isinstance(inside, Item) else [((key, i), item) for i, item in enumerate(inside)]
    places: dict[Path, Path] = {}
    for start, item in listed:
        places[start] = item.path
        places[(*start, "type")] = (*item.path, "class_name")
        places |= {(*start, *inner): outer for inner, outer in item.places.items()}
    return places


def _without_zero_output(layer: Any) -> Any:
    """A layer inside Bidirectional without the flag that Keras sets on it, whatever it says."""
    config = layer.get("config") if isinstance(layer, Mapping) else None
    if not isinstance(config, Mapping):
        return layer
    return {**layer, "config": {key: value for key, value in config.items() if key != "zero_output_for_mask"}}


def _says_nothing_new(config: Mapping[str, Any]) -> bool:
    """Whether the backward layer that Keras 3 always writes is the copy that Keras makes itself."""
    layer, backward = config.get("layer"), config.get("backward_layer")
    if not isinstance(layer, Mapping) or not isinstance(backward, Mapping):
        return backward is None
    one, other = layer.get("config"), backward.get("config")
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    idle = ("name", "go_backwards", "seed", "dtype")
    plain = ({k: v for k, v in c.items() if k not in idle} for c in (one, other))
    same = layer.get("class_name") == backward.get("class_name")
    turned = bool(other.get("go_backwards")) != bool(one.get("go_backwards"))
    first, second = plain
    return same and turned and first == second


def _name_of(data: Any, config: Mapping[str, Any]) -> str:
    for name in (config.get("name"), data.get("name") if isinstance(data, Mapping) else None):
        if isinstance(name, str):
            return name[:64]
    return "?"

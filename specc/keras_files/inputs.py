"""The Input layers of a whole model: its own, or those that the first layers of a Sequential stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from specc.diagnostics import Path
from specc.keras_files.classes import is_model
from specc.keras_files.configs import class_of, is_first_merge, layers_of, name_of, takes_ids, vertex_name
from specc.keras_files.models import Part, Reference
from specc.keras_files.network import Network
from specc.keras_files.shapes import Found, find_shape, make_input
from specc.keras_files.writer import Writer


@dataclass(frozen=True)
class Inputs:
    """Adds Input layers to the spec."""

    writer: Writer

    def add(self, part: Part, architecture: Mapping[str, Any], path: Path) -> tuple[Reference, ...] | None:
        """The inputs of a model, in order; None, reported, where one has no shape."""
        if isinstance(part, Network):
            return self._add_listed(part, architecture, path)
        layers, at = layers_of(architecture, path)
        if is_first_merge(layers[0]):
            branches = layers[0]["config"]["layers"]
            places = [(*at, 0, "config", "layers", i) for i in range(len(branches))]
            found = [self._add_first(branch, place) for branch, place in zip(branches, places, strict=True)]
            return None if None in found else tuple(found)
        reference = self._add_first(architecture, path)
        return None if reference is None else (reference,)

    def _add_first(self, model: Any, path: Path) -> str | None:
        """The Input of a Sequential: its InputLayer, or the shape that its first layer carries."""
        layers, at = layers_of(model, path) if is_model(model) else ([model], path)
        first = layers[0] if layers else model
        place: Path = (*at, 0) if is_model(model) else path
        found = find_shape(first, place) or find_shape(model, path)
        if found is None:
            hint = "build the model before it is saved: give an Input, or `input_shape` on the first layer"
            message = f"the first layer, `{name_of(first)}`, has no input shape"
            self.writer.report.error("K718", place, message, hint)
            return None
        is_own = class_of(first) == "InputLayer"
        name = name_of(first) if is_own else f"{name_of(first)}_input"
        return self._add(name, found, place, not is_own and takes_ids(first), is_own)

    def _add_listed(
        self, network: Network, architecture: Mapping[str, Any], path: Path
    ) -> tuple[Reference, ...] | None:
        """The InputLayers that a functional model lists."""
        layers, at = layers_of(architecture, path)
        by_name = {vertex_name(layer): (layer, (*at, i)) for i, layer in enumerate(layers)}
        references: list[Reference] = []
        for ref in network.inputs:
            layer, place = by_name.get(ref.layer, (None, ref.path))
            found = find_shape(layer, place)
            if found is None:
                self.writer.report.error("K718", ref.path, f"the input `{ref.layer}` has no layer with a shape")
                return None
            references.append(self._add(ref.layer, found, place, False, True))
        if not references:
            self.writer.report.error("K718", (*path, "config", "input_layers"), "the model has no inputs")
        return None if None in references or not references else tuple(references)

    def _add(self, name: str, found: Found, path: Path, is_for_ids: bool, is_own: bool) -> str | None:
        item = make_input(found, path, is_for_ids, self.writer.report)
        if item is None:
            return None
        given = self.writer.names.give(name, is_own)
        self.writer.add(item, given)
        return given

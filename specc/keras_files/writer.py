"""The spec while it grows: entries in the order of the data, and where in the Keras text each of them stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from specc.diagnostics import Path
from specc.keras_files.layers import Item
from specc.keras_files.naming import Names
from specc.keras_files.reporting import Abandon, Report

_MOST_ENTRIES = 20_000  # models that are called again and again inside each other grow without bounds


@dataclass
class Writer:
    """Adds entries. places: of every path in the spec that has one in the text."""

    report: Report
    names: Names = field(default_factory=Names)
    layers: list[dict[str, Any]] = field(default_factory=list)
    places: dict[Path, Path] = field(default_factory=lambda: {(): ()})

    def add(
        self,
        item: Item,
        name: str,
        inputs: Sequence[str] = (),
        states: Sequence[str] = (),
        mask: str | None = None,
        path: Path | None = None,
    ) -> None:
        """Add a layer. inputs: left out where they are the output of the entry before. path: of the call."""
        if len(self.layers) >= _MOST_ENTRIES:
            message = f"the model calls layers more than {_MOST_ENTRIES:,} times"
            self.report.error("K717", item.path, message, "models that call models again and again grow so")
            raise Abandon
        at: Path = ("layers", len(self.layers))
        entry: dict[str, Any] = {"type": item.type, "name": name}
        if inputs and list(inputs) != [self._latest()]:
            entry["inputs"] = inputs[0] if len(inputs) == 1 else list(inputs)
            self.places[(*at, "inputs")] = path or item.path
        entry |= item.fields
        if states:
            entry["initial_state"] = states[0] if len(states) == 1 else list(states)
            self.places[(*at, "initial_state")] = path or item.path
        if mask is not None:
            entry["mask"] = mask
            self.places[(*at, "mask")] = path or item.path
        self.places[at] = item.path
        self.places[(*at, "type")] = (*item.path, "class_name")
        self.places |= {(*at, *inner): outer for inner, outer in item.places.items()}
        self.layers.append(entry)

    @property
    def inputs(self) -> set[str]:
        """The names of the model's inputs."""
        return {entry["name"] for entry in self.layers if entry["type"] == "Input"}

    def _latest(self) -> str | None:
        return self.layers[-1]["name"] if self.layers else None

"""The recorded vectors: files of small models, what they are fed, and what every Keras that has them computes.

    about       what the vector shows
    models      name -> the layers of a spec
    file        instead of weights: layer -> array -> numbers, in the order of an old Keras file
    weights     name -> numbers, in Keras's layout; where there is a `file`, what its arrays become
    calls       what goes in, call after call
    results     given_by: model -> the settings in which it gives these outputs; outputs: one mapping a call;
                reproduced_by: the versions of Keras whose own numbers agreed

A setting is a dialect, perhaps with a version: ``keras2 2.1.6``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vectors"
_WIDTH = 110


@dataclass(frozen=True)
class Vector:
    """One file."""

    name: str
    data: dict[str, Any]

    def cases(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Every model in every setting, with the result that it gives."""
        for result in self.data["results"]:
            for model, settings in result["given_by"].items():
                for setting in settings:
                    yield model, setting, result

    def spec(self, model: str, setting: str) -> dict[str, Any]:
        """The spec of a model in a setting."""
        return make_spec(self.data["models"][model], setting)


def make_spec(layers: Sequence[Mapping[str, Any]], setting: str) -> dict[str, Any]:
    """The spec of these layers in a setting."""
    dialect, _, version = setting.partition(" ")
    spec = {"specc": 1, "dialect": dialect, "layers": list(layers)}
    return spec | {"keras_version": version} if version else spec


def read_vectors() -> list[Vector]:
    """All vectors, by name."""
    return [Vector(file.stem, json.loads(file.read_text())) for file in sorted(FOLDER.glob("*.json"))]


def write_vector(vector: Vector) -> None:
    """The file, with each array on lines of its own."""
    (FOLDER / f"{vector.name}.json").write_text(show(vector.data) + "\n")


def show(value: Any, indent: int = 0, column: int = 0) -> str:
    """JSON, broken only where a line would be too long. column: where its first line begins."""
    flat = json.dumps(value)
    if len(flat) + max(indent, column) <= _WIDTH or not isinstance(value, dict | list) or not value:
        return flat
    inner, outer = "\n" + " " * (indent + 1), "\n" + " " * indent
    if isinstance(value, dict):
        keys = [f"{json.dumps(key)}: " for key in value]
        items = [key + show(value[k], indent + 1, indent + 1 + len(key)) for k, key in zip(value, keys, strict=True)]
        return "{" + inner + f",{inner}".join(items) + outer + "}"
    return "[" + inner + f",{inner}".join(show(item, indent + 1) for item in value) + outer + "]"

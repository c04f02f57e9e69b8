"""Names of layers: given ones must be unique, the rest are the snake_case class name with a running number."""

from __future__ import annotations

from collections.abc import Sequence

from specc import layers
from specc.diagnostics import Diagnostic, Findings, Place
from specc.spec import Entry


def name_layers(entries: Sequence[Entry], findings: Findings) -> list[str]:
    """The name of each layer, in order."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.name is None:
            continue
        if entry.name in first:
            other = first[entry.name]
            findings.add(
                Diagnostic(
                    "V208",
                    (*entry.path, "name"),
                    f"there are two layers named `{entry.name}`",
                    related=(Place((*other.path, "name"), "the first one"),),
                )
            )
        first.setdefault(entry.name, entry)
    taken = set(first)
    names = []
    for entry in entries:
        name = entry.name
        if name is None:
            base = layers.snake_case(entry.type)
            name, number = base, 0
            while name in taken:
                number += 1
                name = f"{base}_{number}"
            taken.add(name)
        names.append(name)
    return names

"""Names of layers: given ones must be unique, the rest are the snake_case class name with a running number."""

from __future__ import annotations

from collections.abc import Container, Sequence

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
        name = entry.name if entry.name is not None else unused_name(layers.snake_case(entry.type), taken)
        taken.add(name)
        names.append(name)
    return names


def unused_name(base: str, taken: Container[str]) -> str:
    """The name itself, or the first of ``name_1``, ``name_2``, … that is not taken."""
    name, number = base, 0
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name

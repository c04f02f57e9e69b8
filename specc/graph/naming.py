"""Names of layers: given ones must be unique, the rest are the snake_case class name with a running number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc import layers
from specc.diagnostics import Diagnostic, Findings, Place
from specc.spec import Entry


def name_layers(entries: Sequence[Entry], findings: Findings) -> list[str]:
    """The name of each layer, in order."""
    first: dict[str, Entry] = {}
    for entry in entries:
        if entry.name is None or entry.misnamed:
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
    default = Names(first)
    return [
        default.take(layers.snake_case(entry.type)) if entry.name is None or entry.misnamed else entry.name
        for entry in entries
    ]


class Names:
    """Names that are not taken, in one step each, however many layers of one class there are."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._numbers: dict[str, int] = {}

    def take(self, base: str) -> str:
        """The name itself, or the first of ``name_1``, ``name_2``, … that is not taken; it is from now on."""
        number = self._numbers.get(base, 0)
        while (name := f"{base}_{number}" if number else base) in self._taken:
            number += 1
        self._numbers[base] = number + 1
        self._taken.add(name)
        return name

"""Names of Keras as names of specc: letters, digits and underscores, no two alike."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LONGEST = 64


@dataclass
class Names:
    """Gives names. renamed: what Keras called a layer -> its name in the spec, where they differ."""

    renamed: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _reserved: set[str] = field(default_factory=set)

    def reserve(self, names: set[str]) -> None:
        """Keep names of layers for those layers: no name that is made up takes them."""
        self._reserved |= {_clean(name) for name in names}

    def give(self, wanted: str, is_own: bool = True) -> str:
        """A name that no layer has yet. is_own: Keras called the layer so, nobody made the name up."""
        base = _clean(wanted)
        name, number = base, 0
        while name in self._taken or (not is_own and name in self._reserved):
            number += 1
            suffix = f"_{number}"
            name = f"{base[: _LONGEST - len(suffix)]}{suffix}"
        self._taken.add(name)
        if is_own and name != wanted:
            self.renamed[wanted] = name
        return name


def clean_model_name(name: object) -> str:
    """The name of a whole model."""
    return _clean(name) if isinstance(name, str) and name else "model"


def _clean(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name) or "layer"
    return (plain if not plain[0].isdigit() else f"_{plain}")[:_LONGEST]

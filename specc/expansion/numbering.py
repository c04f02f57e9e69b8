"""Names in a block: each round's layers have names of their own, and references inside the round follow them.

``rnn`` becomes ``rnn_0``, ``rnn_1``, …; in a block inside a block ``rnn_2_0``, the outer round first. A name with
``${…}`` in it is the user's own doing and stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from specc.expansion.places import Home

_REFERENCES = ("inputs", "initial_state", "mask")


@dataclass(frozen=True)
class Made:
    """A layer of the expanded spec, and where it stands.

    name: as written, where rounds number it; numbers: of the blocks that it has come through, each behind a ``_``.
    """

    data: Any
    home: Home
    name: str | None = None
    numbers: str = ""

    @classmethod
    def of(cls, item: Any, data: Any, home: Home) -> Made:
        """A layer as written (``item``) and with its values (``data``)."""
        name = item.get("name") if isinstance(item, Mapping) else None
        return cls(data, home, name if isinstance(name, str) and "${" not in name else None)


def number_names(layers: Sequence[Made], number: int) -> list[Made]:
    """The layers of one round, under names that have its number."""
    new = {f"{made.name}{made.numbers}": f"{made.name}_{number}{made.numbers}" for made in layers if made.name}
    return [
        replace(
            made,
            data=_rename(made.data, new) if isinstance(made.data, dict) else made.data,
            numbers=f"_{number}{made.numbers}",
        )
        for made in layers
    ]


def _rename(layer: Mapping[str, Any], new: Mapping[str, str]) -> dict[str, Any]:
    """A layer with the new names, its own and those that it refers to."""
    renamed = dict(layer)
    keys = [key for key in _REFERENCES if key in layer]
    keys += ["layer"] if layer.get("type") == "Shared" else []
    for key in keys:
        value = layer[key]
        renamed[key] = [_refer(item, new) for item in value] if isinstance(value, list) else _refer(value, new)
    name = layer.get("name")
    if isinstance(name, str):
        renamed["name"] = new.get(name, name)
    return renamed


def _refer(reference: Any, new: Mapping[str, str]) -> Any:
    if not isinstance(reference, str):
        return reference
    name, dot, output = reference.partition(".")
    return f"{new.get(name, name)}{dot}{output}"

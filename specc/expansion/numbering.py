"""Names in a block: each round's layers have names of their own, and references inside the round follow them.

``rnn`` becomes ``rnn_0``, ``rnn_1``, …; in a block inside a block ``rnn_2_0``, the outer round first. A name with
``${…}`` in it is the user's own doing and stays as it is, and so does one that no layer may have: the number is not to
blame for it. Names and references under misspelt keys are found, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from specc.expansion.meant import mended_class, misspelt_keys
from specc.expansion.places import Home
from specc.layers.base import NAME_PATTERN

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
        name = item[key] if isinstance(item, Mapping) and (key := _key_of_name(item)) is not None else None
        return cls(data, home, name if isinstance(name, str) and re.fullmatch(NAME_PATTERN, name) else None)


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
    for key in _keys_of_references(layer):
        value = layer[key]
        renamed[key] = [_refer(item, new) for item in value] if isinstance(value, list) else _refer(value, new)
    named = _key_of_name(layer)
    if named is not None and isinstance(layer[named], str):
        renamed[named] = new.get(layer[named], layer[named])
    return renamed


def _key_of_name(layer: Mapping[str, Any]) -> str | None:
    """The key that the name of a layer stands under, if it has one."""
    if "name" in layer:
        return "name"
    cls = mended_class(layer)
    return None if cls is None else misspelt_keys(layer, cls).get("name")


def _keys_of_references(layer: Mapping[str, Any]) -> Iterator[str]:
    """The keys that references of a layer stand under."""
    cls = mended_class(layer)
    misspelt = {} if cls is None else misspelt_keys(layer, cls)
    for name in (*_REFERENCES, "layer") if cls is not None and cls.__name__ == "Shared" else _REFERENCES:
        if name in layer:
            yield name
        elif name in misspelt:
            yield misspelt[name]


def _refer(reference: Any, new: Mapping[str, str]) -> Any:
    if not isinstance(reference, str):
        return reference
    name, dot, output = reference.partition(".")
    return f"{new.get(name, name)}{dot}{output}"

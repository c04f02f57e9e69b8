"""The one rule for identifiers: readable, valid, unique, and never a word that Python or the module uses."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

LONGEST = 30
"""Longer names are cut, so that a statement still fits a line."""
_FORBIDDEN = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "self", "l", "O", "I"}
"""``l``, ``O`` and ``I`` look like digits; linters refuse them."""
_SHORT = {"state_h": "h", "state_c": "c"}


@dataclass
class Names:
    """Hands out the identifiers of one module, each once. reserved: what the module calls its own."""

    reserved: Iterable[str] = ()
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._taken = _FORBIDDEN | set(self.reserved)

    def unique(self, wanted: str) -> str:
        """An identifier near to a wanted name: ``lstm``; ``lstm_1`` where that is taken, ``class_1`` for ``class``."""
        base = identifier(wanted)
        found, count = base, 0
        while found in self._taken:
            count += 1
            found = f"{base}_{count}"
        self._taken.add(found)
        return found


def identifier(text: str) -> str:
    """A text with everything else than ASCII letters and digits as ``_``, no longer than LONGEST."""
    cleaned = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:LONGEST].rstrip("_")
    return f"x_{cleaned}".rstrip("_") if not cleaned or cleaned[0].isdigit() else cleaned


def state_name(layer: str, state: str) -> str:
    """How a state of a layer is called: ``lstm_h``, ``lstm_c``, ``gru_state``."""
    return f"{identifier(layer)}_{_SHORT.get(state, state)}"

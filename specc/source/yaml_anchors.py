"""The anchors of a YAML text, and what repeating them costs."""

from dataclasses import dataclass, field
from typing import NamedTuple

from specc.diagnostics import did_you_mean
from specc.source.outline import Outline, shorten


class Anchor(NamedTuple):
    """A value that aliases may repeat: its rank, how many values it is, how deep (0 for a scalar)."""

    data: object
    value: int
    size: int
    height: int


@dataclass(eq=False, repr=False)
class Anchors:
    """The anchors so far; ``repeated`` counts the values that their aliases add."""

    repeated: int = 0
    _known: dict[str, Anchor | None] = field(default_factory=dict)  # None: not finished yet

    def open(self, name: str) -> None:
        self._known[name] = None

    def close(self, name: str, anchor: Anchor) -> None:
        self._known[name] = anchor

    def find(self, name: str, outline: Outline, start: int, end: int) -> Anchor | None:
        """What an alias stands for; None, with a finding, where that is nothing."""
        anchor = self._known.get(name)
        if anchor is not None:
            self.repeated += anchor.size - 1
        elif name in self._known:
            outline.report("S110", f"the alias `*{shorten(name)}` stands inside its own anchor", start, end)
        else:
            near = did_you_mean(name, self._known)
            hint = near or f"an anchor `&{shorten(name)}` must stand before it; quote a text that starts with `*`"
            outline.report("S110", f"nothing is anchored as `{shorten(name)}`", start, end, hint)
        return anchor

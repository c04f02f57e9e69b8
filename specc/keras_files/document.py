"""The document of a translated Keras model: findings on the spec point at the Keras text that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specc.diagnostics import Diagnostic, Edit, Part, Path, Span
from specc.source import Source


@dataclass(frozen=True, eq=False)
class Translated:
    """A ``specc.diagnostics.Document``. data: the spec. places: a path of the spec -> one of the Keras text."""

    source: Source
    data: dict[str, Any]
    places: Mapping[Path, Path] = field(repr=False)

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def text(self) -> str | None:
        return self.source.text

    def locate(self, path: Path, part: Part = "value") -> Span | None:
        """Where the Keras text says what stands at this path of the spec; None for what it does not say."""
        if path[:1] == ("weights",):
            return None
        for length in range(len(path), -1, -1):
            place = self.places.get(path[:length])
            if place is not None:
                return self.source.locate((*place, *path[length:]), part)
        return None

    def edits(self, finding: Diagnostic) -> tuple[Edit, ...]:
        """None: Keras's files are never rewritten."""
        return ()

"""Where the parts of an expanded spec stand in what the user wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from specc.diagnostics import Diagnostic, Document, Path, Place

WRONG_VALUES = frozenset(("V204", "V205", "V206", "V207", "V209", "V210", "V230"))
"""Findings on values that are wrong by themselves, whatever stands around them."""

Placed = TypeVar("Placed", Diagnostic, Place)


class Home(NamedTuple):
    """A place in a text of the user's."""

    document: Document
    path: Path = ()

    def at(self, *steps: str | int) -> Home:
        """A place further inside."""
        return Home(self.document, (*self.path, *steps))


@dataclass(frozen=True)
class Places:
    """The way back from the paths of an expanded spec.

    layers: the home of each layer. others: of what ``defaults`` gave, or the command line, by its path in the
    expanded spec. lost: homes of values that nobody knows, since they have a finding already. causes: where the values
    of vars are written, by the homes of the ``${name}`` that stand for them.
    """

    root: Document
    layers: tuple[Home, ...]
    others: Mapping[Path, Home] = field(default_factory=dict)
    lost: frozenset[Home] = frozenset()
    causes: Mapping[Home, Home] = field(default_factory=dict)

    def find(self, path: Path) -> Home:
        """Where the user wrote what stands at a path of the expanded spec."""
        for length in range(len(path), 0, -1) if self.others else ():
            home = self.others.get(path[:length])
            if home is not None:
                return home.at(*path[length:])
        if path[:1] == ("layers",) and len(path) > 1 and isinstance(path[1], int) and path[1] < len(self.layers):
            return self.layers[path[1]].at(*path[2:])
        return Home(self.root, path)

    def settle(self, findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings at their homes; of those that one place causes again and again the first.

        What follows from a lost value is left out; whether its key may stand there does not follow from it. A var with
        a wrong value is one mistake wherever it stands; where it is right, or wrong in another way, it is another.
        """
        settled = []
        first: dict[tuple[str, Home], Path] = {}
        told: dict[tuple[str, str, Home], Home] = {}
        for finding in findings:
            home = self.find(finding.path)
            if home in self.lost and finding.part == "value":
                continue
            cause = self._find_cause(finding, home)
            if cause is not None and told.setdefault((finding.code, finding.message, cause), home) != home:
                continue
            # Several findings on one layer may have one code; on several layers they come from one place.
            if first.setdefault((finding.code, home), finding.path) == finding.path:
                related = (*map(self._move, finding.related), *self._show_cause(cause))
                settled.append(self._move(finding._replace(related=related)))
        return tuple(settled)

    def _find_cause(self, finding: Diagnostic, home: Home) -> Home | None:
        """Where the wrong value that a finding speaks of is written, if a var gave it."""
        if not self.causes or finding.part != "value" or finding.code not in WRONG_VALUES:
            return None
        for end in range(len(home.path), 0, -1):
            cause = self.causes.get(Home(home.document, home.path[:end]))
            if cause is not None:
                return cause.at(*home.path[end:])
        return None

    def _show_cause(self, cause: Home | None) -> Iterator[Place]:
        """The place of a value that a var gave, where it stands in a text."""
        if cause is not None and cause.document.text is not None:
            document = None if cause.document is self.root else cause.document
            yield Place(cause.path, "the value is from here", document)

    def _move(self, placed: Placed) -> Placed:
        home = self.find(placed.path)
        return placed._replace(path=home.path, document=None if home.document is self.root else home.document)

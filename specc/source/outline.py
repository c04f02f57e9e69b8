"""Follows a text from value to value: notes positions, knows the path, sees what may not be.

Both readers, YAML's and JSON's, tell an ``Outline`` what they meet, in order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from specc.diagnostics import Diagnostic, Fix, Path, Place, Span
from specc.source import limits
from specc.source.positions import Positions

NO_KEY = (-1, -1)
TOO_DEEP = f"lists and mappings nest deeper than {limits.DEPTH} levels"


class Stop(Exception):
    """Nothing after this place is worth reading: the findings say why."""


@dataclass(slots=True, eq=False, repr=False)
class _Level:
    """A list or mapping that is being read, and where in it the reader is."""

    value: int
    keys: set[str] | None  # None for a list
    name: str | int = -1
    key: tuple[int, int] = NO_KEY
    wants_key: bool = False


@dataclass(eq=False, repr=False)
class Outline:
    """What has been read so far; ``span`` turns offsets into a place for a finding."""

    span: Callable[[int, int], Span]
    positions: Positions = field(default_factory=Positions)
    findings: list[Diagnostic] = field(default_factory=list)
    levels: list[_Level] = field(default_factory=list)

    @property
    def wants_key(self) -> bool:
        """Whether what comes next is the key of a mapping."""
        return bool(self.levels) and self.levels[-1].wants_key

    def key(self, name: str, start: int, end: int) -> bool:
        """Note a key; False, with a finding, where the mapping has it already."""
        level = self.levels[-1]
        assert level.keys is not None
        level.name, level.key, level.wants_key = name, (start, end), False
        if name not in level.keys:
            level.keys.add(name)
            return True
        self.report(
            "S107",
            f"the key `{shorten(name)}` stands twice in one mapping",
            start,
            end,
            hint="keep one of the two",
            fix=Fix(drop=True),
            related=(Place(self.path(), f"the first `{shorten(name)}` is here"),),
        )
        return False

    def leaf(self, start: int, end: int) -> int:
        """Note a value that holds no others; give its rank."""
        name, key = self._step()
        value = self.positions.add(name, key, start, end)
        if value >= limits.NODES:
            self._refuse_size(start, end)
        return value

    def open(self, start: int, mapping: bool) -> int:
        """Note that a list or a mapping starts; give its rank."""
        name, key = self._step()
        if len(self.levels) == limits.DEPTH:
            self.refuse(TOO_DEEP, start, start + 1)
        value = self.positions.open(name, key, start)
        if value >= limits.NODES:
            self._refuse_size(start, start + 1)
        self.levels.append(_Level(value, set() if mapping else None, wants_key=mapping))
        return value

    def close(self, end: int) -> None:
        self.positions.close(self.levels.pop().value, end)

    def _step(self) -> tuple[str | int, tuple[int, int]]:
        """The name of the value that starts here, and where its key stands."""
        if not self.levels:
            return 0, NO_KEY
        level = self.levels[-1]
        if level.keys is None:
            assert isinstance(level.name, int)
            level.name += 1
        else:
            level.wants_key = True
        return level.name, level.key

    def path(self) -> Path:
        """The path of the value that was noted last or, after a key, of the one that comes."""
        return tuple(level.name for level in self.levels)

    def report(
        self,
        code: str,
        message: str,
        start: int,
        end: int,
        hint: str | None = None,
        fix: Fix | None = None,
        related: tuple[Place, ...] = (),
    ) -> None:
        """Keep a finding at a stretch of the text; stop reading where there are too many."""
        place = self.span(start, end)
        self.findings.append(Diagnostic(code, self.path(), message, hint, fix, related=related, span=place))
        if len(self.findings) >= limits.FINDINGS:
            raise Stop

    def _refuse_size(self, start: int, end: int) -> NoReturn:
        self.refuse(f"the text holds more than {limits.NODES:,} values", start, end)

    def refuse(self, message: str, start: int, end: int, hint: str | None = None) -> NoReturn:
        """Report that a bound on the size of a text is passed, and stop."""
        self.report("S104", message, start, end, hint)
        raise Stop


def shorten(text: str) -> str:
    """A user's text, short enough for a message."""
    return text if len(text) <= 40 else text[:37] + "..."

"""Which names an expression may use, and what each stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from specc.expansion.places import Home
from specc.expansion.values import LOST, Lost, Value


class UnknownName(Exception):
    """No scope around has such a name."""


class Scope(Protocol):
    """Names, from the inside out."""

    def find(self, name: str) -> Value | Lost:
        """What a name stands for; raises UnknownName."""

    def origin(self, name: str) -> Home | None:
        """Where the value of a name is written, if it is."""

    def names(self) -> Iterable[str]:
        """Every name that there is."""

    def excuse(self, name: str) -> None:
        """Note that a misspelt name most likely means this one, so that nobody calls it unused."""


@dataclass(frozen=True)
class Inside:
    """The names that a block or an include adds to those around it.

    is_lost: it has another name, which nobody knows. homes: where values are written. used: those that were asked for.
    """

    own: Mapping[str, Value | Lost]
    around: Scope
    is_lost: bool = False
    homes: Mapping[str, Home] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def find(self, name: str) -> Value | Lost:
        if name in self.own:
            self.used.add(name)
            return self.own[name]
        try:
            return self.around.find(name)
        except UnknownName:
            if self.is_lost:
                return LOST
            raise

    def origin(self, name: str) -> Home | None:
        return self.homes.get(name) if name in self.own else self.around.origin(name)

    def names(self) -> Iterator[str]:
        yield from self.own
        yield from self.around.names()

    def excuse(self, name: str) -> None:
        if name not in self.own:
            self.around.excuse(name)
        self.used.add(name)

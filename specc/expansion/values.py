"""What names in ``${…}`` stand for, and how a value stands inside a text."""

from __future__ import annotations

import json
from typing import Final

Value = str | int | float | bool | list["Value"] | None


class Lost:
    """Stands where nobody knows the value, because of a mistake that is reported: no type fits it."""

    def __repr__(self) -> str:
        return "…"  # a message may quote a list with one in it


LOST: Final = Lost()


class Mistake(Exception):
    """What is wrong with an expression. start, end: where, as offsets into the text that holds it."""

    def __init__(self, code: str, message: str, start: int, end: int, hint: str | None = None) -> None:
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
        super().__init__(message)

    def shift(self, offset: int) -> Mistake:
        """The same, seen from a text that holds the expression at an offset."""
        return Mistake(self.code, self.message, self.start + offset, self.end + offset, self.hint)


def is_whole(value: object) -> bool:
    """Whether a value is a whole number: to Python true is one too."""
    return isinstance(value, int) and not isinstance(value, bool)


def as_text(value: Value) -> str:
    """A single value as a spec writes it."""
    return value if isinstance(value, str) else json.dumps(value)

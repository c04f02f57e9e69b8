"""The one way from a value to source text: every string or number of a model becomes a literal here.

What a user wrote can say anything; as a literal it stays data. Literals are ASCII, and look as ruff formats them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any


def literal(value: object) -> str:
    """The source text of a value: None, bool, int, float, str, and tuples, lists and dicts of these.

    Evaluated, it gives an equal value of the same type. Raises TypeError for any other type, subclasses too.
    """
    write = _WRITERS.get(type(value))
    if write is None:
        raise TypeError(f"no literal for a value of type {type(value).__name__}")
    return write(value)


def docstring_text(text: str) -> str:
    """A text of a user's as it may stand inside a docstring: one line, ASCII, and unable to end it."""
    return _escape(" ".join(text.split())).replace('"', "'")


def _string(value: str) -> str:
    escaped = _escape(value)
    if escaped.count('"') > escaped.count("'"):
        return "'" + escaped.replace("'", "\\'") + "'"
    return '"' + escaped.replace('"', '\\"') + '"'


def _escape(text: str) -> str:
    """Backslashes, and what is no printable ASCII, as escapes; quotes as they are."""
    body = ascii(text + "'\"")  # both quotes in it: Python then quotes with ' and escapes that one alone
    return body[1:-4].replace("\\'", "'")


def _float(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def _tuple(value: tuple[Any, ...]) -> str:
    inner = ", ".join(map(literal, value))
    return f"({inner},)" if len(value) == 1 else f"({inner})"


def _list(value: list[Any]) -> str:
    return f"[{', '.join(map(literal, value))}]"


def _dict(value: dict[Any, Any]) -> str:
    return "{" + ", ".join(f"{literal(key)}: {literal(entry)}" for key, entry in value.items()) + "}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): repr,
    bool: repr,
    int: repr,
    float: _float,
    str: _string,
    tuple: _tuple,
    list: _list,
    dict: _dict,
}

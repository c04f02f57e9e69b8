"""Values of a user's file, as messages quote them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LENGTH = 60
"""Longer values are cut."""

_NOT_A_WORD = r"(?i)[-+.]*[0-9][0-9.]*(e[-+]?[0-9]+)?|true|false|null|~|"


def quote(value: Any) -> str:
    """A value in one short line, so that the text ``"32"`` and the number 32 look different."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        if not value:
            return "an empty list"
        simple = not any(isinstance(item, list | Mapping) for item in value)
        return _cut(f"[{', '.join(map(_plain, value))}]") if simple else "a list"
    if isinstance(value, str) and not value:
        return "empty text"
    return f"`{_cut(_plain(value))}`" if isinstance(value, str) else _cut(_plain(value))


def _plain(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if re.fullmatch(_NOT_A_WORD, value) else value
    return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= LENGTH else text[: LENGTH - 1] + "…"

"""Text from a stranger's file, made safe to print and measured.

Such text may hold terminal escapes, or marks that reorder what a reader sees; they are shown as ``\\x1b`` and
``\\u202e`` instead.
"""

from __future__ import annotations

import re
import unicodedata

# Control characters, soft hyphen, zero-width and bidirectional marks, line separators, surrogates, tags.
_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_MESSAGE = 1000


def visible(text: str) -> str:
    """The text on one line, with everything that a terminal might obey written as an escape."""
    plain = text.isascii() and text.isprintable()
    return text if plain else re.sub(_UNSAFE, _escape, text)


def message(text: str) -> str:
    """Like ``visible``, and cut where a message has grown out of all measure."""
    return visible(text if len(text) <= _MESSAGE else text[: _MESSAGE - 3] + "...")


def source(text: str) -> str:
    """Like ``visible``, with four spaces for a tab: how a piece of a source line is shown."""
    return visible(text.replace("\t", "    "))


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    named = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(character)
    if named:
        return named
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def width(text: str) -> int:
    """How many columns a terminal takes for text that is ``visible``."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1

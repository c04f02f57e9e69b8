"""What a JSON parser's complaint means to the person who wrote the text."""

from __future__ import annotations

import json
import re

from specc.diagnostics import Diagnostic
from specc.source.lines import Lines
from specc.source.outline import shorten

_Mistake = tuple[str, str | None, int, int]  # message, hint, where it starts and ends

_COMPLAINTS = {
    "Expecting property name": "a key in double quotes is missing before this",
    "Expecting ':'": "a `:` is missing before this",
    "Expecting ','": "a `,` is missing before this",
    "Expecting value": "a value is missing before this",
    "Unterminated string": "this string is never closed",
    "Invalid control": "a string cannot hold this character as it is",
    "Extra data": "the JSON text has ended before this",
}
_IS_JSON = "a text that starts with `{` is read as JSON"
_WORDS = {"True": "true", "False": "false", "None": "null", "undefined": "null"}
_WORD = re.compile(r"[^\s,:\"{}\[\]]+")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_LIKE_NUMBER = re.compile(r"[-+.]*[0-9]")
_TRAILING = re.compile(r",\s*[}\]]")


def explain(error: json.JSONDecodeError, text: str, lines: Lines) -> Diagnostic:
    """The finding for a text that does not parse."""
    at = error.pos
    message, hint, start, end = (
        _end(error, text)
        or _comma(text, at)
        or _foreign(text, at)
        or _escape(error, text)
        or _number(text, at)
        or _bare_word(error, text)
        or (_complaint(error), None, at, at + 1)
    )
    return Diagnostic("S106", (), message, hint, span=lines.span(start, end))


def _complaint(error: json.JSONDecodeError) -> str:
    for start, message in _COMPLAINTS.items():
        if error.msg.startswith(start):
            return message
    return f"this is not JSON: {error.msg}"


def _end(error: json.JSONDecodeError, text: str) -> _Mistake | None:
    """The text ends inside a list or mapping."""
    if text[error.pos :].strip():
        return None
    end = len(text.rstrip())
    return "the JSON text ends too early", "a closing `}` or `]` is missing", end, end


def _comma(text: str, at: int) -> _Mistake | None:
    """A comma before a closing bracket. Python says so itself from 3.13, at the comma."""
    before = len(text[:at].rstrip())
    if text[at] in "}]" and text[before - 1] == ",":
        at = before - 1
    if not _TRAILING.match(text, at):
        return None
    return "a comma stands before a closing bracket", "JSON takes none there", at, at + 1


def _foreign(text: str, at: int) -> _Mistake | None:
    """What YAML or a programming language allows."""
    if text.startswith(("#", "//", "/*"), at):
        return "JSON has no comments", f"{_IS_JSON}; a YAML spec may have comments", at, at + 1
    if text[at] == "'":
        end = text.find("'", at + 1) + 1
        return "JSON wants double quotes", _IS_JSON, at, end or at + 1
    return None


def _escape(error: json.JSONDecodeError, text: str) -> _Mistake | None:
    """A string that holds what it should escape, or escapes what nobody knows."""
    at = error.pos
    if error.msg.startswith("Invalid control") and text[at] in "\r\n":
        start = text.rfind('"', 0, at)
        return "this string runs over the end of its line", r"write a line break as `\n`", start, at
    if error.msg.startswith("Invalid control") and text[at] == "\t":
        return "a string cannot hold a tab as it is", r"write `\t`", at, at + 1
    if "escape" in error.msg:
        start = text.rfind("\\", 0, at + 1)
        return "JSON knows no such escape", r"write `\\` for a backslash", start, start + 2
    return None


def _number(text: str, at: int) -> _Mistake | None:
    """A number that JSON writes otherwise: 010, 0x1F, 1., +5, .5"""
    start = at
    while text[start - 1] in "-0123456789":
        start -= 1
    found = _WORD.match(text, start)
    if found is None or not _LIKE_NUMBER.match(found[0]) or _NUMBER.fullmatch(found[0]):
        return None
    return f"`{shorten(found[0])}` is not a JSON number", "JSON writes 10, -0.5, 1e-3", *found.span()


def _bare_word(error: json.JSONDecodeError, text: str) -> _Mistake | None:
    """A key or a string without its quotes."""
    found = _WORD.match(text, error.pos)
    if found is None:
        return None
    word = shorten(found[0])
    if error.msg.startswith("Expecting property name"):
        return "a JSON key stands in double quotes", f'write "{word}"; {_IS_JSON}', *found.span()
    if not error.msg.startswith("Expecting value"):
        return None
    if word in _WORDS:
        return f"JSON has no `{word}`", f"write `{_WORDS[word]}`", *found.span()
    return "a JSON string stands in double quotes", f'write "{word}"', *found.span()

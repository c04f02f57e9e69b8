"""Finds where the values of a JSON text stand, and where it breaks a rule that ``json`` does not know.

The text has been parsed already, or at least up to the mistake that is sought, so the scanner checks no
grammar: where a text makes no sense it stops.
"""

from __future__ import annotations

import json
import re

from specc.source.lines import Lines
from specc.source.outline import Outline, Stop, shorten
from specc.source.scalars import NotANumber, real, whole

_TOKEN = re.compile(
    r"""[\s,:]*+(?:
        (?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+")
      | (?P<open>[{\[])
      | (?P<close>[}\]])
      | (?P<word>[^\s,:"{}\[\]]++)
      | (?P<end>"|\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_UNUSABLE = re.compile("[\0\ud800-\udfff]")
_WORDS = ("true", "false", "null")


def scan(text: str, lines: Lines) -> Outline:
    """The positions of all values, and the findings."""
    outline = Outline(lines.span)
    try:
        for match in _TOKEN.finditer(text):
            _take(match, outline)
            if not outline.levels:
                break
    except Stop:
        pass
    return outline


def _take(match: re.Match[str], outline: Outline) -> None:
    kind = match.lastgroup
    assert kind is not None
    start, end, token = match.start(kind), match.end(kind), match[kind]
    if kind == "close":
        outline.close(end)
    elif kind == "end" or (outline.wants_key and kind != "string"):
        raise Stop
    elif kind == "open":
        outline.open(start, mapping=token == "{")
    elif kind == "string":
        _string(token, start, end, outline)
    else:
        outline.leaf(start, end)
        _word(token, start, end, outline)


def _string(token: str, start: int, end: int, outline: Outline) -> None:
    """Note a key, or a value that is a string."""
    text = token[1:-1]
    if "\\" in token:
        try:
            text = json.loads(token)
        except json.JSONDecodeError:
            raise Stop from None
    if outline.wants_key:
        outline.key(text, start, end)
    else:
        outline.leaf(start, end)
    if _UNUSABLE.search(text):
        message = "an escape in this string gives a character that no text may hold"
        outline.report("S114", message, start, end)


def _word(token: str, start: int, end: int, outline: Outline) -> None:
    """Report a number that specc can't take."""
    if token in _WORDS:
        return
    if token in ("NaN", "Infinity", "-Infinity"):
        outline.report("S112", f"the number is not finite: `{token}`", start, end)
        return
    try:
        if token.lstrip("-").isdecimal():
            whole(token)
        else:
            real(token)
    except NotANumber as error:
        outline.report("S112", f"{error}: `{shorten(token)}`", start, end)
    except ValueError:
        raise Stop from None

"""A line of the source with carets below it."""

from __future__ import annotations

import re

from specc.diagnostics import Span
from specc.diagnostics.render.escape import source, width
from specc.diagnostics.render.paint import Paint

_LINE_END = re.compile(r"\r\n|\n|\r")  # as specc.source counts lines
_SHOWN = 100  # characters of a line that are shown
_BEFORE = 40  # of them, those before the carets
_CUT = "..."


def split_lines(text: str) -> list[str]:
    return _LINE_END.split(text)


def snippet(text: str, span: Span, mark: str, style: str, gutter: int, paint: Paint) -> list[str]:
    """A rule, the line of source that is ``text``, the carets. gutter: the width of the line numbers."""
    start = min(span.column - 1, len(text))
    end = span.end_column - 1 if span.end_line == span.line else len(text)
    shown, before, marks = _window(text, start, max(start, min(end, len(text))))
    empty = " " * gutter
    number = str(span.line).rjust(gutter)
    return [
        paint("frame", f"{empty} |"),
        f"{paint('frame', f'{number} |')} {shown}".rstrip(),
        f"{paint('frame', f'{empty} |')} {' ' * before}{paint(style, mark * marks)}",
    ]


def _window(text: str, start: int, end: int) -> tuple[str, int, int]:
    """The part of a line to show, how many columns come before the carets, and how many carets there are."""
    first = max(0, start - _BEFORE) if len(text) > _SHOWN else 0
    last = min(len(text), first + _SHOWN)
    lead = (_CUT if first else "") + source(text[first:start])
    marked = source(text[start : min(end, last)])
    tail = source(text[min(end, last) : last]) + (_CUT if last < len(text) else "")
    return lead + marked + tail, width(lead), max(1, width(marked))

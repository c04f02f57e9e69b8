"""Offsets into a text, turned into lines and columns."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from specc.diagnostics import Span

_LINE_END = re.compile(r"\r\n|\n|\r")


class Lines:
    """The lines of a text. Lines end at ``\\n``, ``\\r\\n`` and ``\\r``; columns count characters."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _table(self) -> tuple[list[int], list[int]]:
        """Where the lines start, and where they end without their line breaks; most texts never need it."""
        breaks = [match.span() for match in _LINE_END.finditer(self._text)]
        return [0, *(end for _, end in breaks)], [*(start for start, _ in breaks), len(self._text)]

    def line_start(self, offset: int) -> int:
        """Where the line that holds ``offset`` starts."""
        starts, _ = self._table
        return starts[bisect_right(starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line that holds ``offset`` ends, its line break left out."""
        starts, ends = self._table
        return ends[bisect_right(starts, offset) - 1]

    def span(self, start: int, end: int) -> Span:
        """The stretch from start to end, cut at the end of its first line: what carets can show."""
        starts, ends = self._table
        line = bisect_right(starts, start) - 1
        first = starts[line]
        if end > ends[line]:
            end = start + len(self._text[start : ends[line]].rstrip())
        return Span(line + 1, start - first + 1, line + 1, max(start, end) - first + 1)

    def stretch(self, start: int, end: int) -> Span:
        """The stretch from start to end, however many lines it has."""
        starts, _ = self._table
        first, last = bisect_right(starts, start) - 1, bisect_right(starts, end) - 1
        return Span(first + 1, start - starts[first] + 1, last + 1, end - starts[last] + 1)

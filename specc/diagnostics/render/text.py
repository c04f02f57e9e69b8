"""Findings for a person: where, what, the source line with carets, and a hint; then an empty line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diagnostics import Checked, Diagnostic, Document
from specc.diagnostics.render.escape import message
from specc.diagnostics.render.paint import Paint
from specc.diagnostics.render.place import Spot, find_spot, locate
from specc.diagnostics.render.snippet import snippet, split_lines


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    for checked in run:
        page = _Page(checked.document, Paint(color))
        for finding, spot in locate(checked):
            yield "\n".join((*page.finding(finding, spot), "\n"))


class _Page:
    def __init__(self, document: Document | None, paint: Paint) -> None:
        self._document = document
        self._paint = paint
        self._lines: dict[int, list[str]] = {}

    def finding(self, finding: Diagnostic, spot: Spot) -> Iterator[str]:
        """A finding, then the other places it speaks of, as notes."""
        related = [(place.message, find_spot(place, self._document)) for place in finding.related]
        gutter = max(len(str(s.span.line)) if s.span else 1 for s in (spot, *(s for _, s in related)))
        label = f"{finding.severity}[{finding.code}]"
        yield self._head(spot, label, finding.severity, finding.message)
        yield from self._snippet(spot, "^", finding.severity, gutter)
        if finding.hint:
            yield f"{' ' * gutter} = {self._paint('note', 'help')}: {message(finding.hint)}"
        for text, place in related:
            yield self._head(place, "note", "note", text)
            yield from self._snippet(place, "-", "note", gutter)

    def _head(self, spot: Spot, label: str, style: str, text: str) -> str:
        where = f"{spot}: " if str(spot) else ""
        return f"{self._paint('strong', where)}{self._paint(style, label)}: {message(text)}"

    def _snippet(self, spot: Spot, mark: str, style: str, gutter: int) -> list[str]:
        span, lines = spot.span, self._lines_of(spot.document)
        if span is None or not "".join(lines[span.line - 1 : span.line]).strip():
            return []  # there is nothing to see at the end of a text, or on a blank line
        return snippet(lines[span.line - 1], span, mark, style, gutter, self._paint)

    def _lines_of(self, document: Document | None) -> list[str]:
        """The lines of a document, split once: a finding may lie in another document than the one that was read."""
        if id(document) not in self._lines:
            text = document.text if document else None
            self._lines[id(document)] = [] if text is None else split_lines(text)
        return self._lines[id(document)]

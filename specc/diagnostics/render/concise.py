"""One line a finding, for editors and scripts: ``file:line:col: CODE message (hint; other places)``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diagnostics import Checked, Diagnostic, Document
from specc.diagnostics.render.escape import message
from specc.diagnostics.render.place import Spot, find_spot, locate


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    for checked in run:
        for finding, spot in locate(checked):
            yield line(finding, spot, checked.document) + "\n"


def line(finding: Diagnostic, spot: Spot, document: Document | None) -> str:
    """The line of a finding, without its end. document: the one that was read."""
    where = f"{spot}: " if str(spot) else ""
    severity = "warning: " if finding.severity == "warning" else ""
    more = [] if finding.hint is None else [message(finding.hint)]
    more += [f"{message(place.message)}: {_where(find_spot(place, document), spot)}" for place in finding.related]
    aside = f" ({'; '.join(more)})" if more else ""
    return f"{where}{finding.code} {severity}{message(finding.message)}{aside}"


def _where(other: Spot, spot: Spot) -> str:
    """The line of another place, or all of it where that lies in another document."""
    return f"line {other.span.line}" if other.span and other.document is spot.document else str(other)

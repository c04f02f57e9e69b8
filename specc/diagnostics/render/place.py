"""Where a finding points, in lines and columns or, in a source without lines, in words."""

import re
from typing import NamedTuple

from specc.diagnostics import Checked, Diagnostic, Document, Path, Place, Span
from specc.diagnostics.render.escape import visible

_PLAIN = re.compile(r"[^\W\d]\w*")


class Spot(NamedTuple):
    """A finding's place: a span, or a path in words where the source has no lines. document: where it lies."""

    document: Document | None
    span: Span | None
    words: str

    @property
    def name(self) -> str:
        """The document's name; empty where there is none."""
        return visible(self.document.name) if self.document else ""

    def __str__(self) -> str:
        if self.span:
            return f"{self.name}:{self.span.line}:{self.span.column}"
        return ": ".join(part for part in (self.name, self.words) if part)


def locate(checked: Checked) -> list[tuple[Diagnostic, Spot]]:
    """The findings on a source with their places, in the order of the text."""
    found = [(finding, find_spot(finding, checked.document)) for finding in checked.findings]
    found.sort(key=lambda pair: _order(pair[1], checked.document))
    return found


def _order(spot: Spot, document: Document | None) -> tuple[bool, str, int, int]:
    """By line and column; what has no lines keeps its order, and comes first. Other documents come last."""
    line, column = (spot.span.line, spot.span.column) if spot.span else (0, 0)
    return spot.document is not document, spot.name if spot.document is not document else "", line, column


def find_spot(finding: Diagnostic | Place, document: Document | None) -> Spot:
    """The place of a finding, or of something that a finding speaks of. document: the one that was read."""
    document = finding.document or document
    span = None
    part = "value" if isinstance(finding, Place) else finding.part
    if isinstance(finding, Diagnostic) and finding.span:
        span = finding.span
    elif document and document.text is not None:
        span = document.locate(finding.path, part)
    return Spot(document, span, in_words(finding.path))


def in_words(path: Path) -> str:
    """A path as a person would write it: ``layers[2].units``."""
    words = ""
    for step in path:
        if isinstance(step, str) and _PLAIN.fullmatch(step):
            words += f".{step}" if words else step
        else:
            words += f"[{step}]" if isinstance(step, int) else f'["{visible(step)}"]'
    return words

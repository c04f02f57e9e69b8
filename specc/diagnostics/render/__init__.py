"""Shows findings: looks up their lines, sorts them and prints them in one of the formats.

A new format is one function in a file of its own, and one line in ``FORMATS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from specc.diagnostics import Diagnostic, Document
from specc.diagnostics.render.concise import render_concise
from specc.diagnostics.render.escape import visible
from specc.diagnostics.render.place import Spot, find_spot
from specc.diagnostics.render.text import render_text

# Takes the findings in the order of the source, each with its place; the document; whether to colour.
Renderer = Callable[[Sequence[tuple[Diagnostic, Spot]], Document | None, bool], str]

FORMATS: dict[str, Renderer] = {"text": render_text, "concise": render_concise}


def render(
    diagnostics: Iterable[Diagnostic], document: Document | None, format: str = "text", color: bool = False
) -> str:
    """The findings on one document, ready to be written; empty where there are none."""
    findings = [(finding, find_spot(finding, document)) for finding in diagnostics]
    findings.sort(key=lambda pair: _order(pair[1], document))
    return FORMATS[format](findings, document, color) if findings else ""


def _order(spot: Spot, document: Document | None) -> tuple[bool, str, int, int]:
    """By line and column; what has no lines keeps its order, and comes first. Other documents come last."""
    line, column = (spot.span.line, spot.span.column) if spot.span else (0, 0)
    return spot.document is not document, spot.name if spot.document is not document else "", line, column


def summarize(diagnostics: Iterable[Diagnostic], name: str) -> str:
    """One line: ``2 errors, 1 warning in model.yaml``."""
    severities = [finding.severity for finding in diagnostics]
    errors, warnings = severities.count("error"), severities.count("warning")
    counts = [_count(errors, "error")] if errors or not warnings else []
    if warnings:
        counts.append(_count(warnings, "warning"))
    return f"{', '.join(counts)} in {visible(name)}"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"

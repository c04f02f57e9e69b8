"""Findings, printed for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from specc.cli.terminal import wants_color
from specc.diagnostics import Diagnostic, Document


def report(diagnostics: Sequence[Diagnostic], document: Document | None, stream: TextIO) -> None:
    """Write findings on one document. Nothing for none."""
    if not diagnostics:
        return
    from specc.diagnostics.render import render

    stream.write(render(diagnostics, document, color=wants_color(stream)))

"""Findings, printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from specc.cli.terminal import wants_color
from specc.diagnostics import Diagnostic, Document


def report(diagnostics: Sequence[Diagnostic], document: Document | None, stream: TextIO, format_: str = "text") -> None:
    """Write findings in a format: ``text`` or ``concise``. Nothing for none."""
    if not diagnostics:
        return
    from specc.diagnostics.render import render

    stream.write(render(diagnostics, document, format_, wants_color(stream)))

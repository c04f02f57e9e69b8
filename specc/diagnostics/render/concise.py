"""One line a finding, for editors and scripts: ``file:line:col: CODE message (hint)``."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics import Diagnostic, Document
from specc.diagnostics.render.escape import message
from specc.diagnostics.render.place import Spot


def render_concise(findings: Sequence[tuple[Diagnostic, Spot]], document: Document | None, color: bool) -> str:
    return "".join(_line(finding, spot) + "\n" for finding, spot in findings)


def _line(finding: Diagnostic, spot: Spot) -> str:
    where = f"{spot}: " if str(spot) else ""
    severity = "warning: " if finding.severity == "warning" else ""
    hint = f" ({message(finding.hint)})" if finding.hint else ""
    return f"{where}{finding.code} {severity}{message(finding.message)}{hint}"

"""One line a finding, for editors and scripts: ``file:line:col: CODE message (hint)``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diagnostics import Checked, Diagnostic
from specc.diagnostics.render.escape import message
from specc.diagnostics.render.place import Spot, locate


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    for checked in run:
        for finding, spot in locate(checked):
            yield line(finding, spot) + "\n"


def line(finding: Diagnostic, spot: Spot) -> str:
    """The line of a finding, without its end."""
    where = f"{spot}: " if str(spot) else ""
    severity = "warning: " if finding.severity == "warning" else ""
    hint = f" ({message(finding.hint)})" if finding.hint else ""
    return f"{where}{finding.code} {severity}{message(finding.message)}{hint}"

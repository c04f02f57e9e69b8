"""Workflow commands: GitHub Actions shows each as an annotation at its line.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.diagnostics import Checked, Diagnostic
from specc.diagnostics.render.escape import message
from specc.diagnostics.render.files import from_root, in_file, root
from specc.diagnostics.render.place import Spot, find_spot, locate


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    top = root()
    for checked in run:
        if checked.failure is not None:
            yield _command("error", {"title": "specc"}, checked.failure)
        for finding, spot in locate(checked):
            place = in_file(spot, checked)
            properties = {"title": f"specc {finding.code}", "file": from_root(place.file, top) or place.file}
            if span := place.span:
                properties |= {"line": str(span.line), "endLine": str(span.end_line)}
                if span.line == span.end_line:  # GitHub takes columns within one line alone
                    properties |= {"col": str(span.column), "endColumn": str(span.end_column)}
            yield _command(finding.severity, properties, "\n".join(_words(finding, spot, checked)))


def _words(finding: Diagnostic, spot: Spot, checked: Checked) -> Iterator[str]:
    """The lines of the annotation: the message, the hint, the other places."""
    where = f"{spot.words}: " if spot.words and not spot.span else ""
    yield f"{where}{message(finding.message)}"
    if finding.hint:
        yield f"help: {message(finding.hint)}"
    for place in finding.related:
        yield f"{find_spot(place, checked.document)}: {message(place.message)}"


def _command(name: str, properties: dict[str, str], text: str) -> str:
    listed = ",".join(f"{key}={_escape_property(value)}" for key, value in properties.items())
    return f"::{name} {listed}::{_escape(text)}\n"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(text).replace(":", "%3A").replace(",", "%2C")

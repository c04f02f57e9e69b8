"""Everything about every finding, for programs: one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from specc import __version__
from specc.diagnostics import Checked, Diagnostic, Edit, Path, Span
from specc.diagnostics.render.files import in_file
from specc.diagnostics.render.place import Spot, find_spot, locate


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    findings: list[dict[str, Any]] = []
    failures: list[dict[str, Any]] = []
    files = 0
    for checked in run:
        files += 1
        findings += (_finding(finding, spot, checked) for finding, spot in locate(checked))
        if checked.failure is not None:
            failures.append({"file": checked.name, "message": checked.failure})
    severities = [finding["severity"] for finding in findings]
    summary = {"files": files, "errors": severities.count("error"), "warnings": severities.count("warning")}
    report = {"specc": __version__, "summary": summary, "findings": findings, "failures": failures}
    yield json.dumps(report, indent=2) + "\n"


def _finding(finding: Diagnostic, spot: Spot, checked: Checked) -> dict[str, Any]:
    related = [
        {"message": place.message, **_place(find_spot(place, checked.document), place.path, checked)}
        for place in finding.related
    ]
    edits = spot.document.edits(finding) if spot.document else ()
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "hint": finding.hint,
        **_place(spot, finding.path, checked),
        "related": related,
        "fix": [_edit(edit) for edit in edits] or None,
    }


def _place(spot: Spot, path: Path, checked: Checked) -> dict[str, Any]:
    place = in_file(spot, checked)
    return {"file": place.file, **_lines(place.span), "path": list(path)}


def _edit(edit: Edit) -> dict[str, Any]:
    return {**_lines(edit.span), "text": edit.text}


def _lines(span: Span | None) -> dict[str, int | None]:
    """Lines and columns count from 1, in characters; the end is exclusive."""
    return {key: getattr(span, key, None) for key in ("line", "column", "end_line", "end_column")}

"""SARIF 2.1.0, which code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path as FilePath
from typing import Any
from urllib.parse import quote

from specc import __version__
from specc.diagnostics import Checked, Diagnostic, Edit, Span
from specc.diagnostics.catalogue import RULES
from specc.diagnostics.catalogue.page import describe
from specc.diagnostics.render.escape import message
from specc.diagnostics.render.files import InFile, from_root, in_file, root
from specc.diagnostics.render.place import Spot, find_spot, locate

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_BASE = "%SRCROOT%"

Json = dict[str, Any]


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_Run(root()).describe(run)]}
    yield json.dumps(log, indent=2) + "\n"


class _Run:
    """One run of the tool. top: the folder that files are relative to."""

    def __init__(self, top: FilePath) -> None:
        self._top = top
        self._rules: dict[str, int] = {}  # the codes that results have, by rank

    def describe(self, run: Iterable[Checked]) -> Json:
        results: list[Json] = []
        failures: list[Json] = []
        artifacts: list[Json] = []
        for checked in run:
            results += (self._result(finding, spot, checked) for finding, spot in locate(checked))
            if checked.failure is not None:
                failures.append({"level": "error", "message": {"text": message(checked.failure)}})
            else:
                artifacts.append({"location": self._artifact(checked.name), "roles": ["analysisTarget"]})
        driver = {
            "name": "specc",
            "version": __version__,
            "semanticVersion": __version__,
            "rules": [_rule(code) for code in self._rules],
        }
        invocation = {"executionSuccessful": not failures, "toolExecutionNotifications": failures}
        return {
            "tool": {"driver": driver},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {_BASE: {"uri": self._top.as_uri().rstrip("/") + "/"}},
            "invocations": [invocation],
            "artifacts": artifacts,
            "results": results,
        }

    def _result(self, finding: Diagnostic, spot: Spot, checked: Checked) -> Json:
        hint = f"\nhelp: {message(finding.hint)}" if finding.hint else ""
        place = in_file(spot, checked)
        result = {
            "ruleId": finding.code,
            "ruleIndex": self._rules.setdefault(finding.code, len(self._rules)),
            "level": finding.severity,
            "message": {"text": message(finding.message) + hint},
            "locations": [self._location(place)],
        }
        related = [
            {"id": number, **self._location(in_file(find_spot(other, checked.document), checked)), "message": text}
            for number, other in enumerate(finding.related, start=1)
            for text in [{"text": message(other.message)}]
        ]
        if related:
            result["relatedLocations"] = related
        if spot.document and (edits := spot.document.edits(finding)):
            result["fixes"] = [self._fix(finding, edits, place.file)]
        return result

    def _location(self, place: InFile) -> Json:
        physical: Json = {"artifactLocation": self._artifact(place.file)}
        if place.span:
            physical["region"] = _region(place.span)
        location: Json = {"physicalLocation": physical}
        if place.words:
            location["logicalLocations"] = [{"fullyQualifiedName": place.words}]
        return location

    def _artifact(self, file: str) -> Json:
        """Where a file lies: below the root, if it does, so that the log means the same on another machine."""
        if file.startswith("<"):  # stdin
            return {"uri": quote(file), "description": {"text": file}}
        below = from_root(file, self._top)
        if below is None:
            return {"uri": FilePath(file).absolute().as_uri()}
        return {"uri": quote(below), "uriBaseId": _BASE}

    def _fix(self, finding: Diagnostic, edits: tuple[Edit, ...], file: str) -> Json:
        replacements = [{"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}} for edit in edits]
        change = {"artifactLocation": self._artifact(file), "replacements": replacements}
        return {"description": {"text": message(finding.hint or finding.message)}, "artifactChanges": [change]}


def _region(span: Span) -> Json:
    """SARIF counts as a span does: from 1, in characters, the end exclusive."""
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _rule(code: str) -> Json:
    rule = RULES.get(code)
    if rule is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.explanation.split())},
        "help": {"text": rule.text, "markdown": describe(rule)},
    }

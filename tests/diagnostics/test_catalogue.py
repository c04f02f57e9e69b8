"""Every code has its rule, every rule is used, and the examples of the catalogue do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specc.cli import main
from specc.diagnostics.catalogue import RULES
from specc.diagnostics.catalogue.page import errors_page
from specc.diagnostics.catalogue.rule import Rule
from tests.loading import findings

ROOT = Path(__file__).parents[2]
SOURCES = [path for path in (ROOT / "specc").rglob("*.py") if "catalogue" not in path.parts]
SPECS = [rule for rule in RULES.values() if rule.code[0] in "VG" and not rule.is_optional]
OPTIONAL = [rule for rule in RULES.values() if rule.is_optional]


@pytest.mark.parametrize("rule", SPECS, ids=lambda rule: rule.code)
def test_the_wrong_example_has_that_mistake_alone(rule: Rule) -> None:
    assert [finding.code for finding in findings(rule.bad)] == [rule.code]


@pytest.mark.parametrize("rule", SPECS, ids=lambda rule: rule.code)
def test_the_right_example_is_right(rule: Rule) -> None:
    assert findings(rule.good) == []


@pytest.mark.parametrize("rule", OPTIONAL, ids=lambda rule: rule.code)
def test_an_optional_rule_is_silent_but_for_those_who_ask(
    rule: Rule, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, asks, found in ((rule.bad, False, 0), (rule.bad, True, 1), (rule.good, True, 0)):
        (tmp_path / "m.yaml").write_text(text)
        select = ["--select", f"ALL,{rule.code}"] if asks else []
        assert main(["validate", str(tmp_path / "m.yaml"), "--format", "concise", *select]) == 0
        assert capsys.readouterr().out.count(f" {rule.code} ") == found


def test_every_code_has_a_rule_and_every_rule_is_used() -> None:
    used = {code for path in SOURCES for code in re.findall(r'"([A-Z]\d{3})"', path.read_text(encoding="utf-8"))}
    assert used == set(RULES)


def test_a_code_stands_for_one_thing() -> None:
    titles = [rule.title for rule in RULES.values()]
    assert len(set(titles)) == len(titles)
    assert list(RULES) == sorted(RULES, key=lambda code: (list("SVGWLTK").index(code[0]), code))


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert not rule.title.endswith(".")
    assert rule.explanation.endswith(".")
    assert rule.bad.strip() != rule.good.strip()


def test_the_page_is_fresh() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert page == errors_page(), "run python -m specc.diagnostics.catalogue"

"""Every code has its rule, every rule is used, and the examples of the catalogue do what they say."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

from specc.cli import main
from specc.diagnostics.catalogue import RULES
from specc.diagnostics.catalogue.page import errors_page
from specc.diagnostics.catalogue.rule import Rule
from specc.targets import TARGETS
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


KERAS = [rule for rule in RULES.values() if rule.code[0] == "K" and rule.bad.startswith("{")]


@pytest.mark.parametrize("rule", KERAS, ids=lambda rule: rule.code)
def test_the_examples_of_keras_files(rule: Rule) -> None:
    """An architecture by itself has no weights, of which K720 warns."""
    assert {finding.code for finding in findings(rule.bad)} - {"K720"} == {rule.code}
    assert {finding.code for finding in findings(rule.good)} == {"K720"}


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.code[0] == "T"], ids=lambda rule: rule.code)
def test_the_examples_of_targets(rule: Rule, tmp_path: Path) -> None:
    """The first line of an example is the command that meets the mistake."""
    for text, codes in ((rule.bad, {rule.code}), (rule.good, set())):
        (tmp_path / "model.yaml").write_text(text, encoding="utf-8")
        found = re.match(r"# specc compile model.yaml -o model.py --target (\w+)", text)
        assert found
        if found[1] not in TARGETS:
            pytest.skip(f"there is no target {found[1]}")
        command = ["compile", str(tmp_path / "model.yaml"), "-o", str(tmp_path / "model.py"), "--target"]
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            main([*command, found[1]])
        assert set(re.findall(r"\[(T\d+)\]", said.getvalue())) == codes


def test_every_code_has_a_rule_and_every_rule_is_used() -> None:
    used = {code for path in SOURCES for code in re.findall(r'"([A-Z]\d{3})"', path.read_text(encoding="utf-8"))}
    assert used == set(RULES)


def test_every_code_has_a_test() -> None:
    """Beside the examples of its rule: a broken spec with its text, or a test that names the code."""
    here, folder = Path(__file__), ROOT / "tests"
    files = [*folder.rglob("*.py"), *folder.glob("broken/*.expected.txt")]
    tried = {rule.code for rule in KERAS} | {code for code in RULES if code[0] == "T"}
    named = tried | {
        code for file in files if file != here for code in re.findall(r"[A-Z]\d{3}", file.read_text("utf-8"))
    }
    assert set(RULES) - named == set()


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

"""Broken specs of the kinds people write: exactly the text beside each, and never anything but findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from specc.cli import main
from tests.broken.expected import FOLDER, SPECS, beside, rendered


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_text(spec: Path) -> None:
    assert rendered(spec) == beside(spec).read_text(encoding="utf-8"), "run python -m tests.broken.expected"


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_one_finding_for_one_mistake(spec: Path) -> None:
    """A file that holds several mistakes says how many in its first line."""
    found = re.findall(r"^\S+: error\[\w+\]: ", rendered(spec), re.MULTILINE)
    said = re.match(r"# (\d+) mistakes\n", spec.read_text(encoding="utf-8"))
    assert len(found) == (int(said[1]) if said else 1)


CULPRITS = [line.split(maxsplit=2) for line in (FOLDER / "culprits.txt").read_text("utf-8").splitlines()]
"""Name, code, and the words at fault, which stand in the file once: checked by eye, not taken from a position."""


@pytest.mark.parametrize(("name", "code", "culprit"), CULPRITS, ids=[name for name, *_ in CULPRITS])
def test_one_diagnostic_at_the_culprit(
    name: str, code: str, culprit: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, found, after = (FOLDER / name).read_text("utf-8").partition(culprit)
    assert found
    assert culprit not in after
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    monkeypatch.chdir(FOLDER)
    assert main(["validate", "--format", "concise", name]) == 1
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith(f"{name}:{line}:{column}: {code} ")


def test_enough_culprits_are_known() -> None:
    assert len({name for name, *_ in CULPRITS}) == len(CULPRITS) >= 240


def test_no_text_is_left_over() -> None:
    texts = {path for path in FOLDER.iterdir() if path.name.endswith(".expected.txt")}
    assert texts == {beside(spec) for spec in SPECS}
    assert len(SPECS) >= 55

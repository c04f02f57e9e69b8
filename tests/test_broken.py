"""Broken specs of the kinds people write: exactly the text beside each, and never anything but findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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


def test_no_text_is_left_over() -> None:
    texts = {path for path in FOLDER.iterdir() if path.name.endswith(".expected.txt")}
    assert texts == {beside(spec) for spec in SPECS}
    assert len(SPECS) >= 55

"""The hand-written pages say what the code says."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from specc import dialects, layers
from specc.availability import HOMES
from specc.dialects import Dialect, Version
from tests.test_imports import ORDER

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), ROOT / "README.md", ROOT / "examples" / "README.md"]

VERSIONS: dict[dialects.DialectName, list[str]] = {
    "keras1": ["0.3.3", "1.0.0", "1.0.5", "1.0.6", "1.0.7", "1.0.8", "1.1.2", "1.2.0", "1.2.2"],
    "keras2": ["2.0.0", "2.0.8", "2.0.9", "2.1.6", "2.2.0", "2.2.2", "2.2.3", "2.2.4", "2.2.5", "2.3.0", "2.3.1"],
    "tf.keras": ["1.15.5", "2.0.0", "2.2.4-tf", "2.3.1", "2.4.0", "2.6.0", "2.21.0"],
    "keras3": ["3.0.0", "3.3.3", "3.4.0", "3.15.1"],
}
"""Releases on both sides of every line that a version could draw."""


def tables(page: str) -> list[list[dict[str, str]]]:
    """The tables of a page, a dict for each row."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE):
        head, _, *rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in block.splitlines()]
        found.append([dict(zip(head, row, strict=True)) for row in rows])
    return found


def value(cell: str) -> Any:
    """What a cell says."""
    if cell.startswith("`"):
        return cell.strip("`")
    return {"yes": True, "no": False}[cell] if cell in ("yes", "no") else float(Fraction(cell))


def applies(versions: str, version: Version) -> bool:
    """Whether ``before 2.2.3``, ``from 2.2.5`` or ``from 2.2.3 to 2.2.4`` speaks of a version."""
    matched = re.fullmatch(r"(?:before (\S+)|from (\S+)(?: to (\S+))?)", versions)
    assert matched is not None, versions
    before, first, last = (None if part is None else dialects.parse_version(part) for part in matched.groups())
    if before is not None:
        return version < before
    assert first is not None
    return first <= version and (last is None or version <= last)


def facts_of(dialect: Dialect) -> dict[str, Any]:
    """The facts by name."""
    facts = dialect._asdict()
    del facts["name"], facts["version"]
    return facts


@pytest.mark.parametrize("name", dialects.NAMES)
def test_the_facts_of_a_dialect(name: dialects.DialectName) -> None:
    facts, changes, _ = tables("dialects.md")
    stated = {row["fact"].strip("`"): value(row[name]) for row in facts}
    assert set(stated) == set(facts_of(dialects.find(name))), "a row for each fact in docs/dialects.md"
    assert stated == pytest.approx(facts_of(dialects.find(name)))
    for text in VERSIONS[name]:
        version = dialects.parse_version(text)
        assert version is not None
        assert dialects.fits(name, version)
        lines = [row for row in changes if row["dialect"] == name and applies(row["versions"], version)]
        changed = {row["fact"].strip("`"): value(row["value"]) for row in lines}
        assert stated | changed == pytest.approx(facts_of(dialects.find(name, version))), text


def test_what_exists_where() -> None:
    *_, rows = tables("dialects.md")
    stated = {row["class or argument"].strip("`"): row for row in rows}
    homes = {key.lstrip("."): home for key, home in HOMES.items() if not key.startswith("activation ")}
    assert set(stated) == set(homes)
    for key, home in homes.items():
        for name in dialects.NAMES:
            since = home.get(name)
            expected = "no" if since is None else "yes" if not since else f"from {'.'.join(map(str, since))}"
            assert stated[key][name] == expected, key


def test_the_rooms_stand_in_their_order() -> None:
    (rooms,) = tables("architecture.md")
    assert [row["room"].strip("`") for row in rooms] == [room for room in ORDER if room != "__main__"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for text in re.findall(r"\]\(([^)]+)\)", prose):
        address, _, anchor = text.partition("#")
        target = page.parent / address if address else page
        assert target.exists(), text
        if anchor:
            heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w-]", "", head.lower().replace(" ", "-")) for head in heads}, text


RECURRENT = (
    "SimpleRNN", "GRU", "LSTM", "SimpleRNNCell", "GRUCell", "LSTMCell", "RNN", "StackedRNNCells", "ConvLSTM1D",
    "ConvLSTM2D", "ConvLSTM3D", "CuDNNGRU", "CuDNNLSTM", "Bidirectional", "TimeDistributed",
)  # fmt: skip


@pytest.mark.parametrize("name", RECURRENT)
def test_the_readme_speaks_of_every_recurrent_class_and_argument(name: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.partition("## What the file holds")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", section))
    cls = layers.find(name)
    assert cls is not None
    assert {name, *cls.model_fields} <= named

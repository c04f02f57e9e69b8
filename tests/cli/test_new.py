"""``specc new``: the starters, and what lands in the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc import data
from tests.cli.conftest import ROOT, Command
from tests.cli.specs import GOOD

SHIPPED_LINE = "# yaml-language-server: $schema=../schemas/spec.schema.json\n"
LINE = "# yaml-language-server: $schema=spec.schema.json\n"


@pytest.fixture
def _shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two starters and a schema; the current folder is empty."""
    shipped = tmp_path / "shipped"
    for room in ("examples", "schemas"):
        (shipped / room).mkdir(parents=True)
    (shipped / "examples" / "first.yaml").write_text(f"# The first one: it has two layers.\n{SHIPPED_LINE}{GOOD}")
    (shipped / "examples" / "second_one.yaml").write_text(GOOD + SHIPPED_LINE)
    (shipped / "schemas" / "spec.schema.json").write_text("{}\n")
    monkeypatch.setattr(data, "shipped", lambda room: shipped / room)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.mark.usefixtures("_shipped")
def test_without_a_name_it_lists(specc: Command) -> None:
    outcome = specc("new")
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "first       The first one: it has two layers.\nsecond_one\n"


@pytest.mark.usefixtures("_shipped")
def test_without_a_file_it_prints(specc: Command) -> None:
    outcome = specc("new", "second_one")
    assert (outcome.code, outcome.out, outcome.err) == (0, GOOD + SHIPPED_LINE, "")


@pytest.mark.usefixtures("_shipped")
def test_writes_the_spec_and_the_schema_beside_it(specc: Command) -> None:
    outcome = specc("new", "second_one", "-o", "model.yaml")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "wrote spec.schema.json (for your editor)\nwrote model.yaml\n"
    assert Path("model.yaml").read_text() == GOOD + LINE
    assert Path("spec.schema.json").read_text() == "{}\n"


@pytest.mark.usefixtures("_shipped")
def test_replaces_nothing_unasked(specc: Command) -> None:
    Path("model.yaml").write_text("mine")
    Path("spec.schema.json").write_text("mine")
    outcome = specc("new", "first", "-o", "model.yaml")
    assert outcome.code == 2
    assert outcome.err == "specc: error: model.yaml exists already\n  hint: --force replaces it\n"
    assert Path("model.yaml").read_text() == "mine"
    assert specc("new", "first", "-o", "model.yaml", "--force").code == 0
    assert Path("model.yaml").read_text() == f"# The first one: it has two layers.\n{LINE}{GOOD}"
    assert Path("spec.schema.json").read_text() == "mine"


@pytest.mark.usefixtures("_shipped")
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["frist"], 2, "there is no starter `frist`\n  hint: did you mean `first`?\n"),
        (["zzz"], 2, "there is no starter `zzz`\n  hint: the starters are first, second_one\n"),
        (["-o", "model.yaml"], 2, "which starter?\n  hint: one of first, second_one\n"),
        (
            ["first", "-o", "no/model.yaml"],
            3,
            "cannot write `no/spec.schema.json`: no such file or directory\n",
        ),
    ],
)
def test_mistakes(arguments: list[str], code: int, message: str, specc: Command) -> None:
    outcome = specc("new", *arguments)
    assert (outcome.code, outcome.out, outcome.err) == (code, "", f"specc: error: {message}")


def test_every_shipped_starter_is_described_and_valid(
    specc: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))
    listing = [line.split(maxsplit=1) for line in specc("new").out.splitlines()]
    assert names
    assert [name for name, _ in listing] == names
    for name in names:
        assert specc("new", name, "-o", f"{name}.yaml").code == 0
        assert specc("validate", f"{name}.yaml").code == 0


def test_no_yaml_in_a_json_file(specc: Command) -> None:
    outcome = specc("new", "sentiment", "-o", "m.json")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("specc: error: starters are YAML\n")

"""Workflow commands, taken apart as the runner of GitHub Actions does."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from specc.diagnostics import Checked, Diagnostic, Place, Span
from specc.diagnostics.render import render, render_run
from specc.diagnostics.render.markdown import render as render_markdown
from tests.diagnostics.render.test_text import Text


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands: ``::name key=value,key=value::message``, unescaped as the runner unescapes."""
    found = []
    for line in text.removesuffix("\n").split("\n"):
        matched = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)", line)
        assert matched is not None, line
        properties = dict(part.split("=", 1) for part in matched[2].split(","))
        for escape, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            properties = {key: value.replace(escape, character) for key, value in properties.items()}
        message = matched[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        found.append((matched[1], properties, message))
    return found


def test_a_command_for_each_finding(run: list[Checked]) -> None:
    first, second, third, fourth, fifth, sixth = commands("".join(render_run(run, "github")))
    assert first == (
        "error",
        {
            "title": "specc V202",
            "file": "sub folder/ä,b%:c.yaml",
            "line": "4",
            "endLine": "4",
            "col": "18",
            "endColumn": "22",
        },
        "unknown key `unit`\nhelp: did you mean `units`?",
    )
    assert second[1]["title"] == "specc V205"
    assert third[2].splitlines()[-1] == "twice.json:1:24: the first `layers` is here"
    assert fourth[0] == "warning"
    assert fourth[1] == {"title": "specc K720", "file": "warned.json"}
    assert fourth[2].startswith("weights: the architecture holds no weights")
    assert fifth[1]["file"] == "weights.h5"
    assert sixth == ("error", {"title": "specc"}, "cannot read `absent.yaml`: no such file or directory")


def test_nothing_breaks_out_of_a_command() -> None:
    hostile = "a%0Ab\r\n::error::x,:%"
    finding = Diagnostic("X1", (), hostile, hostile, span=Span(1, 1, 1, 2), related=(Place((), hostile),))
    ((name, properties, message),) = commands(render([finding], Text("a", hostile), "github"))
    assert (name, properties["file"]) == ("error", hostile)
    shown = r"a%0Ab\r\n::error::x,:%"
    assert message.splitlines() == [shown, f"help: {shown}", f"{shown}: {shown}"]


def test_columns_are_for_one_line() -> None:
    finding = Diagnostic("X1", (), "m", span=Span(1, 4, 2, 5))
    ((_, properties, _),) = commands(render([finding], Text("a\nb", "m.yaml"), "github"))
    assert properties == {"title": "specc X1", "file": "m.yaml", "line": "1", "endLine": "2"}


def test_files_are_named_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "models").mkdir()
    monkeypatch.chdir(tmp_path / "models")
    finding = Diagnostic("X1", (), "m")
    ((_, properties, _),) = commands(render([finding], Text("a", "../m.yaml"), "github"))
    assert properties["file"] == "m.yaml"


def test_the_summary_lists_everything(run: list[Checked]) -> None:
    lines = "".join(render_markdown(run, False)).splitlines()
    assert lines[0] == "### specc: 4 errors, 1 warning in 6 files"
    assert len(lines) == 2 + 2 + 6 + 1
    assert lines[4].startswith("| sub folder/ä,b%:c.yaml:4:18 | V202 | unknown key `unit` ")


def test_the_summary_shows_markup_as_it_is() -> None:
    finding = Diagnostic("X1", (), "<b>|*x*` `c|*d*` [l](u)")
    rows = "".join(render_markdown([Checked("m", Text("a", "a|b"), (finding,))], False)).splitlines()[4:-1]
    assert rows == [r"| a\|b | X1 | \<b\>\|\*x\*\` \`c\|\*d\*\` \[l\](u) |"]


def test_a_summary_has_a_bound() -> None:
    findings = tuple(Diagnostic("X1", (), "m" * 2000) for _ in range(3000))
    text = "".join(render_markdown([Checked("m", None, findings)], False))
    assert len(text.encode()) < 2**20

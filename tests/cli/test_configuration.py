"""The table [tool.specc] of pyproject.toml."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Shell
from tests.cli.specs import BAD, GOOD


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("bad.yaml", "models/bad.yaml", "models/old/bad.yaml"):
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(BAD)


def configure(text: str, folder: str = ".") -> None:
    Path(folder, "pyproject.toml").write_text(f"[project]\nname = 'x'\n\n[tool.specc]\n{text}\n")


def codes(text: str) -> list[str]:
    return [line.split()[1] for line in text.splitlines()]


def test_codes(specc: Command) -> None:
    configure("ignore = ['V205']\nformat = 'concise'")
    assert codes(specc("validate", "bad.yaml").out) == ["V202"]
    assert codes(specc("validate", "models/old/bad.yaml").out) == ["V202"]
    configure("select = ['V205', 'G']\nformat = 'concise'")
    assert codes(specc("validate", "bad.yaml").out) == ["V205"]


def test_the_command_line_wins(specc: Command) -> None:
    configure("ignore = ['V205']\nselect = ['V']\nformat = 'json'\nmax-errors = 1\nexclude = ['old']")
    options = ["--format", "concise", "--ignore", "V202", "--max-errors", "3", "--exclude", "nothing"]
    assert codes(specc("validate", ".", *options).out) == ["V205"] * 3


def test_format_and_end(specc: Command) -> None:
    configure("format = 'json'\nmax-errors = 1")
    outcome = specc("validate", "bad.yaml", "models")
    assert [finding["code"] for finding in json.loads(outcome.out)["findings"]] == ["V202"]
    assert outcome.err == "1 error in bad.yaml (stopped after 1 error)\n"


def test_excluded(specc: Command) -> None:
    configure("exclude = ['old', 'bad.yaml']\nformat = 'concise'")
    assert specc("validate", ".").err == "specc: no specs in `.`\n"
    configure("exclude = ['models/old']\nformat = 'concise'")
    assert [line.split(":")[0] for line in specc("validate", ".").out.splitlines()][::2] == [
        "bad.yaml",
        "models/bad.yaml",
    ]
    assert "old" not in specc("validate", "models/**/*.yaml").out
    assert codes(specc("validate", "models/old/bad.yaml").out) == ["V202", "V205"]


def test_patterns_start_where_the_file_lies(specc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    configure("exclude = ['models/old']\nformat = 'concise'")
    monkeypatch.chdir("models")
    assert [line.split(":")[0] for line in specc("validate", ".").out.splitlines()] == ["bad.yaml"] * 2


def test_codes_of_some_files(specc: Command) -> None:
    configure("format = 'concise'\nper-file-ignores = {'models/*' = ['V2'], 'old' = ['V202']}")
    lines = specc("validate", ".").out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["bad.yaml", "bad.yaml"]
    configure("format = 'concise'\n[tool.specc.per-file-ignores]\nold = ['V202']")
    assert codes(specc("validate", "models/old").out) == ["V205"]


def test_the_nearest_table_speaks_for_a_file(specc: Command) -> None:
    configure("ignore = ['V202']\nformat = 'concise'")
    configure("ignore = ['V205']", "models")
    lines = specc("validate", "bad.yaml", "models").out.splitlines()
    assert [line.split()[1] for line in lines] == ["V205", "V202", "V202"]
    Path("models/pyproject.toml").write_text("[project]\nname = 'specc-user'\n")
    assert codes(specc("validate", "models").out) == ["V205", "V205"]


def test_stdin_is_checked_as_the_file_that_it_is(shell: Shell) -> None:
    configure("ignore = ['V205']\nformat = 'concise'")
    configure("ignore = ['V202']\nformat = 'concise'", "models")
    assert codes(shell("validate", "-", input=BAD.encode()).stdout.decode()) == ["V202"]
    result = shell("validate", "-", "--stdin-filename", "models/m.yaml", input=BAD.encode())
    assert codes(result.stdout.decode()) == ["V205"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignores = ['V202']", "`tool.specc.ignores` is no key of the configuration\n  hint: did you mean `ignore`?"),
        ("x = 1", "`tool.specc.x` is no key of the configuration\n  hint: the keys are `select`, `ignore`, `exclude`,"),
        ("select = 'V2'", "`tool.specc.select` must be a list of strings"),
        ("select = ['V2', 3]", "`tool.specc.select` must be a list of strings"),
        ("ignore = ['Q1']", "`tool.specc.ignore`: no code starts with `Q1`\n  hint: `specc rule` lists all codes"),
        ("exclude = [1]", "`tool.specc.exclude` must be a list of strings"),
        ("format = 'xml'", "`tool.specc.format` must be one of text, concise, json, github, sarif, junit"),
        ("format = ['text']", "`tool.specc.format` must be one of"),
        ("max-errors = 0", "`tool.specc.max-errors` must be a whole number above 0"),
        ("max-errors = true", "`tool.specc.max-errors` must be a whole number above 0"),
        ("per-file-ignores = ['V2']", "`tool.specc.per-file-ignores` must be a table"),
        ("per-file-ignores = {'*' = 'V2'}", "`tool.specc.per-file-ignores.*` must be a list of strings"),
        ("per-file-ignores = {'*' = ['Q']}", "`tool.specc.per-file-ignores.*`: no code starts with `Q`"),
        ("ignore = [", "is no TOML: "),
    ],
)
def test_mistakes(text: str, message: str, specc: Command, tmp_path: Path) -> None:
    configure(text)
    outcome = specc("validate", "bad.yaml")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"specc: error: `{tmp_path / 'pyproject.toml'}`")
    assert message in outcome.err


@pytest.mark.parametrize("text", ["specc = 3", "specc = ['a']"])
def test_what_is_no_table(text: str, specc: Command) -> None:
    Path("pyproject.toml").write_text(f"[tool]\n{text}\n")
    outcome = specc("validate", "bad.yaml")
    assert outcome.code == 2
    assert "`tool.specc` must be a table" in outcome.err


@pytest.mark.parametrize("text", ["", "tool = 3\n", "# specc\n[tool.ruff]\n", "[project]\ndependencies = ['specc']"])
def test_files_that_say_nothing_of_specc(text: str, specc: Command) -> None:
    Path("pyproject.toml").write_text(text)
    assert specc("validate", "bad.yaml").err == "2 errors in bad.yaml\n"


def test_broken_toml_of_others_is_none_of_our_business(specc: Command) -> None:
    Path("pyproject.toml").write_text("[tool.ruff\n")
    assert specc("validate", "bad.yaml").code == 1


def test_good_specs_need_no_configuration(specc: Command) -> None:
    configure("")
    Path("good.yaml").write_text(GOOD)
    assert specc("validate", "good.yaml").code == 0

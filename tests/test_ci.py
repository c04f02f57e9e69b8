"""The hooks and the page "In CI" hold what they promise."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from specc.cli import build_parser, main
from tests.cli.specs import BAD, GOOD

ROOT = Path(__file__).parents[1]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> Iterator[str]:
    """The command lines of specc on the page, those in its YAML among them."""
    for block in blocks("sh"):
        yield from re.findall(r"specc [^|\n]+", block)
    for block in map(yaml.safe_load, blocks("yaml")):
        names = " m.yaml" if "repos" in block else ""  # pre-commit appends them
        yield from (f"{text}{names}" for text in strings(block) if text.startswith("specc "))


def strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from strings(value)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_runs(hook: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"id", "name", "description", "entry", "language", "files"} == set(hook)
    monkeypatch.chdir(tmp_path)
    program, *arguments = shlex.split(hook["entry"])
    assert (program, hook["language"]) == ("specc", "python")
    names = ["good.specc.yaml", "models/bad.specc.yaml", "models/fixable.specc.json"]
    assert all(re.search(hook["files"], name) for name in names)
    assert not any(re.search(hook["files"], name) for name in ("a.yaml", "specc.yaml", "a.specc.yaml.txt"))
    Path("models").mkdir()
    for name, text in zip(names, (GOOD, BAD, '{"specc": "1", "layers": []}'), strict=True):
        Path(name).write_text(text)
    assert main([*arguments, *names]) == 1
    assert main([*arguments, names[0]]) == 0
    assert ('"specc": 1' in Path(names[2]).read_text()) == ("--fix" in arguments)


def test_the_page_shows_the_hooks() -> None:
    shown = [block for block in map(yaml.safe_load, blocks("yaml")) if "repos" in block]
    ids = [
        hook["id"] for block in shown for repo in block["repos"] if repo["repo"] != "local" for hook in repo["hooks"]
    ]
    assert sorted(ids) == sorted(hook["id"] for hook in HOOKS)


@pytest.mark.parametrize("command", list(commands()))
def test_a_command_of_the_page(command: str) -> None:
    _, *words = shlex.split(command, comments=True)
    assert build_parser(words[0]).parse_args(words).command == "validate"


def test_there_are_commands_on_the_page() -> None:
    assert len(list(commands())) >= 6


def test_every_option_is_on_the_page() -> None:
    parser = build_parser("validate")
    (commands,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    options = {word for action in commands.choices["validate"]._actions for word in action.option_strings}
    options -= {"-h", "--help", "-q"}
    assert {option for option in options if f"{option}`" not in PAGE and f"{option} " not in PAGE} == set()


def test_the_configuration_of_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (block,) = blocks("toml")
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(block)
    Path("bad.yaml").write_text(BAD)
    assert main(["validate", "bad.yaml"]) == 1
    assert set(tomllib.loads(block)["tool"]["specc"]) == {
        "select", "ignore", "exclude", "format", "max-errors", "per-file-ignores",
    }  # fmt: skip


def test_the_page_knows_the_formats_and_the_exit_codes() -> None:
    from specc.diagnostics.render import FORMATS

    assert re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE) == list(FORMATS)
    assert re.findall(r"^\| (\d) \| ", PAGE, re.MULTILINE) == ["0", "1", "2", "3"]

"""Which files a path means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Outcome
from tests.cli.specs import BAD

FILES = {
    "a.specc.yaml": BAD,
    "b.yml": BAD,
    "c.json": '{"name": "m", "specc": 1, "layers": []}',
    "broken.json": '{"layers": [], "specc": 1, }',
    "broken.specc.json": "{",
    "deep/er/d.yaml": f"# comment\n\n{BAD}",
    "deep/quoted.yaml": BAD.replace("specc:", "'specc' :"),
    "bom.yaml": f"\ufeff{BAD}",
    # what is none:
    "notes.txt": BAD,
    "workflow.yaml": "name: specc\non: push\n",
    "nested.yaml": "a:\n  specc: 1\n",
    "package.json": '{"dependencies": {"specc": "1"}, "text": "\\"specc\\": {"}',
    "list.json": '[{"specc": 1}]',
    "keras.json": '{"class_name": "Sequential", "config": []}',
    ".hidden/e.specc.yaml": BAD,
    "node_modules/e.specc.yaml": BAD,
    "__pycache__/e.specc.yaml": BAD,
    "env/pyvenv.cfg": "",
    "env/e.specc.yaml": BAD,
}
SPECS = [
    "a.specc.yaml", "b.yml", "bom.yaml", "broken.json", "broken.specc.json", "c.json", "deep/er/d.yaml",
    "deep/quoted.yaml",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def checked(outcome: Outcome) -> list[str]:
    """The files with findings, each once, in order; every spec here has one."""
    return list(dict.fromkeys(line.split(":")[0] for line in outcome.out.splitlines()))


def test_a_folder_means_its_specs(specc: Command) -> None:
    outcome = specc("validate", ".", "--format", "concise")
    assert outcome.code == 1
    assert checked(outcome) == SPECS


def test_a_folder_inside(specc: Command) -> None:
    assert checked(specc("validate", "deep/", "--format", "concise")) == ["deep/er/d.yaml", "deep/quoted.yaml"]


def test_the_names_of_a_whole_path(specc: Command, tmp_path: Path) -> None:
    assert checked(specc("validate", tmp_path / "deep", "--format", "concise"))[0] == str(tmp_path / "deep/er/d.yaml")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.specc.*", ["a.specc.yaml", "broken.specc.json"]),
        ("b.y?l", ["b.yml"]),
        ("[ab].*", ["a.specc.yaml", "b.yml"]),
        ("**/d.yaml", ["deep/er/d.yaml"]),
        ("deep/**/*.yaml", ["deep/er/d.yaml", "deep/quoted.yaml"]),
        ("dee*", ["deep/er/d.yaml", "deep/quoted.yaml"]),
        ("deep/**", ["deep/er/d.yaml", "deep/quoted.yaml"]),
        ("node_modules/*.yaml", ["node_modules/e.specc.yaml"]),
        ("workfl*", ["workflow.yaml"]),
    ],
)
def test_globs_are_expanded(pattern: str, found: list[str], specc: Command) -> None:
    assert checked(specc("validate", pattern, "--format", "concise")) == found


def test_a_glob_does_not_look_where_folders_do_not(specc: Command) -> None:
    assert "node_modules" not in specc("validate", "**/*.specc.yaml", "--format", "concise").out


def test_a_glob_that_matches_nothing(specc: Command) -> None:
    outcome = specc("validate", "*.toml", "a.specc.yaml")
    assert outcome.code == 3
    assert "specc: error: no file matches `*.toml`\n" in outcome.err


def test_a_file_whose_name_looks_like_a_glob(specc: Command) -> None:
    Path("[b].yaml").write_text(BAD)
    assert checked(specc("validate", "[b].yaml", "--format", "concise")) == ["[b].yaml"]


def test_a_folder_without_specs(specc: Command) -> None:
    Path("empty").mkdir()
    outcome = specc("validate", "empty")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "specc: no specs in `empty`\n")


def test_each_file_once(specc: Command) -> None:
    outcome = specc("validate", ".", "./b.yml", "*.yml", "--format", "concise")
    assert checked(outcome) == SPECS
    assert (
        outcome.err.endswith(f" in {len(SPECS)} files (1 fixable with --fix)\n")
        or f"in {len(SPECS)} files" in outcome.err
    )


def test_links_to_folders_are_not_followed(specc: Command) -> None:
    os.symlink("..", "deep/round")
    os.symlink("../b.yml", "deep/link.yml")
    found = checked(specc("validate", "deep", "--format", "concise"))
    assert found == ["deep/er/d.yaml", "deep/link.yml", "deep/quoted.yaml"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_not_opened(specc: Command) -> None:
    os.mkfifo("deep/pipe.yaml")
    assert checked(specc("validate", "deep", "--format", "concise")) == ["deep/er/d.yaml", "deep/quoted.yaml"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read(specc: Command) -> None:
    Path("deep/er").chmod(0)
    try:
        outcome = specc("validate", "deep", "--format", "concise")
    finally:
        Path("deep/er").chmod(0o755)
    assert outcome.code == 3
    assert "cannot read `deep/er`: permission denied" in outcome.err
    assert checked(outcome) == ["deep/quoted.yaml"]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["b.yml"], [name for name in SPECS if name != "b.yml"]),
        (["deep"], [name for name in SPECS if not name.startswith("deep")]),
        (["deep/er/"], [name for name in SPECS if name != "deep/er/d.yaml"]),
        (["*.json", "**/d.yaml", "b*"], ["a.specc.yaml", "deep/quoted.yaml"]),
        (["er"], [name for name in SPECS if name != "deep/er/d.yaml"]),
        (["[!a]*"], ["a.specc.yaml"]),
    ],
)
def test_excluded(patterns: list[str], left: list[str], specc: Command) -> None:
    options = [option for pattern in patterns for option in ("--exclude", pattern)]
    assert checked(specc("validate", ".", "--format", "concise", *options)) == left
    assert checked(specc("validate", "b.yml", "--format", "concise", *options)) == ["b.yml"]  # is asked for by name


def test_keras_models_are_checked_by_name(specc: Command) -> None:
    outcome = specc("validate", "keras.json", "--format", "concise")
    assert checked(outcome) == ["keras.json"]

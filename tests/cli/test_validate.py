"""``specc validate``: findings on stdout, the count on stderr, and the exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Command, Shell
from tests.cli.specs import BAD, GOOD


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(GOOD)
    Path("bad.yaml").write_text(BAD)


def test_nothing_to_say(specc: Command) -> None:
    outcome = specc("validate", "good.yaml")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "no errors in good.yaml\n")


def test_findings_stand_at_their_place(specc: Command) -> None:
    outcome = specc("validate", "--format", "concise", "bad.yaml")
    assert outcome.code == 1
    first, second = outcome.out.splitlines()
    assert first.startswith("bad.yaml:3:50: V202 unknown key `unit_forget`")
    assert second.startswith("bad.yaml:4:26: V205 `units` must be at least 1")
    assert outcome.err == "2 errors in bad.yaml\n"


def test_text_shows_the_line(specc: Command) -> None:
    outcome = specc("validate", "bad.yaml")
    assert outcome.code == 1
    assert "\n4 |   - {type: Dense, units: 0}\n" in outcome.out
    assert "\x1b" not in outcome.out


@pytest.mark.parametrize(("no_color", "colored"), [(None, True), ("", True), ("1", False)])
def test_color_is_for_terminals(
    no_color: str | None, colored: bool, specc: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_color is not None:
        monkeypatch.setenv("NO_COLOR", no_color)
    assert ("\x1b[" in specc("validate", "bad.yaml").out) is colored


def test_many_files(specc: Command) -> None:
    outcome = specc("validate", "--format", "concise", "good.yaml", "bad.yaml", "bad.yaml")
    assert outcome.code == 1
    assert len(outcome.out.splitlines()) == 4
    assert outcome.err == "4 errors in 3 files\n"


def test_a_missing_file_is_no_finding(specc: Command) -> None:
    outcome = specc("validate", "absent.yaml", "bad.yaml", "--format", "concise")
    assert outcome.code == 3
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err == ("specc: error: cannot read `absent.yaml`: no such file or directory\n2 errors in bad.yaml\n")


def test_a_folder_is_no_source(specc: Command) -> None:
    outcome = specc("validate", ".")
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.startswith("specc: error: cannot read `.`: ")


def test_stdin(shell: Shell) -> None:
    result = shell("validate", "--format", "concise", "-", input=BAD.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"<stdin>:3:50: V202 ")
    assert result.stderr == b"2 errors in <stdin>\n"


def test_warnings_are_shown_and_pass(specc: Command) -> None:
    Path("warn.yaml").write_text(GOOD.replace("dropout: 0.5", "bias_initializer: ones, unit_forget_bias: true"))
    outcome = specc("validate", "warn.yaml", "--format", "concise")
    assert outcome.code == 0
    assert outcome.out.startswith("warn.yaml:5:")
    assert outcome.err == "1 warning in warn.yaml\n"


@pytest.mark.parametrize("source", ["good.yaml", "bad.yaml", "good.json"])
def test_validation_imports_nothing_heavy(source: str, tmp_path: Path) -> None:
    import json

    import yaml

    Path("good.json").write_text(json.dumps(yaml.safe_load(GOOD)))
    heavy = "numpy", "onnx", "onnxruntime", "h5py", "safetensors", "jinja2"
    script = (
        f"import sys; from specc.cli import main; main(['validate', {source!r}])\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert result.stdout.splitlines()[-1] == "[]"

"""``specc validate``: findings on stdout, the count on stderr, and the exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc import model
from tests.cli.conftest import ROOT, Command, Shell
from tests.cli.specs import BAD, GOOD
from tests.hostile import sound


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
    Path("worse.yaml").write_text(BAD)
    outcome = specc("validate", "--format", "concise", "good.yaml", "bad.yaml", "worse.yaml", "./bad.yaml")
    assert outcome.code == 1
    assert len(outcome.out.splitlines()) == 4
    assert outcome.err == "4 errors in 3 files\n"


def test_a_missing_file_is_no_finding(specc: Command) -> None:
    outcome = specc("validate", "absent.yaml", "bad.yaml", "--format", "concise")
    assert outcome.code == 3
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err == ("specc: error: cannot read `absent.yaml`: no such file or directory\n2 errors in bad.yaml\n")


def test_an_internal_error_takes_no_other_file_down(specc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    load = model.load

    def fail_once(source: str, **options: Any) -> model.Model:
        if source == "good.yaml":
            raise KeyError("units")
        return load(source, **options)

    monkeypatch.setattr(model, "load", fail_once)
    outcome = specc("validate", "good.yaml", "bad.yaml", "--format", "concise")
    assert outcome.code == 3
    assert len(outcome.out.splitlines()) == 2
    first, second = outcome.err.splitlines()
    assert first.startswith("specc: error: `good.yaml`: internal error, a mistake in specc: KeyError: 'units' (")
    assert second == "2 errors in bad.yaml"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--select", ","], "--select names no code"),
        (["--ignore", ""], "--ignore names no code"),
        (["--stdin-filename", "m.yaml"], "--stdin-filename names stdin, which is not checked"),
        (["--set", "units=3"], "--set: there is no var `units`\n  hint: it declares no `vars`, in `good.yaml`"),
    ],
)
def test_options_that_say_nothing_are_wrong_usage(options: list[str], said: str, specc: Command) -> None:
    outcome = specc("validate", "good.yaml", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"specc: error: {said}")


@pytest.mark.parametrize("option", ["--fix", "--diff"])
@pytest.mark.parametrize("make", [sound.hdf5, lambda: sound.archive(sound.keras())], ids=["h5", "keras"])
def test_a_model_file_through_stdin_has_nothing_to_fix(option: str, make: Callable[[], bytes], shell: Shell) -> None:
    result = shell("validate", "-", option, input=make())
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"no errors in <stdin>\n")


def test_stdin(shell: Shell) -> None:
    result = shell("validate", "--format", "concise", "-", input=BAD.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"<stdin>:3:50: V202 ")
    assert result.stderr == b"2 errors in <stdin>\n"


def test_stdin_has_the_name_that_it_is_given(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    spec = GOOD.replace("name: small", "weights: ../w.npz").encode()
    result = shell("validate", "--format", "concise", "-", "--stdin-filename", "models/m.yaml", input=spec)
    assert result.returncode == 1
    assert result.stdout.startswith(b"models/m.yaml:2:10: V219 ")
    assert result.stderr == b"1 error in models/m.yaml\n"


@pytest.mark.parametrize("format_", ["json", "sarif", "junit", "github", "concise", "text"])
def test_findings_go_to_a_file(format_: str, specc: Command) -> None:
    outcome = specc("validate", "bad.yaml", "--format", format_, "--output-file", "report")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", "2 errors in bad.yaml\n")
    assert Path("report").read_text() == specc("validate", "bad.yaml", "--format", format_).out


def test_a_report_that_cannot_be_written(specc: Command) -> None:
    outcome = specc("validate", "bad.yaml", "--output-file", "absent/report")
    assert (outcome.code, outcome.out) == (3, "")
    assert "cannot write `absent/report`" in outcome.err


@pytest.mark.parametrize("more", [[], ["--diff"]])
def test_a_report_never_replaces_what_it_is_about(more: list[str], specc: Command) -> None:
    outcome = specc("validate", ".", "--output-file", "./good.yaml", *more)
    assert (outcome.code, outcome.out) == (2, "")
    assert Path("good.yaml").read_text() == GOOD


def test_github_gets_a_summary(specc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("summary.md").write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(Path("summary.md").absolute()))
    outcome = specc("validate", "bad.yaml", "--format", "github")
    assert outcome.out.startswith("::error title=specc V202,file=bad.yaml,line=3,")
    assert Path("summary.md").read_text().startswith("before\n### specc: 2 errors in 1 file\n")
    specc("validate", "bad.yaml")
    assert Path("summary.md").read_text().count("### specc") == 1


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        (["--select", "V202"], ["V202"]),
        (["--select", "V2"], ["V202", "V205"]),
        (["--select", "v202,S"], ["V202"]),
        (["--select", "V202", "--select", "V205"], ["V202", "V205"]),
        (["--ignore", "V202"], ["V205"]),
        (["--ignore", "V"], []),
        (["--select", "V202", "--ignore", "V2"], ["V202"]),
        (["--select", "V2", "--ignore", "V202"], ["V205"]),
        (["--select", "ALL", "--ignore", "V205"], ["V202"]),
        (["--select", "G"], []),
    ],
)
def test_codes_are_chosen(options: list[str], codes: list[str], specc: Command) -> None:
    outcome = specc("validate", "bad.yaml", "--format", "concise", *options)
    assert [line.split()[1] for line in outcome.out.splitlines()] == codes
    assert outcome.code == bool(codes)


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_codes_that_do_not_exist(option: str, specc: Command) -> None:
    outcome = specc("validate", "bad.yaml", option, "V202,X9")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"specc: error: {option}: no code starts with `X9`\n  hint: `specc rule` lists all codes\n"


def test_a_run_stops_after_so_many_errors(specc: Command) -> None:
    for name in ("a.yaml", "b.yaml"):
        Path(name).write_text(BAD)
    outcome = specc("validate", "a.yaml", "b.yaml", "good.yaml", "--max-errors", "1", "--format", "concise")
    assert outcome.code == 1
    assert [line.split()[1] for line in outcome.out.splitlines()] == ["V202"]
    assert outcome.err == "1 error in a.yaml (stopped after 1 error)\n"
    outcome = specc("validate", "a.yaml", "b.yaml", "good.yaml", "--max-errors", "4", "--format", "concise")
    assert outcome.err == "4 errors in 2 files (stopped after 4 errors)\n"
    outcome = specc("validate", "a.yaml", "b.yaml", "--max-errors", "4", "--format", "concise")
    assert outcome.err == "4 errors in 2 files\n"
    assert specc("validate", "a.yaml", "--max-errors", "0").code == 2


def test_quiet(specc: Command) -> None:
    Path("empty").mkdir()
    outcome = specc("validate", "bad.yaml", "empty", "--quiet", "--format", "concise")
    assert len(outcome.out.splitlines()) == 2
    assert outcome.err == ""


def test_options_of_sources(specc: Command) -> None:
    Path("gelu.yaml").write_text(GOOD.replace("dropout: 0.5", "activation: gelu"))
    assert specc("validate", "gelu.yaml").code == 1
    assert specc("validate", "gelu.yaml", "--dialect", "keras3").code == 0
    assert "G3" in specc("validate", "good.yaml", "--max-memory", "1").out


def test_weights_are_compared_where_they_are_given(specc: Command) -> None:
    import numpy as np

    with Path("w.npz").open("wb") as file:
        np.savez(file, allow_pickle=False, **{"lstm/kernel": np.zeros((3, 12), np.float32)})
    outcome = specc("validate", "good.yaml", "--weights", "w.npz", "--format", "concise")
    assert outcome.code == 1
    assert "W40" in outcome.out
    assert specc("validate", "good.yaml", "--weights", "absent.npz").code == 3


def test_warnings_are_shown_and_pass(specc: Command) -> None:
    Path("warn.yaml").write_text(GOOD.replace("dropout: 0.5", "bias_initializer: ones, unit_forget_bias: true"))
    outcome = specc("validate", "warn.yaml", "--format", "concise")
    assert outcome.code == 0
    assert outcome.out.startswith("warn.yaml:5:")
    assert outcome.err == "1 warning in warn.yaml\n"
    assert specc("validate", "warn.yaml", "--strict").code == 1
    assert specc("validate", "good.yaml", "--strict").code == 0


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

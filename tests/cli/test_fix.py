"""``specc validate --fix`` and ``--diff``: what happens to files; tests/test_fixing.py has what happens to texts."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Command, Shell
from tests.cli.specs import GOOD

WRONG = GOOD.replace("units: 4", "unit: 4").replace("units: 2", 'units: "2"')
LEFT = WRONG.replace("shape: [null, 3]", "shape: [null, 0]")


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(WRONG)
    Path("left.yaml").write_text(LEFT)
    Path("good.yaml").write_text(GOOD)


def test_the_count_says_what_can_be_fixed(specc: Command) -> None:
    assert specc("validate", "wrong.yaml").err == "2 errors in wrong.yaml (2 fixable with --fix)\n"


def test_a_file_is_mended(specc: Command) -> None:
    outcome = specc("validate", "wrong.yaml", "--fix")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "2 mistakes fixed, no errors left in wrong.yaml\n"
    assert Path("wrong.yaml").read_text() == GOOD
    outcome = specc("validate", "wrong.yaml", "--fix")
    assert (outcome.code, outcome.err) == (0, "no errors in wrong.yaml\n")


def test_what_is_left_is_shown(specc: Command) -> None:
    outcome = specc("validate", ".", "--fix", "--format", "concise")
    assert outcome.code == 1
    assert outcome.out.startswith("left.yaml:4:42: V205 ")
    assert len(outcome.out.splitlines()) == 1
    assert outcome.err == "4 mistakes fixed, 1 error left in 3 files\n"
    assert Path("left.yaml").read_text() == GOOD.replace("shape: [null, 3]", "shape: [null, 0]")


def test_a_diff_changes_nothing_and_says_what_would(specc: Command) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path().iterdir()}
    outcome = specc("validate", ".", "--diff")
    assert outcome.code == 1
    assert outcome.err == "4 mistakes would be fixed, 1 error left in 3 files\n"
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path().iterdir()}
    Path("patch").write_text(outcome.out)
    subprocess.run(["git", "apply", "-p0", "patch"], check=True)
    assert Path("wrong.yaml").read_text() == GOOD
    outcome = specc("validate", "wrong.yaml", "good.yaml", "--diff")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "no errors in 2 files\n")


def test_a_diff_of_the_last_line(specc: Command) -> None:
    Path("wrong.yaml").write_bytes(WRONG.replace("\n", "\r\n").rstrip().encode())
    Path("patch").write_bytes(specc("validate", "wrong.yaml", "--diff").out.encode())
    assert b"\\ No newline at end of file\n" in Path("patch").read_bytes()
    subprocess.run(["git", "apply", "-p0", "patch"], check=True)
    assert Path("wrong.yaml").read_bytes() == GOOD.replace("\n", "\r\n").rstrip().encode()


def test_diff_wins_over_fix(specc: Command) -> None:
    assert specc("validate", "wrong.yaml", "--diff", "--fix").out.startswith("--- wrong.yaml\n+++ wrong.yaml\n")
    assert Path("wrong.yaml").read_text() == WRONG


def test_a_diff_to_a_file(specc: Command) -> None:
    assert specc("validate", "wrong.yaml", "--diff", "--output-file", "patch").out == ""
    assert Path("patch").read_text() == specc("validate", "wrong.yaml", "--diff").out


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_stay(mark: bytes, specc: Command) -> None:
    Path("wrong.yaml").write_bytes(mark + f"# é \u2192\r\n{WRONG}".encode())
    assert specc("validate", "wrong.yaml", "--fix").code == 0
    assert Path("wrong.yaml").read_bytes() == mark + f"# é \u2192\r\n{GOOD}".encode()


def test_mode_and_link_stay(specc: Command) -> None:
    Path("wrong.yaml").chmod(0o640)
    os.symlink("wrong.yaml", "link.yaml")
    assert specc("validate", "link.yaml", "--fix").code == 0
    assert Path("link.yaml").is_symlink()
    assert Path("wrong.yaml").read_text() == GOOD
    assert Path("wrong.yaml").stat().st_mode & 0o777 == 0o640


def test_files_without_mistakes_are_not_touched(specc: Command) -> None:
    before = Path("good.yaml").stat()
    assert specc("validate", "good.yaml", "--fix").code == 0
    assert Path("good.yaml").stat().st_mtime_ns == before.st_mtime_ns
    assert Path("good.yaml").stat().st_ino == before.st_ino


def test_a_file_that_cannot_be_written(specc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)
    outcome = specc("validate", "wrong.yaml", "--fix")
    assert outcome.code == 3
    assert outcome.err == "specc: error: cannot write `wrong.yaml`: permission denied\n"
    assert Path("wrong.yaml").read_text() == WRONG
    assert sorted(path.name for path in Path().iterdir()) == ["good.yaml", "left.yaml", "wrong.yaml"]


def test_stdin_goes_to_stdout(shell: Shell) -> None:
    result = shell("validate", "-", "--fix", input=b"\xef\xbb\xbf" + LEFT.replace("\n", "\r\n").encode())
    assert result.returncode == 1
    expected = GOOD.replace("shape: [null, 3]", "shape: [null, 0]").replace("\n", "\r\n")
    assert result.stdout == b"\xef\xbb\xbf" + expected.encode()
    assert result.stderr.startswith(b"<stdin>:4:42: error[V205]: ")
    assert result.stderr.endswith(b"2 mistakes fixed, 1 error left in <stdin>\n")
    result = shell("validate", "-", "--fix", input=GOOD.encode())
    assert (result.returncode, result.stdout) == (0, GOOD.encode())


def test_a_diff_of_stdin(shell: Shell) -> None:
    result = shell("validate", "-", "--diff", "--stdin-filename", "m.yaml", input=WRONG.encode())
    assert result.returncode == 1
    assert result.stdout.startswith(b"--- m.yaml\n+++ m.yaml\n")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x89HDF\r\n\x1a\n", b"specc: \xff\n", b""])
def test_what_is_no_text_is_not_touched(content: bytes, specc: Command, shell: Shell) -> None:
    Path("odd.yaml").write_bytes(content)
    assert specc("validate", "odd.yaml", "--fix").code == 1
    assert Path("odd.yaml").read_bytes() == content
    assert shell("validate", "-", "--fix", input=content).returncode == 1


def test_keras_files_are_not_touched(specc: Command) -> None:
    text = '{"class_name": "Sequential", "config": [{"class_name": "LSTM", "config": {"unit": "4"}}], "config": 1}'
    Path("model.json").write_text(text)
    assert specc("validate", "model.json", "--fix").code == 1
    assert Path("model.json").read_text() == text


def test_only_what_is_selected_is_mended(specc: Command) -> None:
    assert specc("validate", "wrong.yaml", "--fix", "--select", "V204").code == 0
    assert Path("wrong.yaml").read_text() == GOOD.replace("units: 4", "unit: 4")


def test_fixes_stand_in_reports(specc: Command) -> None:
    first, second = json.loads(specc("validate", "wrong.yaml", "--format", "json").out)["findings"]
    assert first["fix"] == [{"line": 5, "column": 18, "end_line": 5, "end_column": 22, "text": "units"}]
    assert second["fix"] == [{"line": 6, "column": 26, "end_line": 6, "end_column": 29, "text": "2"}]
    log = json.loads(specc("validate", "wrong.yaml", "--format", "sarif").out)
    assert all(result["fixes"] for result in log["runs"][0]["results"])

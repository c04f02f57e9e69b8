"""Every way for a command to end: an exit code, and never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from specc.cli.exits import InputError, UsageError
from specc.cli.guard import guard
from specc.diagnostics import Diagnostic, SpecError, Unreadable
from tests.cli.conftest import ROOT, Command, Shell


def ending(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    def command() -> int:
        raise error

    code = guard(command)
    captured = capsys.readouterr()
    assert captured.out == ""
    return code, captured.err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (SystemExit(2), 2, ""),
        (SystemExit(None), 3, ""),
        (UsageError("no", "yes"), 2, "specc: error: no\n  hint: yes\n"),
        (InputError("no"), 1, "specc: error: no\n"),
        (Unreadable("cannot read `x`: gone"), 3, "specc: error: cannot read `x`: gone\n"),
        (OSError(28, "No space left on device", "x"), 3, "specc: error: no space left on device (`x`)\n"),
        (KeyboardInterrupt(), 130, "specc: interrupted\n"),
        (
            MemoryError(),
            3,
            "specc: error: out of memory\n  hint: `--max-memory BYTES` refuses a large model before it is built\n",
        ),
    ],
)
def test_endings(error: BaseException, code: int, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(error, capsys) == (code, text)


def test_findings_are_rendered(capsys: pytest.CaptureFixture[str]) -> None:
    code, text = ending(SpecError([Diagnostic("V200", (), "not a spec")]), capsys)
    assert code == 1
    assert "V200" in text
    assert "not a spec" in text


def test_an_internal_error_is_one_line_and_a_way_to_report_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPECC_TRACEBACK", raising=False)
    code, text = ending(KeyError("units\nand more"), capsys)
    assert code == 3
    first, second = text.splitlines()
    mistake = "internal error, a mistake in specc: KeyError: 'units\\nand more' (test_guard.py:"
    assert first.startswith(f"specc: error: {mistake}")
    report = "please report this line with the spec, the command and `specc --version`"
    assert second == f"  hint: {report} (SPECC_TRACEBACK=1 shows more)"


def test_the_traceback_is_there_for_those_who_ask(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECC_TRACEBACK", "1")
    assert "Traceback" in ending(KeyError("units"), capsys)[1]


def test_a_reader_that_goes_away() -> None:
    script = "import sys; from specc.cli.guard import guard\n"
    script += "def command():\n  for _ in range(100000): print('a line of output')\n  return 0\n"
    script += "sys.exit(guard(command))"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.parametrize("arguments", [[], ["validat"], ["compile", "x.yaml"], ["rule", "--format", "x"]])
def test_wrong_usage_is_2(arguments: list[str], specc: Command) -> None:
    outcome = specc(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "usage: specc" in outcome.err


@pytest.mark.parametrize(
    "command", [[], ["validate"], ["compile"], ["run"], ["summary"], ["schema"], ["rule"], ["new"]]
)
def test_help(command: list[str], specc: Command) -> None:
    outcome = specc(*command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith("usage: specc")
    assert outcome.err == ""


def test_version(specc: Command) -> None:
    from specc import __version__

    outcome = specc("--version")
    assert outcome.code == 0
    assert outcome.out.startswith(f"specc {__version__}, Python 3.")
    assert "onnxruntime" in outcome.out


def test_a_terminal_without_unicode(shell: Shell) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = shell("validate", "-", "--format", "concise", input="specc: 1\nschöne: [1]\n".encode(), env=environment)
    assert result.returncode == 1
    assert b"sch\\xf6ne" in result.stdout


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize(("redirection", "code"), [(">&-", 0), ("2>&-", 0), (">&- 2>&-", 0)])
def test_closed_streams(redirection: str, code: int) -> None:
    line = f"{sys.executable} -m specc rule {redirection}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    result = subprocess.run(line, shell=True, env=environment, capture_output=True)
    assert result.returncode == code
    assert b"Traceback" not in result.stderr

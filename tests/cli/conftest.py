"""Run the command line in this process, or as a user's shell does."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from specc.cli import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


Command = Callable[..., Outcome]
Shell = Callable[..., subprocess.CompletedProcess[bytes]]


@pytest.fixture
def specc(capsys: pytest.CaptureFixture[str]) -> Command:
    """``specc("run", "model.onnx")`` in this process."""

    def command(*arguments: object) -> Outcome:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return command


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """``shell("validate", "-", input=b"…")`` as a process of its own, in an empty folder."""

    def command(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
        options.setdefault("env", {**os.environ, "PYTHONPATH": str(ROOT)})
        line = [sys.executable, "-m", "specc", *map(str, arguments)]
        return subprocess.run(line, capture_output=True, cwd=tmp_path, **options)  # type: ignore[call-overload,no-any-return]

    return command

"""ruff and mypy as users run them on a generated module: with their default settings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def check_layout(file: Path) -> str:
    """What ``ruff format`` would change; empty where nothing."""
    return _run("ruff", "format", "--isolated", "--diff", "--quiet", str(file))


def check_lint(file: Path) -> str:
    """What ``ruff check`` says with its default rules and those for imports."""
    return _run("ruff", "check", "--isolated", "--quiet", "--extend-select", "I", str(file))


def check_types(*files: Path) -> str:
    """What ``mypy --strict`` says; Keras has no types, which is no fault of a module."""
    untyped = ("--disable-error-code=import-untyped", "--disable-error-code=untyped-decorator")
    options = ("--strict", "--no-error-summary", "--config-file=", "--explicit-package-bases", *untyped)
    return _run("mypy", *options, *map(str, files))


def _run(module: str, *arguments: str) -> str:
    result = subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)
    return result.stdout + (result.stderr if result.returncode not in (0, 1) else "")

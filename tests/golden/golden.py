"""The golden files: one a model and target. ``python -m tests.golden`` makes them again."""

from __future__ import annotations

from pathlib import Path

import specc
from specc.targets import PYTHON_TARGETS, Target

FOLDER = Path(__file__).parent
SPECS = {file.stem: file for file in sorted((FOLDER / "specs").glob("*.yaml"))}


def golden_file(target: Target, name: str) -> Path:
    """Where the module of a model lies."""
    return FOLDER / target / f"{name}.py"


def generate(target: Target, name: str) -> str:
    """The module as it is written now."""
    return specc.load(SPECS[name]).compile(target).decode()


def renew() -> None:
    for target in PYTHON_TARGETS:
        for name in SPECS:
            golden_file(target, name).parent.mkdir(exist_ok=True)
            golden_file(target, name).write_text(generate(target, name), encoding="utf-8")
            print(f"wrote {golden_file(target, name)}")

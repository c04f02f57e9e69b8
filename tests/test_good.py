"""Good specs in every form that people write: nothing is said of them, and each compiles to a file that runs."""

from __future__ import annotations

import re
from pathlib import Path

import onnx
import pytest

from specc import layers
from specc.cli import main
from specc.model import load

SPECS = sorted((Path(__file__).parent / "good").iterdir())


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_nothing_is_said_and_it_compiles(spec: Path) -> None:
    model = load(spec)
    assert model.diagnostics == ()
    onnx.checker.check_model(onnx.load_from_string(model.compile()), full_check=True)


def test_the_command_says_nothing_of_any(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "--strict", *map(str, SPECS)]) == 0
    assert capsys.readouterr().out == ""


def test_they_use_every_class() -> None:
    text = "".join(spec.read_text("utf-8") for spec in SPECS)
    assert {name for name in layers.HOMES if not re.search(rf"""type["']?: ["']?{name}\b""", text)} == set()
    assert len(SPECS) >= 60

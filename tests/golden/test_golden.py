"""The generated code of eight models is what people reviewed."""

from __future__ import annotations

import pytest

from specc.targets import PYTHON_TARGETS, Target
from tests.golden.golden import FOLDER, SPECS, generate, golden_file


@pytest.mark.parametrize("target", PYTHON_TARGETS)
@pytest.mark.parametrize("name", SPECS)
def test_golden_file(name: str, target: Target) -> None:
    assert golden_file(target, name).read_text(encoding="utf-8") == generate(target, name), "run python -m tests.golden"


def test_no_file_is_left_over() -> None:
    assert len(SPECS) == 8
    wanted = {golden_file(target, name) for target in PYTHON_TARGETS for name in SPECS}
    assert {file for file in FOLDER.glob("*/*.py") if file.parent.name != "__pycache__"} == wanted

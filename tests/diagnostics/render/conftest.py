"""A folder with files to check, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.diagnostics import Checked
from tests.diagnostics.render.runs import write_files


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Checked]:
    monkeypatch.chdir(tmp_path)
    return write_files()

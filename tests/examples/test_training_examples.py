"""The examples that train: shortened, they lower their loss, and the ONNX file computes what the module does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.parity

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("example", "steps"), [("adding_problem", "40"), ("characters", "10")])
def test_a_short_training(example: str, steps: str, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the examples train with PyTorch")
    command = [sys.executable, str(ROOT / "examples" / example / "train.py"), "--steps", steps, "-o", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    losses = re.search(r"before ([\d.]+), after ([\d.]+)", result.stdout)
    assert losses is not None
    assert float(losses[2]) < 0.8 * float(losses[1])
    difference = re.search(r"ONNX = torch to (\S+)", result.stdout)
    assert difference is not None
    assert float(difference[1]) < 1e-5
    assert {file.suffix for file in tmp_path.iterdir()} >= {".py", ".safetensors", ".onnx"}

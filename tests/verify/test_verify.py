"""Targets that agree, one that differs, one that refuses, and recorded outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from specc.cli import main
from specc.verify import make_cases, runners, verify, verifying
from specc.verify.runners import NotInstalled

SPEC: dict[str, Any] = {
    "specc": 1,
    "layers": [
        {"type": "Input", "name": "ids", "shape": [None], "dtype": "int32"},
        {"type": "Embedding", "input_dim": 9, "output_dim": 3, "mask_zero": True},
        {"type": "LSTM", "units": 2},
    ],
}
STATEFUL: dict[str, Any] = {
    "specc": 1,
    "layers": [
        {"type": "Input", "name": "x", "shape": [5, 3], "batch_size": 2},
        {"type": "GRU", "units": 2, "stateful": True},
    ],
}


@pytest.fixture(autouse=True)
def only_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain tests need no framework."""
    original = runners.open_target

    def open_target(model: Any, target: Any, folder: Path) -> Any:
        if target in ("torch", "keras"):
            raise NotInstalled(f"{target} is not installed")
        return original(model, target, folder)

    monkeypatch.setattr(verifying, "open_target", open_target)


def test_cases_vary_batch_length_and_masks() -> None:
    cases = list(make_cases(specc.load(SPEC).graph.program, 0))
    shapes = {case.calls[0]["ids"].shape for case in cases}
    assert shapes == {(1, 7), (1, 16), (4, 7), (4, 16)}
    masked = {case.name: case.calls[0]["ids"] == 0 for case in cases if case.name.startswith("batch 4, 16")}
    assert not masked["batch 4, 16 steps, no mask"].any()
    assert masked["batch 4, 16 steps, whole rows"][0].all()
    assert masked["batch 4, 16 steps, right"].any()
    assert max(int(case.calls[0]["ids"].max()) for case in cases) == 8


def test_whole_numbers_of_a_float_input_are_rows_of_its_table() -> None:
    layers = [
        {"type": "Input", "name": "ids", "shape": [5]},
        {"type": "Embedding", "input_dim": 3, "output_dim": 2, "inputs": "ids"},
        {"type": "Input", "name": "x", "shape": [5, 1]},
        {"type": "Concatenate", "inputs": ["embedding", "x"]},
    ]
    for case in make_cases(specc.load({"specc": 1, "layers": layers}).graph.program, 0):
        assert set(np.unique(case.calls[0]["ids"])) <= {1.0, 2.0}
        assert len(np.unique(case.calls[0]["x"])) > 3


def test_a_module_that_does_not_load_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    original = runners.open_target

    def broken(model: Any, target: Any, folder: Path) -> Any:
        if target == "numpy":
            raise ValueError("no such thing")
        if target != "onnx":
            raise NotInstalled("")
        return original(model, target, folder)

    monkeypatch.setattr(verifying, "open_target", broken)
    report = verify(specc.load(STATEFUL))
    assert not report.agrees
    assert report.failures == {"numpy": "ValueError as the module is loaded: no such thing"}


@pytest.mark.parametrize("spec", [SPEC, STATEFUL])
def test_targets_agree_and_absent_ones_are_named(spec: dict[str, Any]) -> None:
    report = verify(specc.load(spec))
    assert report.agrees
    assert report.largest()["numpy"] <= 1e-5
    assert report.absent == {"torch": "torch is not installed", "keras": "keras is not installed"}


def test_a_difference_above_the_tolerance_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    report = verify(specc.load(SPEC), tolerance=0.0)
    assert not report.agrees or max(report.largest().values()) == 0
    monkeypatch.setattr(verifying, "make_cases", lambda program, seed: list(make_cases(program, seed))[:1])
    original = runners.open_target

    def wrong(model: Any, target: Any, folder: Path) -> Any:
        run = original(model, target, folder)
        return run if target == "onnx" else lambda calls: [array + 1e-3 for array in run(calls)]

    monkeypatch.setattr(verifying, "open_target", wrong)
    report = verify(specc.load(SPEC))
    assert not report.agrees
    assert "DIFFER" in str(report)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "model.json"
    spec.write_text(json.dumps(SPEC))
    assert main(["verify", str(spec)]) == 0
    out = capsys.readouterr().out
    assert "batch 4, 16 steps, holes" in out
    assert "keras: left out, keras is not installed" in out
    ids = np.array([[1, 2, 0]], np.int32)
    (lstm,) = specc.Session(specc.load(SPEC).compile()).run(None, {"ids": ids})
    np.savez(tmp_path / "good.npz", in0=ids, out0=lstm)
    np.savez(tmp_path / "bad.npz", ids=ids, lstm=lstm + 1)
    np.savez(tmp_path / "less.npz", ids=ids)
    assert main(["verify", str(spec), "--against", str(tmp_path / "good.npz")]) == 0
    assert main(["verify", str(spec), "--against", str(tmp_path / "bad.npz")]) == 1
    assert main(["verify", str(spec), "--against", str(tmp_path / "less.npz")]) == 1
    assert "it holds no lstm" in capsys.readouterr().err

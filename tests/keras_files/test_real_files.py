"""Models that other people trained, from their own files: they compute what Keras did, and all 98 are understood."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.conformance.compiled import compile_model, each_target, open_session

MODELS = Path(__file__).parents[2] / "../shared/fixtures/real-models"
TOLERANCE = 1e-5  # relative to 1 + |reference|


def entries() -> list[dict[str, Any]]:
    index = MODELS / "index.json"
    listed: list[dict[str, Any]] = json.loads(index.read_text()) if index.is_file() else []
    return listed


def load(entry: dict[str, Any]) -> specc.Model:
    """The model, from its architecture and weights or from the one file that has both."""
    file = MODELS / "files" / entry["file"]
    config = entry.get("config_file")
    return specc.load(file if config is None else MODELS / "files" / config, weights=file if config else None)


def records(model: str) -> Iterator[list[tuple[list[Any], list[Any]]]]:
    """Runs of calls that follow one another, as inputs and outputs in the order of the model."""
    for name in (f"{model}.npz", f"{model}.reference.npz"):
        if (MODELS / "oracle" / name).is_file():
            with np.load(MODELS / "oracle" / name) as arrays:
                numbered = [
                    [[arrays[f"{call}{way}{i}"] for i in range(len(arrays)) if f"{call}{way}{i}" in arrays]
                     for way in ("in", "out")]
                    for call in ("", "call2_")
                ]  # fmt: skip
            yield [(inputs, outputs) for inputs, outputs in numbered if inputs]


def test_they_are_there() -> None:
    if not MODELS.is_dir():
        pytest.skip("needs ../shared/fixtures/real-models")
    assert len(entries()) == 98


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["id"])
def test_is_understood(entry: dict[str, Any]) -> None:
    found = load(entry).diagnostics
    assert [finding.code for finding in found] == (["K720"] if entry["kind"] == "json" else [])


@each_target
@pytest.mark.parametrize("entry", [e for e in entries() if e.get("oracle")], ids=lambda entry: entry["id"])
def test_outputs_are_those_of_keras(entry: dict[str, Any]) -> None:
    compiled = compile_model(load(entry))
    runs = list(records(entry["id"]))
    assert runs
    for calls in runs:
        session = open_session(compiled)
        for inputs, expected in calls:
            feed = {slot.name: array for slot, array in zip(session.inputs, inputs, strict=True)}
            for found, reference in zip(session.run(feed).values(), expected, strict=True):
                assert (np.abs(found - reference) / (1 + np.abs(reference))).max() < TOLERANCE

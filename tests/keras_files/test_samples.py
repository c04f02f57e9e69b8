"""Tiny models that real versions of Keras wrote, in every kind of file: each opens and gives the recorded outputs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.keras_files.files import run

SAMPLES = Path(__file__).parents[2] / "../shared/fixtures/samples"
STORES = ("_weights.h5", ".weights.h5", ".h5", ".keras")


def cases() -> Iterator[tuple[str, str, str]]:
    """(model, the end of its source's name, the end of its weights' name)."""
    for record in sorted(SAMPLES.glob("*_io.json")):
        model = record.name.removesuffix("_io.json")
        for source in (".h5", ".keras", ".json", ".yaml"):
            stores = [end for end in STORES if (SAMPLES / f"{model}{end}").is_file()]
            if (SAMPLES / f"{model}{source}").is_file():
                yield from ((model, source, store) for store in (stores if source in (".json", ".yaml") else [""]))


def test_they_are_there() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("needs ../shared/fixtures/samples")
    assert {source for _, source, _ in cases()} == {".h5", ".keras", ".json", ".yaml"}


@pytest.mark.parametrize("case", list(cases()), ids=" ".join)
def test_outputs(case: tuple[str, str, str]) -> None:
    model, source, store = case
    record = json.loads((SAMPLES / f"{model}_io.json").read_text())
    inputs = [np.asarray(array) for array in record["inputs"]]
    found = run(SAMPLES / f"{model}{source}", *inputs, weights=SAMPLES / f"{model}{store}" if store else None)
    for array, expected in zip(found, record["outputs"], strict=True):
        assert np.abs(array - np.asarray(expected)).max() < 1e-5

"""Weights that Keras 3 cut into several files, by their index; only files beside it are opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import specc
from tests.keras_files.files import layer, numbers, sequential, write_json

MODEL = sequential(
    layer("InputLayer", "i", batch_shape=[None, 5, 3]),
    layer("LSTM", "l", units=2) | {"registered_name": None},
    layer("Dense", "a", units=4),
    layer("Dense", "b", units=2),
)
CELL = [numbers(3, 8), numbers(2, 8), numbers(8)]
ARRAYS = {
    "layers/lstm/cell": CELL,
    "layers/dense": [numbers(2, 4), numbers(4)],
    "layers/dense_1": [numbers(4, 2), numbers(2)],
}
SHARDS = {
    "m_00000.weights.h5": [("layers/lstm/cell", 0), ("layers/lstm/cell", 1)],
    "m_00001.weights.h5": [("layers/lstm/cell", 2), ("layers/dense", 0), ("layers/dense", 1)],
    "m_00002.weights.h5": [("layers/dense_1", 0), ("layers/dense_1", 1)],
}
INDEX: dict[str, Any] = {
    "metadata": {"total_size": 400},
    "weight_map": {
        "/layers/lstm/cell/vars": ["m_00000.weights.h5", "m_00001.weights.h5"],
        "/layers/dense/vars": "m_00001.weights.h5",
        "/layers/dense_1/vars": "m_00002.weights.h5",
    },
}


def write(folder: Path, index: Any = INDEX) -> Path:
    for name, held in SHARDS.items():
        with h5py.File(folder / name, "w") as file:
            for path, number in held:
                file[f"{path}/vars/{number}"] = ARRAYS[path][number]
    text = index if isinstance(index, str) else json.dumps(index, indent=4)
    (folder / "m.weights.json").write_text(text)
    return folder / "m.weights.json"


def codes(folder: Path, index: Any) -> list[str]:
    with pytest.raises(specc.SpecError) as error:
        specc.load(write_json(folder / "model", MODEL), weights=write(folder, index)).compile()
    return [finding.code for finding in error.value.diagnostics]


def test_arrays_of_all_shards(tmp_path: Path) -> None:
    found = specc.load(write_json(tmp_path / "model", MODEL), weights=write(tmp_path)).arrays()
    for name, array in zip(("kernel", "recurrent_kernel", "bias"), CELL, strict=True):
        np.testing.assert_array_equal(found[f"l/{name}"], array)
    np.testing.assert_array_equal(found["b/kernel"], ARRAYS["layers/dense_1"][0])
    assert len(found) == 7


@pytest.mark.parametrize("name", ["../m.h5", "/etc/passwd", "..", "a/b.h5", "a\\b.h5"])
def test_files_elsewhere(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path, {"weight_map": {"/layers/lstm/cell/vars": name}}) == ["W403"]


@pytest.mark.parametrize(
    ("index", "code"),
    [
        ({"weight_map": {}}, "W408"),
        ({"weight_map": {"/layers/dense/vars": [3]}}, "W402"),
        ({"weight_map": {"/layers/dense/vars": "missing.h5"}}, "W402"),
        ({"weight_map": {"/layers/dense/vars": "model"}}, "W402"),
        ({"weight_map": {str(i): f"{i}.h5" for i in range(1001)}}, "W403"),
        ({"weight_map": []}, "W401"),
        ({"class_name": "Sequential"}, "W401"),
        ("{", "W402"),
        ("{" * 100_000, "W402"),
        ({"weight_map": {"/layers/dense/vars": "m_00001.weights.h5"}}, "W408"),
    ],
)
def test_an_index_that_is_none(tmp_path: Path, index: Any, code: str) -> None:
    assert codes(tmp_path, index) == [code]

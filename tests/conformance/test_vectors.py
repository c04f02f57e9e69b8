"""The recorded vectors: what specc compiles gives the numbers of Keras, in every dialect and version that has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from safetensors.numpy import save_file

import specc
from tests.conformance.compiled import compile_model, each_target, open_session
from tests.conformance.record import record
from tests.conformance.recorded import Vector, read_vectors
from tests.stores import keras_h5

TOLERANCE = 1e-5
VECTORS = {vector.name: vector for vector in read_vectors()}
CASES = [
    pytest.param(vector, model, setting, result, id=f"{vector.name}-{model}-{setting}")
    for vector in VECTORS.values()
    for model, setting, result in vector.cases()
]
SHARED = Path(__file__).parents[2] / "../shared/fixtures/vectors"


def save_weights(vector: Vector, folder: Path) -> Path:
    """The vector's weights as users hold them: by name, or in the file of an old Keras."""
    if "file" in vector.data:
        layers = {
            layer: [(name, np.array(array, np.float32)) for name, array in arrays.items()]
            for layer, arrays in vector.data["file"].items()
        }
        return keras_h5.write(folder / "weights.h5", layers)
    file = folder / "weights.safetensors"
    save_file({name: np.array(array, np.float32) for name, array in vector.data["weights"].items()}, file)
    return file


def feed(session: Any, call: Mapping[str, Any]) -> dict[str, Any]:
    return {slot.name: np.array(call[slot.name], slot.dtype) for slot in session.inputs}


@each_target
@pytest.mark.parametrize(("vector", "model", "setting", "result"), CASES)
def test_compiled_model_gives_the_recorded_numbers(
    vector: Vector, model: str, setting: str, result: dict[str, Any], tmp_path: Path
) -> None:
    compiled = compile_model(specc.load(vector.spec(model, setting)), weights=save_weights(vector, tmp_path))
    session = open_session(compiled)
    assert len(vector.data["calls"]) == len(result["outputs"])
    for call, expected in zip(vector.data["calls"], result["outputs"], strict=True):
        outputs = session.run(feed(session, call))
        assert list(outputs) == list(expected)
        for name, array in expected.items():
            assert_allclose(outputs[name], array, rtol=0, atol=TOLERANCE, err_msg=name)


@pytest.mark.parametrize("vector", [v for v in VECTORS.values() if "file" in v.data], ids=lambda v: v.name)
def test_old_files_are_bound_as_keras_converts_them(vector: Vector, tmp_path: Path) -> None:
    model, setting, _ = next(vector.cases())
    arrays = specc.load(vector.spec(model, setting)).arrays(save_weights(vector, tmp_path))
    assert arrays.keys() == vector.data["weights"].keys()
    for name, array in arrays.items():
        assert_allclose(array, np.array(vector.data["weights"][name], np.float32), rtol=0, atol=1e-6)


@pytest.mark.parametrize("vector", VECTORS.values(), ids=lambda v: v.name)
def test_recorded_numbers_are_those_of_the_equations(vector: Vector) -> None:
    again = record(vector, {}).data
    for mine, theirs in zip(vector.data["results"], again["results"], strict=True):
        assert mine["given_by"]
        assert mine["reproduced_by"]
        for call, expected in zip(mine["outputs"], theirs["outputs"], strict=True):
            assert list(call) == list(expected)
            for name, array in expected.items():
                assert_allclose(call[name], array, rtol=0, atol=2e-9)
    assert again["weights"].keys() == vector.data["weights"].keys()
    for name, array in again["weights"].items():
        assert_allclose(vector.data["weights"][name], array, rtol=0, atol=2e-9)


def shared_vectors() -> dict[str, dict[str, Any]]:
    if not SHARED.is_dir():
        pytest.skip("no recorded vectors at ../shared/fixtures/vectors")
    return {file.stem: json.loads(file.read_text()) for file in sorted(SHARED.glob("*.json"))}


def test_no_shared_vector_is_left_out() -> None:
    assert set(VECTORS) == set(shared_vectors())


@pytest.mark.parametrize("name", VECTORS)
def test_recorded_numbers_are_those_of_the_shared_vectors(name: str) -> None:
    """The same inputs and weights went in, and the same versions of Keras reproduced what came out."""
    shared, data = shared_vectors()[name], VECTORS[name].data
    for call in data["calls"]:
        for key, array in call.items():
            assert_allclose(array, shared["inputs"][key])
    weights = flatten(shared["weights"])
    stored = flatten(data["file"] if "file" in data else data["weights"])
    for mine, theirs in zip(stored, weights, strict=True):
        assert_allclose(mine, theirs)
    for (variant, outputs), result in zip(shared["outputs"].items(), data["results"], strict=False):
        theirs = [array for key, array in outputs.items() if "kernel" not in key and "bias" not in key]
        mine = [array for call in result["outputs"] for array in call.values()]
        for found, expected in zip(mine, theirs, strict=True):
            assert_allclose(found, expected, rtol=0, atol=shared["tolerance"])
        assert {short(name) for name in result["reproduced_by"]} >= set(shared["reproduced_by"][variant])


def short(name: str) -> str:
    """A version as the shared vectors call it: ``keras2.1.6``; ``tf_keras`` and ``keras3`` stand alone."""
    module, version = name.split(" ")
    if module == "tf_keras":
        return module
    return "keras3" if version.startswith("3.") else f"keras{version}"


def flatten(tree: Mapping[str, Any]) -> list[Any]:
    """The arrays in a tree of mappings, in order."""
    arrays = []
    for value in tree.values():
        arrays += flatten(value) if isinstance(value, Mapping) else [value]
    return arrays

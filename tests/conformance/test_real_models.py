"""Models that other people trained, as specs written by hand: with their own .h5 they compute what Keras did.

The models and what Keras made of them lie outside the project; without them only the specs are checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import specc
from tests.conformance.compiled import compile_model, each_target, open_session

SPECS = {file.name.removesuffix(".specc.yaml"): file for file in Path(__file__).parent.glob("real_models/*.specc.yaml")}
MODELS = Path(__file__).parents[2] / "../shared/fixtures/real-models"
TOLERANCE = 1e-5

Array = NDArray[Any]
Call = tuple[list[Array], list[Array]]

each_model = pytest.mark.parametrize("model", sorted(SPECS))


def weight_file(model: str) -> Path:
    """The model's own .h5, as its repository holds it."""
    index = MODELS / "index.json"
    if not index.is_file():
        pytest.skip("no trained models at ../shared/fixtures/real-models")
    entry = next(entry for entry in json.loads(index.read_text()) if entry["id"] == model)
    return MODELS / "files" / str(entry["file"])


def records(model: str) -> Iterator[list[Call]]:
    """What Keras computed: a run of calls that follow one another, as inputs and outputs in the model's order.

    Some repositories recorded predictions of the Keras that trained the model: those are a run of their own.
    """
    for name in (f"{model}.npz", f"{model}.reference.npz"):
        if (MODELS / "oracle" / name).is_file():
            with np.load(MODELS / "oracle" / name) as arrays:
                calls = [(_numbered(arrays, f"{call}in"), _numbered(arrays, f"{call}out")) for call in ("", "call2_")]
            yield [call for call in calls if call[0]]


def _numbered(arrays: Any, prefix: str) -> list[Array]:
    return [arrays[f"{prefix}{i}"] for i in range(len(arrays)) if f"{prefix}{i}" in arrays]


def run(session: Any, inputs: list[Array]) -> list[Array]:
    feed = {slot.name: array for slot, array in zip(session.inputs, inputs, strict=True)}
    return list(session.run(feed).values())


def farthest(found: list[Array], expected: list[Array]) -> float:
    """The largest error, relative to 1 + |reference|."""
    assert [a.shape for a in found] == [a.shape for a in expected]
    return max(float((np.abs(a - b) / (1 + np.abs(b))).max()) for a, b in zip(found, expected, strict=True))


@each_model
def test_spec_has_no_findings(model: str) -> None:
    assert specc.load(SPECS[model]).diagnostics == ()


@each_target
@each_model
def test_outputs_are_those_of_keras(model: str) -> None:
    compiled = compile_model(specc.load(SPECS[model]), weights=weight_file(model))
    for calls in records(model):
        session = open_session(compiled)
        for inputs, expected in calls:
            assert np.isfinite(expected[0]).all()
            assert farthest(run(session, inputs), expected) <= TOLERANCE


@each_target
def test_reset_goes_back_to_the_first_call() -> None:
    model = "chen0040.stateful-lstm-weights"
    session = open_session(compile_model(specc.load(SPECS[model]), weights=weight_file(model)))
    (first, second) = next(records(model))
    run(session, first[0])
    assert farthest(run(session, first[0]), first[1]) > 1e-2  # the state counts
    session.reset_states()
    assert farthest(run(session, first[0]), first[1]) <= TOLERANCE
    assert farthest(run(session, second[0]), second[1]) <= TOLERANCE


@pytest.mark.parametrize("model", [model for model in sorted(SPECS) if "masking" in model])
def test_recorded_inputs_hold_masked_steps(model: str) -> None:
    weight_file(model)
    ((inputs, _),) = next(records(model))
    value = 2.0 if "two" in model else 0.0
    masked = (inputs[0] == value).all(axis=-1)
    assert masked.any()
    assert not masked.all()

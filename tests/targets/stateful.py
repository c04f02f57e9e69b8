"""Stateful models for the tests, beside the reference that computes them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.testing import assert_allclose
from numpy.typing import NDArray

import specc
from tests.conformance.recorded import make_spec
from tests.conformance.reference import Model

Array = NDArray[Any]
Entry = dict[str, Any]

BATCH, FEATURES = 2, 3
INPUT: Entry = {"type": "Input", "name": "x", "shape": [None, FEATURES], "batch_size": BATCH}
CARRIED = {"stateful": True, "bias_initializer": "random_uniform", "recurrent_activation": "sigmoid"}
LSTM = {"type": "LSTM", "units": 4, **CARRIED}
GRU = {"type": "GRU", "units": 3, **CARRIED}
SIMPLE_RNN = {"type": "SimpleRNN", "units": 5, "stateful": True, "bias_initializer": "random_uniform"}
CHAIN = [
    INPUT,
    {**LSTM, "name": "one", "return_sequences": True},
    {**GRU, "name": "two", "return_sequences": True},
    {**SIMPLE_RNN, "name": "three"},
]
STATES = ["one.state_h", "one.state_c", "two.state", "three.state"]


def spec(*layers: Entry, setting: str = "keras2", **keys: Any) -> Entry:
    return make_spec(layers, setting) | keys


def pair(*layers: Entry, setting: str = "keras2") -> tuple[specc.Session, Model]:
    """A session and the reference, on the same weights."""
    model = specc.load(spec(*layers, setting=setting))
    return specc.Session(model.compile()), Model(layers, model.arrays(), setting)


def sequence(steps: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(-2, 2, (BATCH, steps, FEATURES)).astype(np.float32)


def compare(session: specc.Session, reference: Model, x: Array) -> None:
    """One call: the output, and every state after it."""
    (output,) = session.run({"x": x}).values()
    (expected,) = reference({"x": x}).values()
    assert_allclose(output, expected, atol=1e-6)
    wanted = [state for states in reference.carried.values() for state in states]
    for found, state in zip(session.states.values(), wanted, strict=True):
        assert_allclose(found, state, atol=1e-6)

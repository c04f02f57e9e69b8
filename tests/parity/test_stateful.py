"""Stateful layers: three calls, a reset, and another call; with masks, and with given states."""

from __future__ import annotations

from typing import Any

import pytest

import specc
from tests.parity.comparison import Comparison, compare, make_feeds
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import CELLS, STATES, begin, called, recurrent, states_for

pytestmark = pytest.mark.parity

BATCH = 4
CALLS = ((5, "none"), (8, "left"), (5, "row"), (5, "holes"))
RESET_BEFORE = 3
"""The call before which the states are reset."""


def check_calls(spec: dict[str, Any], *, reset_each: bool = False) -> None:
    """Compare call by call. reset_each: zero the states of Keras alone before every call."""
    for entry in spec["layers"]:
        if entry["type"] == "Input":
            entry["batch_size"] = BATCH
    comparison = Comparison(spec)
    session = specc.Session(comparison.compiled)
    fixed = next(e["shape"][0] for e in spec["layers"] if e["type"] == "Input" and e["name"] == "x")
    for number, (steps, pattern) in enumerate(CALLS):
        feeds = make_feeds(comparison.spec, fixed or steps, pattern, seed=number)
        feeds = {name: array[:BATCH] for name, array in feeds.items()}
        if number == RESET_BEFORE:
            session.reset_states()
        if number == RESET_BEFORE or reset_each:
            comparison.keras.reset_states()
        compare(list(session.run(feeds).values()), comparison.keras.run(feeds), f"call {number}")


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("source", ["none", "masking", "explicit"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_calls(dialect: str, cell: str, source: str, backwards: bool, unroll: bool) -> None:
    layer = recurrent(
        cell,
        stateful=True,
        return_sequences=not backwards,
        return_state=True,
        go_backwards=backwards,
        unroll=unroll,
        **called(source),
    )
    check_calls({"dialect": dialect, "layers": [*begin(source, 5 if unroll else None), layer]})


@pytest.mark.parametrize("source", ["none", "explicit"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_initial_state(dialect: str, cell: str, source: str) -> None:
    """tf.keras goes on from the recorded state; Keras 2 and 3 begin with the given one each time."""
    layer = recurrent(cell, stateful=True, return_sequences=True, return_state=True, **called(source))
    inputs, names = states_for(layer)
    layer |= {"inputs": "x", "initial_state": names}
    # tf_keras stands in for Keras 2, which looks at no recorded state where one is given.
    spec = {"dialect": dialect, "layers": [*inputs, *begin(source, None), layer]}
    check_calls(spec, reset_each=dialect == "keras2")


@pytest.mark.parametrize("source", ["none", "masking"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_bidirectional(dialect: str, cell: str, source: str) -> None:
    inner = {**CELLS[cell], "stateful": True, "return_sequences": True}
    inner["return_state"] = dialect != "keras3"  # Keras 3.15 stumbles over the masks of the states
    layer = {"type": "Bidirectional", "name": "both", "layer": inner}
    check_calls({"dialect": dialect, "layers": [*begin(source, None), layer]})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_bidirectional_with_initial_state(dialect: str) -> None:
    inner = {**CELLS["LSTM"], "stateful": True, "return_sequences": True}
    inputs, names = states_for(inner, 2 * STATES["LSTM"])
    layer = {"type": "Bidirectional", "name": "both", "layer": inner, "inputs": "x", "initial_state": names}
    spec = {"dialect": dialect, "layers": [*inputs, *begin("none", None), layer]}
    check_calls(spec, reset_each=dialect == "keras2")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stack(dialect: str) -> None:
    layers = [
        *begin("masking", None),
        {"type": "LSTM", "name": "one", "units": 4, "stateful": True, "return_sequences": True},
        {"type": "GRU", "name": "two", "units": 3, "return_sequences": True},
        {"type": "SimpleRNN", "name": "three", "units": 2, "stateful": True, "return_sequences": True},
        {"type": "Dense", "name": "out", "units": 2},
    ]
    check_calls({"dialect": dialect, "layers": layers, "outputs": ["three", "out"]})

"""Resetting the states of a session, all or one layer's, and setting them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import specc
from specc.runtime import SessionError
from tests.targets.stateful import BATCH, CHAIN, FEATURES, INPUT, compare, pair, sequence, spec


def test_reset_zeroes_all_states() -> None:
    session, reference = pair(*CHAIN)
    session.run({"x": sequence(3)})
    assert all(np.abs(state).min() > 0 for state in session.states.values())
    session.reset_states()
    assert not any(state.any() for state in session.states.values())
    compare(session, reference, sequence(3, 1))


@pytest.mark.parametrize("layer", ["one", "two", "three"])
def test_reset_of_one_layer_leaves_the_others(layer: str) -> None:
    session, reference = pair(*CHAIN)
    compare(session, reference, sequence(3))
    session.reset_states(layer=layer)
    reference.carried[layer] = tuple(state * 0 for state in reference.carried[layer])
    compare(session, reference, sequence(3, 1))


def test_states_can_be_set() -> None:
    session, reference = pair(*CHAIN)
    compare(session, reference, sequence(3))
    given = [np.full((BATCH, 4), 0.25), np.arange(8.0).reshape(BATCH, 4)]
    session.reset_states(states=given, layer="one")
    reference.carried["one"] = tuple(given)
    compare(session, reference, sequence(3, 1))


def test_states_of_all_layers_can_be_set_in_order() -> None:
    first, reference = pair(*CHAIN)
    compare(first, reference, sequence(3))
    second = specc.Session(specc.load(spec(*CHAIN)).compile())
    second.reset_states(states=list(first.states.values()))
    compare(second, reference, sequence(3, 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layer": "ones"}, "no layer `ones` with states; did you mean `one`?"),
        ({"layer": "x"}, "no layer `x` with states; layers with states: one, two, three"),
        (
            {"states": [np.zeros((2, 4))], "layer": "one"},
            "expected 2 states (one.state_h, one.state_c), found 1",
        ),
        (
            {"states": [np.zeros((2, 4))] * 2},
            "expected 4 states (one.state_h, one.state_c, two.state, three.state), found 2",
        ),
        (
            {"states": [np.zeros((2, 4)), np.zeros((2, 3))], "layer": "one"},
            "state `one.state_c` has shape (2, 3), the model takes (2, 4): dimension 1 is 3, it must be 4",
        ),
        (
            {"states": [np.zeros((3, 3))], "layer": "two"},
            "state `two.state` has shape (3, 3), the model takes (2, 3): the batch is 3, it is fixed to 2 in the model",
        ),
        (
            {"states": [np.zeros(5)], "layer": "three"},
            "state `three.state` has 1 dimensions (5,), the model takes 2 (2, 5)",
        ),
    ],
)
def test_wrong_states_change_nothing(arguments: dict[str, Any], message: str) -> None:
    session, reference = pair(*CHAIN)
    compare(session, reference, sequence(3))
    with pytest.raises(SessionError) as caught:
        session.reset_states(**arguments)
    assert message in str(caught.value)
    compare(session, reference, sequence(3, 1))


def test_another_batch_size_is_refused() -> None:
    session, _ = pair(*CHAIN)
    with pytest.raises(SessionError, match=r"the batch is 3, it is fixed to 2 in the model$"):
        session.run({"x": np.zeros((3, 4, FEATURES), np.float32)})


def test_a_model_without_states_cannot_be_reset() -> None:
    session = specc.Session(specc.load(spec(INPUT, {"type": "LSTM", "units": 4})).compile())
    with pytest.raises(SessionError, match=r"^the model has no states; give its recurrent layers `stateful: true`$"):
        session.reset_states()

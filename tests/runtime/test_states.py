"""The session carries the states of stateful layers from call to call."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.testing import assert_array_equal
from onnx import helper

from specc.runtime import Session, SessionError
from tests.runtime import models

X = np.array([[1.0], [10.0]], np.float32)


def columns(states: Mapping[str, Any]) -> dict[str, list[float]]:
    return {name: array[:, 0].tolist() for name, array in states.items()}


def test_state_starts_at_zero_and_is_carried() -> None:
    session = Session(models.counting())
    assert columns(session.states) == {"lstm.h": [0, 0], "lstm.c": [0, 0], "gru.state": [0, 0]}
    assert_array_equal(session.run({"x": X})["y"], [[1], [10]])
    assert_array_equal(session.run({"x": X})["y"], [[2], [20]])
    assert columns(session.states) == {"lstm.h": [2, 20], "lstm.c": [2, 2], "gru.state": [-2, -20]}


def test_states_are_not_among_the_outputs() -> None:
    session = Session(models.counting())
    assert [slot.name for slot in session.inputs] == ["x"]
    assert [slot.name for slot in session.outputs] == ["y"]
    assert list(session.run({"x": X})) == ["y"]
    assert len(session.run(None, {"x": X})) == 1


def test_both_forms_of_run_carry_the_state() -> None:
    session = Session(models.counting())
    session.run(X)
    (y, c) = session.run(["y", "lstm.c.out"], {"x": X})
    assert_array_equal(y, [[2], [20]])
    assert_array_equal(c, [[2], [2]])


def test_a_state_can_be_fed_for_one_call() -> None:
    session = Session(models.counting())
    session.run(X)
    assert_array_equal(session.run({"x": X, "lstm.h.in": [[100], [200]]})["y"], [[101], [210]])
    assert columns(session.states)["lstm.h"] == [101, 210]
    assert columns(session.states)["lstm.c"] == [2, 2]


def test_reset_zeroes_everything() -> None:
    session = Session(models.counting())
    session.run(X)
    session.reset_states()
    assert columns(session.states) == {"lstm.h": [0, 0], "lstm.c": [0, 0], "gru.state": [0, 0]}
    assert_array_equal(session.run(X)["y"], [[1], [10]])


def test_reset_of_one_layer_leaves_the_others() -> None:
    session = Session(models.counting())
    session.run(X)
    session.reset_states(layer="lstm")
    assert columns(session.states) == {"lstm.h": [0, 0], "lstm.c": [0, 0], "gru.state": [-1, -10]}


def test_reset_sets_states_in_documented_order() -> None:
    session = Session(models.counting())
    session.reset_states(states=[[[5], [6]], [[7], [8]]], layer="lstm")
    assert columns(session.states) == {"lstm.h": [5, 6], "lstm.c": [7, 8], "gru.state": [0, 0]}
    assert_array_equal(session.run(X)["y"], [[6], [16]])


def test_states_go_round() -> None:
    first, second = Session(models.counting()), Session(models.counting())
    first.run(X)
    second.reset_states(states=list(first.states.values()))
    assert columns(second.states) == columns(first.states)


def test_neither_side_can_change_the_session_from_outside() -> None:
    session = Session(models.counting())
    mine = np.array([[1.0], [2.0]], np.float32)
    session.reset_states(states=[mine], layer="gru")
    mine[:] = 99
    session.states["gru.state"][:] = 99
    (h,) = session.run(["lstm.h.out"], {"x": X * 0})
    h[:] = 99
    assert columns(session.states) == {"lstm.h": [0, 0], "lstm.c": [1, 1], "gru.state": [1, 2]}


PAIR = [[1], [2]]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"layer": "lstmm"}, "no layer `lstmm` with states; did you mean `lstm`?"),
        ({"layer": "dense"}, "no layer `dense` with states; layers with states: lstm, gru"),
        ({"states": [PAIR], "layer": "lstm"}, "expected 2 states (lstm.h, lstm.c), found 1"),
        ({"states": [PAIR] * 2}, "expected 3 states (lstm.h, lstm.c, gru.state), found 2"),
        (
            {"states": [[[1], [2], [3]]], "layer": "gru"},
            "state `gru.state` has shape (3, 1), the model takes (2, 1): the batch is 3, it is fixed to 2 in the model",
        ),
        (
            {"states": [PAIR, [[1, 2], [3, 4]]], "layer": "lstm"},
            "state `lstm.c` has shape (2, 2), the model takes (2, 1): dimension 1 is 2, it must be 1",
        ),
        (
            {"states": {"gru.state": PAIR}, "layer": "gru"},
            "`states` must be a list of arrays, found dict; the order is gru.state",
        ),
    ],
)
def test_wrong_resets_change_nothing(arguments: dict[str, Any], expected: str) -> None:
    session = Session(models.counting())
    session.run(X)
    before = columns(session.states)
    with pytest.raises(SessionError) as caught:
        session.reset_states(**arguments)
    assert str(caught.value) == expected
    assert columns(session.states) == before


def test_reset_of_a_stateless_model() -> None:
    with pytest.raises(SessionError, match="the model has no states; give its recurrent layers `stateful: true`"):
        Session(models.doubling()).reset_states()


def test_a_failed_call_keeps_the_state() -> None:
    session = Session(models.counting())
    session.run(X)
    with pytest.raises(SessionError, match="the batch is 3, it is fixed to 2 in the model"):
        session.run(np.zeros((3, 1), np.float32))
    assert columns(session.states)["lstm.h"] == [1, 10]


def test_open_batch_takes_its_size_from_the_call() -> None:
    session = Session(models.counting("batch"))
    assert session.states == {}
    session.run(X)
    session.run(X)
    assert columns(session.states)["lstm.h"] == [2, 20]
    with pytest.raises(SessionError) as caught:
        session.run(np.zeros((3, 1), np.float32))
    assert str(caught.value) == (
        "state `lstm.h` has batch 2 from the last call, this call has 3; call reset_states() before another batch size"
    )
    session.reset_states()
    assert session.run(np.zeros((3, 1), np.float32))["y"].shape == (3, 1)


@pytest.mark.parametrize(
    "metadata",
    [
        "[",
        "{}}",
        "3",
        '["h"]',
        '[{"layer": "lstm"}]',
        '[{"layer": "a", "state": "h", "input": "x", "output": "z"}]',
    ],
)
def test_metadata_that_does_not_fit(metadata: str) -> None:
    model = onnx.load_from_string(models.doubling())
    helper.set_model_props(model, {"specc.states": metadata})
    with pytest.raises(SessionError, match=r"metadata `specc\.states` does not fit its graph; compile the model again"):
        Session(model.SerializeToString())


def test_metadata_order_is_the_documented_order() -> None:
    model = onnx.load_from_string(models.counting())
    entry = next(prop for prop in model.metadata_props if prop.key == "specc.states")
    entry.value = json.dumps(json.loads(entry.value)[::-1])
    assert list(Session(model.SerializeToString()).states) == ["gru.state", "lstm.c", "lstm.h"]

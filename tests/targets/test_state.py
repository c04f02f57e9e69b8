"""A session carries the states of stateful layers from call to call, as Keras does."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import specc
from tests.conformance.reference import Model
from tests.targets.stateful import (
    BATCH,
    CHAIN,
    FEATURES,
    GRU,
    INPUT,
    LSTM,
    SIMPLE_RNN,
    Entry,
    compare,
    pair,
    sequence,
    spec,
)

FORMS: Mapping[str, list[Entry]] = {
    "LSTM": [LSTM],
    "GRU": [GRU],
    "GRU, reset after": [{**GRU, "reset_after": True}],
    "SimpleRNN": [SIMPLE_RNN],
    "backwards": [{**LSTM, "go_backwards": True, "return_sequences": True}],
    "Bidirectional": [{"type": "Bidirectional", "layer": {**LSTM, "return_sequences": True}}],
    "Bidirectional, last outputs": [{"type": "Bidirectional", "layer": GRU}],
    "masked LSTM": [{"type": "Masking", "name": "mask"}, {**LSTM, "return_sequences": True}],
    "masked SimpleRNN": [{"type": "Masking", "name": "mask"}, SIMPLE_RNN],
    "masked Bidirectional": [
        {"type": "Masking", "name": "mask"},
        {"type": "Bidirectional", "layer": {**LSTM, "return_sequences": True}},
    ],
}
SETTINGS = ("keras1", "keras2", "keras2 2.2.4", "tf.keras", "keras3")
CASES = [(f, s) for f in FORMS for s in SETTINGS if (f, s) != ("GRU, reset after", "keras1")]  # keras1 has none


@pytest.mark.parametrize(("form", "setting"), CASES)
def test_every_call_goes_on_where_the_last_one_ended(form: str, setting: str) -> None:
    *before, last = FORMS[form]
    session, reference = pair(INPUT, *before, {**last, "name": "layer"}, setting=setting)
    for steps in (3, 1, 5):
        x = sequence(steps, steps)
        if before:
            x[0, : steps // 2 + 1] = 0
            x[1, steps // 2 :] = 0
        compare(session, reference, x)


@pytest.mark.parametrize("steps", [1, 4])
def test_written_out_steps_carry_the_state_too(steps: int) -> None:
    layers = {**INPUT, "shape": [steps, FEATURES]}, {**LSTM, "name": "layer", "unroll": True}
    session, reference = pair(*layers)
    for seed in range(3):
        compare(session, reference, sequence(steps, seed))


def test_a_sequence_in_parts_is_the_whole_sequence() -> None:
    session, _ = pair(*CHAIN)
    stateless = [{key: value for key, value in layer.items() if key != "stateful"} for layer in CHAIN]
    whole = sequence(9)
    expected = Model(stateless, specc.load(spec(*CHAIN)).arrays(), "keras2")({"x": whole})["three"]
    for part in np.split(whole, [2, 3, 7], axis=1):
        found = session.run({"x": part})["three"]
    assert_allclose(found, expected, atol=1e-6)


def test_a_row_without_a_valid_step_keeps_its_state() -> None:
    session, _ = pair(INPUT, {"type": "Masking"}, {**LSTM, "name": "layer"})
    session.run({"x": sequence(3)})
    before = session.states
    x = sequence(3, 1)
    x[1] = 0
    output = session.run({"x": x})["layer"]
    assert_array_equal(output[1], np.zeros(4))
    for name, after in session.states.items():
        assert_array_equal(after[1], before[name][1])
        assert np.abs(after[0] - before[name][0]).min() > 1e-3


COUNTER: Entry = {
    "type": "SimpleRNN",
    "name": "count",
    "units": 1,
    "stateful": True,
    "activation": "linear",
    "kernel_initializer": "zeros",
    "recurrent_initializer": "ones",
    "bias_initializer": "ones",
}


def counter(dialect: str) -> specc.Session:
    """It counts two steps a call, from the recorded state or from what is fed as `start`."""
    start = {"type": "Input", "name": "start", "shape": [1]}
    layer = {**COUNTER, "inputs": "x", "initial_state": "start"}
    return specc.Session(specc.load(spec(INPUT, start, layer, setting=dialect)).compile())


def count(session: specc.Session, start: float) -> list[float]:
    outputs = session.run({"x": sequence(2), "start": np.full((BATCH, 1), start)})
    counts: list[float] = outputs["count"].ravel().tolist()
    return counts


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [("keras2", [12, 12, 102]), ("tf.keras", [12, 14, 16]), ("keras3", [12, 12, 102])],
)
def test_initial_state_and_recorded_state(dialect: str, expected: list[int]) -> None:
    """As measured: tf.keras looks at the initial state only while all that it recorded is zero."""
    session = counter(dialect)
    assert [count(session, start) for start in (10, 10, 100)] == [[n] * BATCH for n in expected]
    session.reset_states()
    assert count(session, 100) == [102] * BATCH


def test_one_row_that_recorded_something_is_enough_in_tf_keras() -> None:
    session = counter("tf.keras")
    session.reset_states(states=[[[5], [0]]])
    assert count(session, 10) == [7, 2]

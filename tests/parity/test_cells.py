"""Cells alone, one step at a time, and inside RNN."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import specc
from tests.parity.comparison import BATCHES, check_parity, compare, compile_spec, make_feeds, open_session
from tests.parity.frameworks import DIALECTS, tensor
from tests.parity.specs import (
    FEATURES,
    LONE_CELLS,
    STACKS,
    STATES,
    Entry,
    begin,
    called,
    state_widths,
    states_of,
)
from tests.parity.test_stateful import check_calls
from tests.parity.translation import Array, flatten, make_layer, pack, randomize

pytestmark = pytest.mark.parity

FLAGS = tuple(product((False, True), repeat=4))
ALONE: dict[str, Entry] = {
    **LONE_CELLS,
    **{name: {"type": "StackedRNNCells", "cells": cells} for name, cells in STACKS.items()},
}
STEPS = 5


def step_feeds(widths: list[int], batch: int) -> tuple[Array, list[Array]]:
    """One step and the states before it."""
    generator = np.random.default_rng([batch, *widths])
    x, *states = (generator.uniform(-1, 1, (batch, w)).astype(np.float32) for w in (FEATURES, *widths))
    return x, states


def state_names(cell: Entry) -> list[str]:
    """The documented names of a cell's states."""
    if cell["type"] == "StackedRNNCells":
        return [f"state_{i}" for i in range(len(state_widths(cell)))]
    return ["state_h", "state_c"] if STATES[cell["type"]] == 2 else ["state"]


class Alone:
    """A cell alone, in Keras and compiled."""

    def __init__(self, dialect: str, cell: Entry) -> None:
        self.widths, self.names = state_widths(cell), state_names(cell)
        self.keras = make_layer(dialect, cell)
        self.keras.build((None, FEATURES))
        arrays = randomize(self.keras, "cell", 0.8)
        x = {"type": "Input", "name": "x", "shape": [FEATURES]}
        self.file = compile_spec({"specc": 1, "dialect": dialect, "layers": [x, {**cell, "name": "cell"}]}, arrays)

    def run_keras(self, x: Array, states: list[Array]) -> list[Array]:
        """The output and the states after the step."""
        y, after = self.keras(tensor(x), pack([tensor(state) for state in states], self.keras))
        return [np.asarray(array) for array in (y, *flatten(after))]

    def run_file(self, x: Array, states: list[Array]) -> list[Array]:
        """The same, with the states as inputs of the graph."""
        given = {f"cell.{name}.in": state for name, state in zip(self.names, states, strict=True)}
        return list(open_session(self.file).run(None, {"x": x, **given}))


@pytest.mark.parametrize("cell", ALONE)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_step(dialect: str, cell: str) -> None:
    """States come in and go out."""
    alone = Alone(dialect, ALONE[cell])
    for batch in BATCHES:
        x, states = step_feeds(alone.widths, batch)
        compare(alone.run_file(x, states), alone.run_keras(x, states), f"batch {batch}")


@pytest.mark.parametrize("cell", ALONE)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_several_steps(dialect: str, cell: str) -> None:
    """The session hands the states on by itself; a reset begins again."""
    alone = Alone(dialect, ALONE[cell])
    session = specc.Session(alone.file)
    zeros = [np.zeros((4, width), np.float32) for width in alone.widths]
    states = zeros
    for number in range(STEPS):
        if number == STEPS - 2:
            session.reset_states()
            states = zeros
        x = np.random.default_rng(number).uniform(-1, 1, (4, FEATURES)).astype(np.float32)
        expected = alone.run_keras(x, states)
        found = [*session.run({"x": x}).values(), *session.states.values()]
        compare(found, expected, f"step {number}")
        states = expected[1:]


@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("activation", ["elu", "softmax", "softplus"])
@pytest.mark.parametrize("cell", LONE_CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_step_with_other_arguments(dialect: str, cell: str, activation: str, use_bias: bool) -> None:
    arguments: dict[str, Any] = {"activation": activation, "use_bias": use_bias, "dropout": 0.5}
    if cell != "SimpleRNNCell":
        arguments |= {"recurrent_activation": "hard_sigmoid"}
    alone = Alone(dialect, {**LONE_CELLS[cell], **arguments})
    x, states = step_feeds(alone.widths, 3)
    compare(alone.run_file(x, states), alone.run_keras(x, states), "one step")


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("source", ["none", "masking", "explicit"])
@pytest.mark.parametrize("cell", LONE_CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_inside_rnn(dialect: str, cell: str, source: str, flags: tuple[bool, ...]) -> None:
    """return_sequences, go_backwards, unroll, an initial state; use_bias and return_state take turns."""
    return_sequences, go_backwards, unroll, starts = flags
    turn = FLAGS.index(flags) + len(source)
    layer = {
        "type": "RNN",
        "name": "rnn",
        "cell": {**LONE_CELLS[cell], "use_bias": turn % 3 > 0},
        "return_sequences": return_sequences,
        "go_backwards": go_backwards,
        "unroll": unroll,
        "return_state": turn % 2 > 0,
        **called(source),
    }
    sequence = begin(source, STEPS if unroll else None)
    inputs, names = states_of(state_widths(layer["cell"])) if starts else ([], [])
    layer |= {"inputs": sequence[-1]["name"]} | ({"initial_state": names} if starts else {})
    check_parity({"dialect": dialect, "layers": [*inputs, *sequence, layer]})


@pytest.mark.parametrize("source", ["none", "masking", "explicit"])
@pytest.mark.parametrize("cell", LONE_CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_stateful(dialect: str, cell: str, source: str) -> None:
    layer = {"type": "RNN", "name": "rnn", "cell": LONE_CELLS[cell], "stateful": True, "return_sequences": True}
    check_calls({"dialect": dialect, "layers": [*begin(source, None), layer | called(source)]})


@pytest.mark.parametrize("cell", LONE_CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_rnn_of_a_cell_is_the_layer(dialect: str, cell: str) -> None:
    """RNN(LSTMCell) and LSTM are one layer written in two ways: the same numbers from the same weights."""
    layer = {"type": "RNN", "name": "rnn", "cell": LONE_CELLS[cell], "return_sequences": True}
    plain = {**LONE_CELLS[cell], "type": cell.partition("Cell")[0], "name": "rnn", "return_sequences": True}
    files = []
    for entry, scope in ((layer, "rnn/cell"), (plain, "rnn")):
        spec = {"specc": 1, "dialect": dialect, "layers": [*begin("masking", None), entry]}
        names = specc.load(spec).arrays()
        arrays = {n: np.full(a.shape, 0.1, np.float32) for n, a in names.items()}
        assert {n.removeprefix(f"{scope}/") for n in arrays} == {"kernel", "recurrent_kernel", "bias"}
        files.append(specc.Session(compile_spec(spec, arrays)))
    feeds = make_feeds({"layers": begin("masking", None)}, STEPS, "holes")
    one, other = (list(session.run(feeds).values()) for session in files)
    np.testing.assert_array_equal(one[0], other[0])

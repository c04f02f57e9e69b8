"""Stacks of cells inside RNN: a chain of native nodes in the file, one loop over all cells in Keras."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.parity.comparison import LENGTHS, check_file, check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import LONE_CELLS, STACKS, Entry, begin, called, state_widths, states_of
from tests.parity.test_stateful import check_calls

pytestmark = pytest.mark.parity

FLAGS = tuple(product((False, True), repeat=4))
MODES = ("concat", "sum", "ave", "mul", None)


def stack(cells: list[Entry], wrapped: bool = False, **arguments: Any) -> Entry:
    """RNN around cells: as a list, or as StackedRNNCells."""
    cell = {"type": "StackedRNNCells", "cells": cells} if wrapped else cells
    return {"type": "RNN", "cell": cell, **arguments}


def start(layer: Entry, widths: list[int], sequence: list[Entry]) -> tuple[list[Entry], Entry]:
    """Inputs for initial states, and the layer that starts from them."""
    inputs, names = states_of(widths)
    return inputs, {**layer, "inputs": sequence[-1]["name"], "initial_state": names}


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("source", ["none", "masking", "explicit"])
@pytest.mark.parametrize("cells", STACKS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_flags(dialect: str, cells: str, source: str, flags: tuple[bool, ...]) -> None:
    """return_sequences, go_backwards, unroll, initial states; return_state and StackedRNNCells take turns."""
    return_sequences, go_backwards, unroll, starts = flags
    turn = FLAGS.index(flags) + len(source)
    layer = stack(
        STACKS[cells],
        wrapped=turn % 3 == 0,
        return_sequences=return_sequences,
        return_state=turn % 2 > 0,
        go_backwards=go_backwards,
        unroll=unroll,
        name="rnn",
        **called(source),
    )
    sequence = begin(source, LENGTHS[turn % 2] if unroll else None)
    inputs, layer = start(layer, state_widths(STACKS[cells]), sequence) if starts else ([], layer)
    check_parity({"dialect": dialect, "layers": [*inputs, *sequence, layer]})


@pytest.mark.parametrize("source", ["none", "masking"])
@pytest.mark.parametrize("cell", LONE_CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stack_of_one(dialect: str, cell: str, source: str) -> None:
    if (dialect, source) == ("keras3", "masking"):
        pytest.skip("Keras 3.15 loses a level of the states")
    layer = stack([LONE_CELLS[cell]], return_sequences=True, return_state=True, name="rnn")
    check_parity({"dialect": dialect, "layers": [*begin(source, None), layer]})


@pytest.mark.parametrize("version", ["2.1.6", "2.2.4", "2.3.1"])
@pytest.mark.parametrize("starts", [False, True])
@pytest.mark.parametrize("cells", STACKS)
def test_last_cell_first(cells: str, starts: bool, version: str) -> None:
    """Keras 2 up to 2.2.2, or with `reverse_state_order`: the same states in another order."""
    is_old = version == "2.1.6"
    layer = stack(STACKS[cells], wrapped=True, return_sequences=True, return_state=True, name="rnn")
    reversed_ = {**layer, "cell": {**layer["cell"], **({} if is_old else {"reverse_state_order": True})}}
    order = last_first(STACKS[cells])
    sequence = begin("none", None)
    inputs, names = states_of(state_widths(STACKS[cells])) if starts else ([], [])
    if starts:
        layer |= {"inputs": "x", "initial_state": names}
        reversed_ |= {"inputs": "x", "initial_state": [names[i] for i in order]}
    gates = {"recurrent_activation": "hard_sigmoid"}  # whatever the version's default
    spec: Entry = {"dialect": "keras2", "layers": [*inputs, *sequence, with_gates(reversed_, gates)]}
    against: Entry = {**spec, "layers": [*inputs, *sequence, with_gates(layer, gates)]}
    against["outputs"] = ["rnn", *(f"rnn.state_{i}" for i in order)]
    check_parity(spec | {"keras_version": version}, against=against)


def last_first(cells: list[Entry]) -> list[int]:
    """The numbers of the states, those of the last cell first."""
    groups, count = [], 0
    for cell in cells:
        groups.append(range(count, count := count + len(state_widths(cell))))
    return [number for group in reversed(groups) for number in group]


def with_gates(layer: Entry, gates: Entry) -> Entry:
    """The layer with arguments for the cells that have gates."""
    cells = [{**c, **gates} if c["type"] != "SimpleRNNCell" else c for c in layer["cell"]["cells"]]
    return {**layer, "cell": {**layer["cell"], "cells": cells}}


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("source", ["none", "masking", "explicit"])
@pytest.mark.parametrize("cells", STACKS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_stateful(dialect: str, cells: str, source: str, backwards: bool) -> None:
    layer = stack(STACKS[cells], stateful=True, return_sequences=not backwards, return_state=True, name="rnn")
    layer |= {"go_backwards": backwards, **called(source)}
    check_calls({"dialect": dialect, "layers": [*begin(source, None), layer]})


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("cells", ["LSTMCell", "SimpleRNNCell", *STACKS])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_bidirectional(dialect: str, cells: str, mode: str | None, return_sequences: bool) -> None:
    """With and without a mask in turn."""
    source = "none" if mode in ("sum", "mul") else "explicit"
    inner = rnn_of(cells, return_sequences=return_sequences, return_state=mode != "ave")
    layer = {"type": "Bidirectional", "name": "both", "layer": inner, "merge_mode": mode, **called(source)}
    check_parity({"dialect": dialect, "layers": [*begin(source, None), layer]})


def rnn_of(cells: str, **arguments: Any) -> Entry:
    """RNN around a single cell or a stack, by name."""
    if cells in STACKS:
        return stack(STACKS[cells], **arguments)
    return {"type": "RNN", "cell": LONE_CELLS[cells], **arguments}


@pytest.mark.parametrize("source", ["none", "explicit"])
@pytest.mark.parametrize("cells", ["GRUCell_after", *STACKS])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_bidirectional_with_initial_state(dialect: str, cells: str, source: str) -> None:
    inner = rnn_of(cells, return_sequences=True, return_state=True)
    layer: Entry = {"type": "Bidirectional", "name": "both", "layer": inner, **called(source)}
    widths = state_widths(inner["cell"])
    sequence = begin(source, None)
    inputs, layer = start(layer, widths * 2, sequence)
    check_parity({"dialect": dialect, "layers": [*inputs, *sequence, layer]})


@pytest.mark.parametrize("source", ["none", "masking"])
@pytest.mark.parametrize("cells", ["LSTMCell", *STACKS])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_stateful_bidirectional(dialect: str, cells: str, source: str) -> None:
    inner = rnn_of(cells, stateful=True, return_sequences=True)
    inner["return_state"] = dialect != "keras3"  # Keras 3.15 stumbles over the masks of the states
    layer = {"type": "Bidirectional", "name": "both", "layer": inner}
    check_calls({"dialect": dialect, "layers": [*begin(source, None), layer]})


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("dialect", ["keras2", "tf.keras"])
def test_bidirectional_around_backwards(dialect: str, backwards: bool) -> None:
    inner = stack(STACKS["wide_and_narrow"], return_sequences=True, return_state=True, go_backwards=backwards)
    layer = {"type": "Bidirectional", "name": "both", "layer": inner}
    check_parity({"dialect": dialect, "layers": [*begin("masking", None), layer]})


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("cells", STACKS)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_zero_output_for_mask(dialect: str, cells: str, return_sequences: bool, unroll: bool) -> None:
    layer = stack(STACKS[cells], zero_output_for_mask=True, return_sequences=return_sequences, unroll=unroll)
    layer |= {"name": "rnn", "mask": "steps"}
    spec = {"dialect": dialect, "layers": [*begin("explicit", 5 if unroll else None), layer]}
    # tf_keras cannot put out zeros at the last of several written-out steps.
    looped = {**spec, "layers": [*spec["layers"][:-1], {**layer, "unroll": False}]}
    check_parity(spec, against=spec if return_sequences else looped)


@pytest.mark.parametrize("activation", ["elu", "selu", "softmax"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_other_activations(dialect: str, activation: str) -> None:
    """Cells that need a loop among cells that do not."""
    cells = [{**cell, "activation": activation} if i % 2 else cell for i, cell in enumerate(STACKS["three"])]
    layer = stack(cells, return_sequences=True, return_state=True, name="rnn")
    check_parity({"dialect": dialect, "layers": [*begin("masking", None), layer]}, scale=0.35)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_weights_from_a_file(dialect: str, tmp_path: Path) -> None:
    layers = [
        {"type": "Bidirectional", "name": "both", "layer": rnn_of("three", return_sequences=True)},
        {**rnn_of("wide_and_narrow", return_sequences=True), "name": "stack"},
        {**rnn_of("GRUCell_before"), "name": "one"},
    ]
    check_file({"dialect": dialect, "layers": [*begin("none", None), *layers]}, tmp_path / "model.h5")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_rnn_among_other_layers(dialect: str) -> None:
    """The mask goes through all of them."""
    layers = [
        {"type": "LSTM", "name": "first", "units": 3, "return_sequences": True},
        stack(STACKS["three"], return_sequences=True, name="second"),
        stack(STACKS["narrow_and_wide"], return_sequences=True, name="third", go_backwards=True),
        {"type": "TimeDistributed", "name": "each", "layer": {"type": "Dense", "units": 4}},
        stack(STACKS["two_of_a_kind"], name="last"),
    ]
    check_parity(
        {"dialect": dialect, "layers": [*begin("masking", None), *layers], "outputs": ["second", "each", "last"]}
    )

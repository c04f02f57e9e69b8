"""How joins treat masks: AND up to tf.keras, OR in Keras 3, which also leaves masked steps out of some joins."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import FEATURES

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
JOINS = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
WITNESS: Entry = {"type": "LSTM", "name": "witness", "units": 2, "return_sequences": True, "return_state": True}


def branches(masked: tuple[bool, ...], shapes: list[list[int | None]] | None = None) -> tuple[list[Entry], list[str]]:
    """Inputs, some of them masked, and what the join is called on; each input has its own masked steps."""
    layers: list[Entry] = []
    ends = []
    for i in range(len(masked)):
        shape = shapes[i] if shapes else [None, FEATURES]
        layers.append({"type": "Input", "name": f"x{i}", "shape": shape})
        ends.append(f"x{i}")
    for i, mask in enumerate(masked):
        if mask:
            layers.append({"type": "Masking", "name": f"m{i}", "inputs": f"x{i}"})
            ends[i] = f"m{i}"
    return layers, ends


@pytest.mark.parametrize("masked", [*product((False, True), repeat=2)], ids=str)
@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_two_inputs(dialect: str, join: str, masked: tuple[bool, ...]) -> None:
    layers, ends = branches(masked)
    layers += [{"type": join, "name": "join", "inputs": ends}, WITNESS]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["join", "witness"]})


@pytest.mark.parametrize("masked", [*product((False, True), repeat=3)], ids=str)
@pytest.mark.parametrize("join", ["Add", "Multiply", "Average", "Maximum", "Minimum"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_three_inputs(dialect: str, join: str, masked: tuple[bool, ...]) -> None:
    layers, ends = branches(masked)
    layers += [{"type": join, "name": "join", "inputs": ends}, WITNESS]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["join", "witness"]})


@pytest.mark.parametrize("masked", [*product((False, True), repeat=3)], ids=str)
@pytest.mark.parametrize("axis", [1, 2, -1, -2])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_concatenate(dialect: str, axis: int, masked: tuple[bool, ...]) -> None:
    if axis in (1, -2) and dialect != "keras3" and len(set(masked)) > 1:
        pytest.skip("Keras raises: it joins a mask (batch, time, 1) with ones (batch, time, features)")
    layers, ends = branches(masked)
    layers += [{"type": "Concatenate", "name": "join", "inputs": ends, "axis": axis}, WITNESS]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["join", "witness"]})


@pytest.mark.parametrize("masked", [(True, False), (False, True), (True, True)], ids=str)
@pytest.mark.parametrize("shapes", [[[None, 4], [None, 1]], [[None, 1], [None, 4]]], ids=["wide", "narrow"])
@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_broadcast_features(dialect: str, join: str, shapes: list[list[int | None]], masked: tuple[bool, ...]) -> None:
    layers, ends = branches(masked, shapes)
    layers += [{"type": join, "name": "join", "inputs": ends}, WITNESS]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["join", "witness"]})


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_masked_sequence_with_a_vector(dialect: str, join: str, first: bool) -> None:
    shapes: list[list[int | None]] = [[4], [None, 4]] if first else [[None, 4], [4]]
    layers, ends = branches((not first, first), shapes)
    layers += [{"type": join, "name": "join", "inputs": ends}, WITNESS]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["join", "witness"]})


@pytest.mark.parametrize("join", [*JOINS, "Concatenate"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_one_mask_through_two_layers(dialect: str, join: str) -> None:
    """A residual connection."""
    layers: list[Entry] = [
        {"type": "Input", "name": "x", "shape": [None, 4]},
        {"type": "Masking", "name": "masking"},
        {"type": "LSTM", "name": "rnn", "units": 4, "return_sequences": True},
        {"type": join, "name": "join", "inputs": ["masking", "rnn"]},
        WITNESS,
    ]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["join", "witness"]})

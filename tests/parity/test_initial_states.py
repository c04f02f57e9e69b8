"""Layers that start from given states, under every kind of mask."""

from __future__ import annotations

from itertools import product

import pytest

from tests.parity.comparison import LENGTHS, check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import CELLS, SOURCES, begin, called, recurrent, states_for

pytestmark = pytest.mark.parity

FLAGS = tuple(product((False, True), repeat=2))


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_initial_state(dialect: str, cell: str, source: str, flags: tuple[bool, ...]) -> None:
    """return_sequences, go_backwards; unroll takes turns. Leading masked steps put out zeros, whatever the state."""
    return_sequences, go_backwards = flags
    unroll = (FLAGS.index(flags) + SOURCES.index(source) + list(CELLS).index(cell)) % 3 == 0
    layer = recurrent(
        cell,
        return_sequences=return_sequences,
        return_state=True,
        go_backwards=go_backwards,
        unroll=unroll,
        **called(source),
    )
    inputs, names = states_for(layer)
    sequence = begin(source, LENGTHS[0] if unroll else None)
    layer |= {"inputs": sequence[-1]["name"], "initial_state": names}
    check_parity({"dialect": dialect, "layers": [*inputs, *sequence, layer]})


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_mask_goes_on_past_a_layer_with_initial_state(dialect: str, source: str, cell: str) -> None:
    """Keras 3 does not show the layer its implicit mask, and hands the mask on all the same."""
    layer = recurrent(cell, return_sequences=True, **called(source))
    inputs, names = states_for(layer)
    sequence = begin(source, None)
    layer |= {"inputs": sequence[-1]["name"], "initial_state": names}
    after = {"type": "LSTM", "name": "after", "units": 2, "return_sequences": True, "return_state": True}
    check_parity({"dialect": dialect, "layers": [*inputs, *sequence, layer, after], "outputs": ["rnn", "after"]})


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_mask_goes_on_past_bidirectional_with_initial_state(dialect: str, source: str) -> None:
    inner = {**CELLS["GRU_after"], "return_sequences": True}
    inputs, names = states_for(inner, 2)
    sequence = begin(source, None)
    layer = {"type": "Bidirectional", "name": "both", "layer": inner, "inputs": sequence[-1]["name"]}
    layer |= {"initial_state": names, **called(source)}
    after = {"type": "LSTM", "name": "after", "units": 2, "return_sequences": True, "return_state": True}
    check_parity({"dialect": dialect, "layers": [*inputs, *sequence, layer, after], "outputs": ["both", "after"]})


@pytest.mark.parametrize("activation", ["elu", "softplus", "selu", "softmax"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_initial_state_with_other_activations(dialect: str, cell: str, activation: str) -> None:
    layer = recurrent(cell, activation=activation, return_sequences=True, return_state=True, mask="steps")
    inputs, names = states_for(layer)
    layer |= {"inputs": "x", "initial_state": names}
    check_parity({"dialect": dialect, "layers": [*inputs, *begin("explicit", None), layer]}, scale=0.35)


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("initial", [False, True])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_zero_output_for_mask(dialect: str, cell: str, initial: bool, unroll: bool, return_sequences: bool) -> None:
    if dialect == "tf.keras" and unroll and not return_sequences:
        pytest.skip("tf_keras raises")
    layer = recurrent(cell, zero_output_for_mask=True, return_sequences=return_sequences, unroll=unroll, mask="steps")
    inputs, names = states_for(layer) if initial else ([], None)
    layer |= {"inputs": "x"} | ({"initial_state": names} if names else {})
    check_parity({"dialect": dialect, "layers": [*inputs, *begin("explicit", 5 if unroll else None), layer]})

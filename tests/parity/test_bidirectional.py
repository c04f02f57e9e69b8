"""Bidirectional: merge modes, flags, masks, states, and layers of its own for the way back."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.parity.comparison import LENGTHS, check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import CELLS, SOURCES, STATES, begin, called, states_for

pytestmark = pytest.mark.parity

MODES = ("concat", "sum", "ave", "mul", None)
FLAGS = tuple(product((False, True), repeat=2))


def both_ways(cell: str, merge_mode: str | None = "concat", **arguments: Any) -> dict[str, Any]:
    """Bidirectional around a recurrent layer."""
    return {
        "type": "Bidirectional",
        "name": "both",
        "layer": {**CELLS[cell], **arguments},
        "merge_mode": merge_mode,
    }


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_merge_modes(dialect: str, cell: str, masked: bool, mode: str | None, flags: tuple[bool, ...]) -> None:
    """The kinds of masks take turns."""
    return_sequences, return_state = flags
    turn = list(CELLS).index(cell) + MODES.index(mode) + FLAGS.index(flags)
    source = SOURCES[1 + turn % 3] if masked else "none"
    layer = both_ways(cell, mode, return_sequences=return_sequences, return_state=return_state)
    check_parity({"dialect": dialect, "layers": [*begin(source, None), {**layer, **called(source)}]})


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_initial_state(dialect: str, cell: str, return_sequences: bool, source: str) -> None:
    layer = both_ways(cell, return_sequences=return_sequences, return_state=True) | called(source)
    inputs, names = states_for(layer["layer"], 2 * STATES[layer["layer"]["type"]])
    sequence = begin(source, None)
    layer |= {"inputs": sequence[-1]["name"], "initial_state": names}
    check_parity({"dialect": dialect, "layers": [*inputs, *sequence, layer]})


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", ["keras2", "tf.keras"])
def test_a_layer_that_goes_backwards(dialect: str, cell: str, source: str, return_sequences: bool) -> None:
    """The other layer then goes forwards. Keras 3 refuses this, and so does specc."""
    layer = both_ways(cell, go_backwards=True, return_sequences=return_sequences, return_state=True)
    check_parity({"dialect": dialect, "layers": [*begin(source, None), {**layer, **called(source)}]})


@pytest.mark.parametrize("source", ["none", "masking"])
@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_unroll(dialect: str, cell: str, return_sequences: bool, source: str) -> None:
    """Where masked steps are zeroed, Keras zeroes the mirrored steps of an unrolled backward layer, by mistake.

    specc gives what the loop gives.
    """
    arguments: dict[str, Any] = {"return_sequences": return_sequences, "return_state": True}
    layers = [*begin(source, LENGTHS[0]), both_ways(cell, unroll=True, **arguments)]
    spec = {"dialect": dialect, "layers": layers}
    if source == "masking" and return_sequences and dialect != "keras2":
        check_parity(spec, patterns=("none",))
        loop = [*layers[:-1], both_ways(cell, **arguments)]
        check_parity(spec, against={"dialect": dialect, "layers": loop})
    else:
        check_parity(spec)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("source", ["none", "masking"])
@pytest.mark.parametrize("pair", [("LSTM", "LSTM"), ("LSTM", "GRU_after"), ("GRU_after", "SimpleRNN")])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_a_layer_of_its_own_for_the_way_back(
    dialect: str, pair: tuple[str, str], source: str, mode: str | None
) -> None:
    arguments: dict[str, Any] = {"return_sequences": mode != "sum"}
    # Keras 3 takes both layers to have the same number of states.
    arguments["return_state"] = dialect != "keras3" or pair != ("LSTM", "GRU_after")
    layer = both_ways(pair[0], mode, **arguments)
    layer["backward_layer"] = {**CELLS[pair[1]], **arguments, "go_backwards": True, "activation": "elu"}
    check_parity({"dialect": dialect, "layers": [*begin(source, None), layer]})


@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_a_wider_layer_for_the_way_back(dialect: str) -> None:
    layer = both_ways("LSTM", return_sequences=True)
    layer["backward_layer"] = {"type": "LSTM", "units": 7, "return_sequences": True, "go_backwards": True}
    check_parity({"dialect": dialect, "layers": [*begin("masking", None), layer]})


@pytest.mark.parametrize("source", ["none", "masking"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_stacks(dialect: str, source: str) -> None:
    """The mask goes through all of them."""
    layers = [
        both_ways("GRU_after", return_sequences=True) | {"name": "first"},
        both_ways("LSTM", "sum", return_sequences=True) | {"name": "second"},
        both_ways("SimpleRNN", "ave", return_sequences=True) | {"name": "third"},
        {"type": "LSTM", "name": "last", "units": 3, "return_sequences": True, "go_backwards": True},
    ]
    spec: dict[str, Any] = {"dialect": dialect, "layers": [*begin(source, None), *layers]}
    check_parity({**spec, "outputs": ["first", "third", "last"]})


@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("activation", ["elu", "selu", "softmax"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_other_activations(dialect: str, cell: str, activation: str, use_bias: bool) -> None:
    layer = both_ways(cell, return_sequences=True, activation=activation, use_bias=use_bias)
    check_parity({"dialect": dialect, "layers": [*begin("masking", None), layer]}, scale=0.35)

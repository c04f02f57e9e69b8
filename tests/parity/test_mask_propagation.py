"""Which layers hand masks on, as a recurrent layer behind them shows."""

from __future__ import annotations

from typing import Any

import pytest

import specc
from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import FEATURES, UNITS, begin

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
WITNESS: Entry = {"type": "LSTM", "name": "witness", "units": 2, "return_sequences": True, "return_state": True}

KEEPERS: dict[str, list[Entry]] = {
    "dense": [{"type": "Dense", "units": UNITS}],
    "dropout": [{"type": "Dropout", "rate": 0.5}],
    "activation": [{"type": "Activation", "activation": "tanh"}],
    "distributed": [{"type": "TimeDistributed", "layer": {"type": "Dense", "units": UNITS}}],
    "distributed-activation": [{"type": "TimeDistributed", "layer": {"type": "Activation", "activation": "relu"}}],
    "lstm": [{"type": "LSTM", "units": UNITS, "return_sequences": True}],
    "backwards": [{"type": "GRU", "units": UNITS, "return_sequences": True, "go_backwards": True}],
    "rnn": [{"type": "SimpleRNN", "units": UNITS, "return_sequences": True, "activation": "elu"}],
    "both": [{"type": "Bidirectional", "layer": {"type": "LSTM", "units": UNITS, "return_sequences": True}}],
    "three": [
        {"type": "LSTM", "units": UNITS, "return_sequences": True},
        {"type": "GRU", "units": UNITS, "return_sequences": True},
        {"type": "SimpleRNN", "units": UNITS, "return_sequences": True},
    ],
    "three-lstm": [{"type": "LSTM", "units": n, "return_sequences": True} for n in (5, 4, 3)],
    "long": [
        {"type": "Dropout", "rate": 0.1},
        {"type": "Dense", "units": 5, "activation": "tanh"},
        {"type": "LSTM", "units": UNITS, "return_sequences": True},
        {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 3}},
        {"type": "Activation", "activation": "sigmoid"},
    ],
    "masked-again": [{"type": "Masking", "mask_value": 0.0}],
    "summary": [{"type": "LSTM", "units": UNITS}, {"type": "RepeatVector", "n": 4}],
}
DROPPERS: dict[str, Entry] = {
    "reshape": {"type": "Reshape", "target_shape": [-1, FEATURES]},
    "permute": {"type": "Permute", "dims": [1, 2]},
}
MASKS = ("masking", "embedding")


def named(layers: list[Entry]) -> list[Entry]:
    return [{"name": f"between_{i}", **entry} for i, entry in enumerate(layers)]


@pytest.mark.parametrize("layers", KEEPERS.values(), ids=KEEPERS)
@pytest.mark.parametrize("source", MASKS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_layers_that_keep_the_mask(dialect: str, source: str, layers: list[Entry]) -> None:
    check_parity({"dialect": dialect, "layers": [*begin(source, None), *named(layers), WITNESS]})


@pytest.mark.parametrize("layer", DROPPERS.values(), ids=DROPPERS)
@pytest.mark.parametrize("source", MASKS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_layers_that_drop_the_mask(dialect: str, source: str, layer: Entry) -> None:
    """tf.keras and Keras 3 go on without the mask; Keras 2 raises, and specc refuses."""
    spec = {"specc": 1, "dialect": dialect, "layers": [*begin(source, None), *named([layer]), WITNESS]}
    if dialect == "keras2":
        with pytest.raises(specc.SpecError) as caught:
            specc.load(spec)
        assert [d.code for d in caught.value.diagnostics] == ["G310"]
    else:
        check_parity(spec)


@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_flatten_drops_the_mask(dialect: str) -> None:
    layers: list[Entry] = [{"type": "Flatten"}, {"type": "RepeatVector", "n": 2}]
    check_parity({"dialect": dialect, "layers": [*begin("masking", 5), *named(layers), WITNESS]})


def test_a_mask_of_another_value() -> None:
    for dialect in DIALECTS:
        x, masking = begin("masking", None)
        layers = [x, {**masking, "mask_value": -1.0}, WITNESS]
        check_parity({"dialect": dialect, "layers": layers}, mask_value=-1.0)


@pytest.mark.parametrize("cell", ["LSTM", "GRU", "SimpleRNN"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_explicit_mask_goes_on(dialect: str, cell: str) -> None:
    layers = [
        *begin("explicit", None),
        {"type": cell, "name": "rnn", "units": UNITS, "return_sequences": True, "mask": "steps"},
        WITNESS,
    ]
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_explicit_mask_wins_over_the_implicit_one(dialect: str) -> None:
    layers = [
        *begin("explicit", None),
        {"type": "Masking", "name": "masking"},
        {"type": "LSTM", "name": "rnn", "units": UNITS, "return_sequences": True, "mask": "steps"},
        WITNESS,
    ]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["rnn", "witness"]})


@pytest.mark.parametrize("cell", ["LSTM", "GRU", "SimpleRNN", "Bidirectional"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_masked_sequences_inside_time_distributed(dialect: str, cell: str) -> None:
    """Words of letters: the inner layer sees the mask of letters where the dialect hands it on."""
    inner: Entry = {"type": cell, "units": UNITS}
    if cell == "Bidirectional":
        inner = {"type": cell, "layer": {"type": "GRU", "units": UNITS}}
    ids = {"type": "Input", "name": "x", "shape": [None, 4], "dtype": "int32"}
    table = {"type": "Embedding", "name": "table", "input_dim": 11, "output_dim": FEATURES, "mask_zero": True}
    layers = [ids, table, {"type": "TimeDistributed", "name": "words", "layer": inner}]
    check_parity({"dialect": dialect, "layers": layers})
    if dialect == "keras3":  # hands on the mask of letters, on which a layer of words raises
        with pytest.raises(specc.SpecError) as caught:
            specc.load({"specc": 1, "dialect": dialect, "layers": [*layers, WITNESS]})
        assert [d.code for d in caught.value.diagnostics] == ["G312"]
    else:
        check_parity({"dialect": dialect, "layers": [*layers, WITNESS]})


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_table_inside_time_distributed(dialect: str, return_sequences: bool) -> None:
    ids = {"type": "Input", "name": "x", "shape": [None, 4], "dtype": "int32"}
    table = {"type": "Embedding", "input_dim": 11, "output_dim": FEATURES, "mask_zero": True}
    inner = {"type": "LSTM", "units": UNITS, "return_sequences": return_sequences}
    layers: list[Entry] = [
        ids,
        {"type": "TimeDistributed", "name": "letters", "layer": table},
        {"type": "TimeDistributed", "name": "words", "layer": inner},
    ]
    if not return_sequences:
        layers.append(WITNESS)
    check_parity({"dialect": dialect, "layers": layers})

"""Whole models of the usual kinds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparison import VOCABULARY, check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import CELLS, STATES, recurrent

pytestmark = pytest.mark.parity

Entry = dict[str, Any]


def words(name: str, table: str, width: int) -> list[Entry]:
    return [
        {"type": "Input", "name": name, "shape": [None], "dtype": "int32"},
        {
            "type": "Embedding",
            "name": table,
            "inputs": name,
            "input_dim": VOCABULARY,
            "output_dim": width,
            "mask_zero": True,
        },
    ]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_encoder_decoder(dialect: str, cell: str, masked: bool) -> None:
    """The decoder starts from the encoder's states; in Keras 3 it then sees no implicit mask."""
    encoder = recurrent(cell, return_state=True) | {"name": "encoder"}
    names = ["encoder.state_h", "encoder.state_c"] if STATES[encoder["type"]] == 2 else ["encoder.state"]
    decoder = recurrent(cell, return_sequences=True, return_state=True, initial_state=names) | {"name": "decoder"}
    source: list[Entry] = [{"type": "Input", "name": "source", "shape": [None, 5]}]
    target: list[Entry] = [{"type": "Input", "name": "target", "shape": [None, 6]}]
    if masked:
        source, target = words("source", "source_table", 5), words("target", "target_table", 6)
    encoder["inputs"], decoder["inputs"] = source[-1]["name"], target[-1]["name"]
    layers = [
        *source,
        encoder,
        *target,
        decoder,
        {"type": "Dense", "name": "out", "inputs": "decoder", "units": 6, "activation": "softmax"},
    ]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["out", *(f"decoder{n[7:]}" for n in names)]})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_classifier(dialect: str) -> None:
    layers = [
        *words("tokens", "table", 6),
        {"type": "LSTM", "name": "first", "units": 5, "return_sequences": True, "dropout": 0.2},
        {"type": "Dropout", "name": "drop", "rate": 0.5},
        {"type": "GRU", "name": "second", "units": 4, "recurrent_dropout": 0.2},
        {"type": "Dense", "name": "out", "units": 1, "activation": "sigmoid"},
    ]
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("cells", [("LSTM",) * 3, ("GRU_after",) * 3, ("SimpleRNN", "GRU_before", "LSTM")], ids=str)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_three_masked_layers(dialect: str, cells: tuple[str, ...]) -> None:
    layers = [
        recurrent(c, return_sequences=i < 2, go_backwards=i == 1) | {"name": f"r{i}"} for i, c in enumerate(cells)
    ]
    spec = {"dialect": dialect, "layers": [*words("tokens", "table", 6), *layers], "outputs": ["r0", "r1", "r2"]}
    check_parity(spec)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_tagger(dialect: str) -> None:
    """Two sequences beside each other, both ways, then a label for each step."""
    inner = {"type": "LSTM", "units": 4, "return_sequences": True}
    layers = [
        *words("tokens", "table", 6),
        {"type": "Input", "name": "shapes", "shape": [None, 3]},
        {"type": "Concatenate", "name": "join", "inputs": ["table", "shapes"]},
        {"type": "Bidirectional", "name": "both", "layer": inner, "merge_mode": "sum"},
        {"type": "TimeDistributed", "name": "labels", "layer": {"type": "Dense", "units": 5, "activation": "softmax"}},
    ]
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_autoencoder(dialect: str) -> None:
    layers = [
        {"type": "Input", "name": "x", "shape": [5, 3]},
        {"type": "Masking", "name": "masking"},
        {"type": "GRU", "name": "encoder", "units": 6},
        {"type": "RepeatVector", "name": "repeat", "n": 5},
        {"type": "GRU", "name": "decoder", "units": 6, "return_sequences": True},
        {"type": "TimeDistributed", "name": "out", "layer": {"type": "Dense", "units": 3}},
    ]
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("dialect", DIALECTS)
def test_states_computed_from_a_vector(dialect: str) -> None:
    layers = [
        {"type": "Input", "name": "picture", "shape": [7]},
        {"type": "Dense", "name": "h", "units": 4, "activation": "tanh"},
        {"type": "Dense", "name": "c", "inputs": "picture", "units": 4},
        {"type": "Input", "name": "x", "shape": [None, 3]},
        {"type": "LSTM", "name": "caption", "units": 4, "return_sequences": True, "initial_state": ["h", "c"]},
    ]
    check_parity({"dialect": dialect, "layers": layers})

"""One mistake in vars, blocks and defaults is one error, whatever rests on it; independent mistakes are all shown."""

from __future__ import annotations

import pytest

from tests.loading import codes, findings
from tests.mutations import Place

RNN = "type: LSTM, name: rnn, units: 3, return_sequences: true"
GRU = "type: GRU, name: g, units: 3, inputs: x"


def block(*inside: str, keys: str = "repeat: 2") -> str:
    """A spec of an Input, x, and a block. keys: of the block, beside its layers."""
    lines = "".join(f"      - {{{layer}}}\n" for layer in inside)
    return f"specc: 1\nlayers:\n  - {{type: Input, name: x, shape: [5, 3]}}\n  - {keys}\n    layers:\n{lines}"


@pytest.mark.parametrize(
    ("inside", "code", "place"),
    [
        (("type: Shared, inputs: x",), "V203", (0,)),
        ((RNN, "type: Shared, inputs: x, layr: rnn"), "V202", (1, "layr")),
        ((RNN, "type: Dropout, rate: 0.1, input: rnn"), "V202", (1, "input")),
        ((GRU, "type: GRU, units: 3, inputs: x, inital_state: g"), "V202", (1, "inital_state")),
        (("type: LSTM, nmae: rnn, units: 3, return_sequences: true",), "V202", (0, "nmae")),
        (("nmae: a, type: Dense, units: 3, inputs: x", "type: Dropout, rate: 0.1, inputs: a"), "V202", (0, "nmae")),
        ((RNN, "type: Shard, layer: rnn, inputs: x"), "V201", (1, "type")),
        ((RNN, "type: shared, layer: rnn, inputs: x"), "V201", (1, "type")),
        ((RNN, "class_name: Shared, layer: rnn, inputs: x"), "V203", (1, "class_name")),
        ((RNN, "type: Dropout, rate: 0.1, inputss: [rnn]"), "V202", (1, "inputss")),
        ((RNN, "type: Lambda, inputs: rnn"), "V201", (1, "type")),
    ],
)
def test_names_in_a_block_under_misspelt_keys(inside: tuple[str, ...], code: str, place: Place) -> None:
    assert codes(block(*inside)) == [(code, ("layers", 1, "layers", *place))]


def test_a_reference_under_a_misspelt_key_is_checked_too() -> None:
    found = codes(block(RNN, "type: Dropout, rate: 0.1, input: run"))
    assert [(code, path[:4]) for code, path in found] == [
        (code, ("layers", 1, "layers", 1)) for code in ("V202", "V230")
    ]


def test_a_wrong_name_in_a_block_is_shown_as_it_is_written() -> None:
    found = findings(block("type: Dense, name: my layer, units: 3", "type: Dropout, rate: 0.1, inputs: my layer"))
    assert [finding.message for finding in found if finding.code == "V207"] == ["`my layer` is no valid name"]
    assert {finding.code for finding in found} <= {"V207", "V208"}

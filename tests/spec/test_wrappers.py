"""Layers inside layers: Bidirectional, TimeDistributed, RNN, StackedRNNCells."""

from __future__ import annotations

import pytest

from specc.diagnostics import Path
from tests.loading import codes, findings, spec

SHAPE = "input_shape: [5, 3]"
LSTM = "{type: LSTM, units: 2}"
CELL = "{type: LSTMCell, units: 2}"

GOOD = [
    f"type: Bidirectional, layer: {LSTM}",
    f"type: Bidirectional, layer: {{type: RNN, cell: {CELL}}}",
    "type: TimeDistributed, layer: {type: Dense, units: 2}",
    "type: TimeDistributed, layer: {type: TimeDistributed, layer: {type: Flatten}}, input_shape: [2, 3, 4]",
    f"type: RNN, cell: {CELL}",
    f"type: RNN, cell: [{CELL}, {CELL}]",
    f"type: RNN, cell: {{type: StackedRNNCells, cells: [{CELL}]}}",
]


@pytest.mark.parametrize("layer", GOOD)
def test_good(layer: str) -> None:
    assert codes(spec(layer if SHAPE.partition(":")[0] in layer else f"{layer}, {SHAPE}")) == []


BAD: dict[str, list[tuple[str, Path]]] = {
    "type: Bidirectional": [("V203", ())],
    "type: Bidirectional, layer: null": [("V204", ("layer",))],
    "type: Bidirectional, layer: LSTM": [("V204", ("layer",))],
    "type: Bidirectional, layer: LSTM, units: 2": [("V204", ("layer",))],
    f"type: Bidirectional, layer: [{LSTM}]": [("V204", ("layer",))],
    "type: Bidirectional, layer: {units: 2}": [("V203", ("layer",))],
    "type: Bidirectional, layer: {type: LTSM, units: 2}": [("V201", ("layer", "type"))],
    "type: Bidirectional, layer: {type: LSTM}": [("V203", ("layer",))],
    "type: Bidirectional, layer: {type: LSTM, unit: 2}": [("V202", ("layer", "unit"))],
    "type: Bidirectional, layer: {type: Dense, units: 2}": [("V216", ("layer", "type"))],
    f"type: Bidirectional, layer: {CELL}": [("V216", ("layer", "type"))],
    f"type: Bidirectional, layer: {LSTM}, units: 2": [("V202", ("units",))],
    f"type: Bidirectional, layer: {LSTM}, merge_mode: add": [("V206", ("merge_mode",))],
    f"type: Bidirectional, layer: {LSTM}, backward_layer: {LSTM}": [("V211", ("backward_layer",))],
    f"type: Bidirectional, layer: {LSTM}, backward_layer: LSTM": [("V204", ("backward_layer",))],
    "type: Bidirectional, layer: {type: LSTM, units: 2, input_dim: 3}": [("V215", ("layer", "input_dim"))],
    "type: Bidirectional, layer: {type: LSTM, units: 0, inputs: x, mask: y}": [
        ("V215", ("layer", "inputs")),
        ("V215", ("layer", "mask")),
        ("V205", ("layer", "units")),
    ],
    "type: Bidirectional, layer: {type: SimpleRNN, units: 2, implementation: 2}": [
        ("V212", ("layer", "implementation"))
    ],
    "type: Bidirectional, layer: {type: LSTM, units: 2, activation: gelu}": [("V210", ("layer", "activation"))],
    "type: TimeDistributed, layer: {type: Input, shape: [3]}": [("V216", ("layer", "type"))],
    "type: TimeDistributed, layer: {type: Add}": [("V216", ("layer",))],
    f"type: TimeDistributed, layer: {CELL}": [("V216", ("layer",))],
    f"type: TimeDistributed, layer: {LSTM}": [("G301", ("input_shape",))],
    "type: RNN": [("V203", ())],
    "type: RNN, cell: LSTMCell": [("V204", ("cell",))],
    "type: RNN, cell: []": [("V205", ("cell",))],
    f"type: RNN, cell: [{CELL}, LSTMCell, {LSTM}]": [("V204", ("cell", 1)), ("V216", ("cell", 2, "type"))],
    f"type: RNN, cell: [{CELL}, {{type: StackedRNNCells, cells: [{CELL}]}}]": [("V216", ("cell", 1, "type"))],
    f"type: RNN, cell: {{type: StackedRNNCells, cells: {CELL}}}": [("V204", ("cell", "cells"))],
    "type: RNN, cell: {type: StackedRNNCells, cells: [{type: GRUCell, units: x}]}": [
        ("V204", ("cell", "cells", 0, "units"))
    ],
    "type: RNN, cell: {type: LSTMCell, units: 2, return_sequences: true}": [("V202", ("cell", "return_sequences"))],
}


@pytest.mark.parametrize(("layer", "expected"), BAD.items())
def test_bad(layer: str, expected: list[tuple[str, Path]]) -> None:
    found = codes(spec(f"{layer}, {SHAPE}"))
    assert sorted(found, key=str) == sorted([(code, ("layers", 0, *path)) for code, path in expected], key=str)


@pytest.mark.parametrize(
    ("layer", "hint"),
    [
        ("type: Bidirectional, layer: LSTM", "write `{type: LSTM, …}`"),
        (f"type: Bidirectional, layer: {CELL}", "use LSTM"),
        (f"type: RNN, cell: {LSTM}", "use LSTMCell"),
        (f"type: Bidirectional, layer: {LSTM}, return_state: true", "it belongs to the layer inside"),
        ("type: RNN, cell: {type: LSTMCell, units: 2, stateful: true}", "it belongs on RNN"),
        ("type: Bidirectional, layer: {type: LSTM, units: 2, input_shape: [5, 3]}", "move it one level up"),
    ],
)
def test_hints(layer: str, hint: str) -> None:
    assert [finding.hint for finding in findings(spec(f"{layer}, {SHAPE}"))] == [hint]

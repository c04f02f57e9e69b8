"""Parts of specs that the tests put together."""

from __future__ import annotations

from typing import Any

from tests.parity.comparison import VOCABULARY

FEATURES, UNITS = 3, 4
Entry = dict[str, Any]

CELLS: dict[str, Entry] = {
    "LSTM": {"type": "LSTM", "units": UNITS},
    "GRU_after": {"type": "GRU", "units": UNITS, "reset_after": True},
    "GRU_before": {"type": "GRU", "units": UNITS, "reset_after": False},
    "SimpleRNN": {"type": "SimpleRNN", "units": UNITS},
}
STATES = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1, "LSTMCell": 2, "GRUCell": 1, "SimpleRNNCell": 1}
LONE_CELLS: dict[str, Entry] = {
    "LSTMCell": {"type": "LSTMCell", "units": UNITS},
    "GRUCell_after": {"type": "GRUCell", "units": UNITS, "reset_after": True},
    "GRUCell_before": {"type": "GRUCell", "units": UNITS, "reset_after": False},
    "SimpleRNNCell": {"type": "SimpleRNNCell", "units": UNITS},
}
_LSTM, _AFTER, _BEFORE, _SIMPLE = (
    {**cell, "units": units} for cell, units in zip(LONE_CELLS.values(), (4, 3, 5, 2), strict=True)
)
STACKS: dict[str, list[Entry]] = {
    "two_of_a_kind": [_LSTM, _LSTM],
    "wide_and_narrow": [_LSTM, _AFTER],
    "narrow_and_wide": [_SIMPLE, _BEFORE],
    "three": [_AFTER, _LSTM, _SIMPLE],
}
"""Cells on top of each other."""
SOURCES = ("none", "masking", "embedding", "explicit")
"""Where a mask comes from."""


def begin(source: str, steps: int | None) -> list[Entry]:
    """Input layers, and what makes a mask; the last one is the sequence."""
    x = {"type": "Input", "name": "x", "shape": [steps, FEATURES]}
    if source == "masking":
        return [x, {"type": "Masking", "name": "masking"}]
    if source == "embedding":
        ids = {"type": "Input", "name": "x", "shape": [steps], "dtype": "int32"}
        table = {"type": "Embedding", "name": "table", "input_dim": VOCABULARY, "output_dim": FEATURES}
        return [ids, table | {"mask_zero": True}]
    if source == "explicit":
        return [{"type": "Input", "name": "steps", "shape": [steps], "dtype": "bool"}, x]
    return [x]


def called(source: str) -> Entry:
    """How a layer is called where the mask is explicit."""
    return {"mask": "steps"} if source == "explicit" else {}


def recurrent(cell: str, **arguments: Any) -> Entry:
    """A recurrent layer by the name of its kind."""
    return {**CELLS[cell], "name": "rnn", **arguments}


def states_for(layer: Entry, count: int | None = None) -> tuple[list[Entry], list[str]]:
    """Inputs for the initial states of a layer, and their names."""
    names = [f"s{i}" for i in range(count if count is not None else STATES[layer["type"]])]
    return [{"type": "Input", "name": n, "shape": [layer["units"]]} for n in names], names


def state_widths(cells: Entry | list[Entry]) -> list[int]:
    """The widths of the states of a cell, or of a stack of cells, in the order of the cells."""
    listed = cells if isinstance(cells, list) else cells.get("cells", [cells])
    return [cell["units"] for cell in listed for _ in range(STATES[cell["type"]])]


def states_of(widths: list[int]) -> tuple[list[Entry], list[str]]:
    """Inputs for initial states of these widths, and their names."""
    names = [f"s{i}" for i in range(len(widths))]
    return [{"type": "Input", "name": n, "shape": [w]} for n, w in zip(names, widths, strict=True)], names

"""Stacks of cells for the tests: a float64 loop that runs all cells at each step, and their specs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.conformance.compiled import arrays_of, layer_of
from tests.conformance.equations import Cell, Doubles, States, random_cell, run
from tests.conformance.test_equations import CELLS, FEATURES, draw


@dataclass(frozen=True)
class Stack:
    """Cells on top of each other, which act as one. Its states are those of the last cell first."""

    cells: tuple[Cell, ...]

    @property
    def units(self) -> int:
        return self.cells[-1].units

    @property
    def state_count(self) -> int:
        return sum(cell.state_count for cell in self.cells)

    @property
    def widths(self) -> list[int]:
        """Of the states, the first cell's first."""
        return [cell.units for cell in self.cells for _ in range(cell.state_count)]

    def step(self, x: Doubles, states: States) -> States:
        rest = list(turned(self, states))
        after: list[States] = []
        for cell in self.cells:
            after.append(cell.step(x, tuple(rest.pop(0) for _ in range(cell.state_count))))
            x = after[-1][0]
        return tuple(state for group in reversed(after) for state in group)


def turned(stack: Stack, states: States) -> States:
    """The states with those of the first cell first."""
    rest = list(states)
    groups = [[rest.pop(0) for _ in range(cell.state_count)] for cell in reversed(stack.cells)]
    return tuple(state for group in reversed(groups) for state in group)


def last_first(stack: Stack, states: States) -> States:
    """The states with those of the last cell first."""
    return turned(Stack(tuple(reversed(stack.cells))), states)


def stack_of(*kinds_and_units: tuple[str, int], **arguments: Any) -> Stack:
    features, cells = FEATURES, []
    for seed, (kind, units) in enumerate(kinds_and_units):
        cells.append(random_cell(seed, features=features, units=units, **CELLS[kind], **arguments))
        features = units
    return Stack(tuple(cells))


STACKS = {
    "one": stack_of(("GRU_after", 3)),
    "two_of_a_kind": stack_of(("LSTM", 4), ("LSTM", 4)),
    "wide_and_narrow": stack_of(("LSTM", 5), ("GRU_before", 2)),
    "three": stack_of(("SimpleRNN", 2), ("LSTM", 4), ("GRU_after", 3)),
    "in_loops": stack_of(("LSTM", 3), ("SimpleRNN", 4), activation="selu", scale=0.3),
}


def cell_of(cell: Cell) -> dict[str, Any]:
    entry = layer_of(cell)
    return {**entry, "type": f"{entry['type']}Cell"}


def entry_of(stack: Stack, wrapped: bool = False, **arguments: Any) -> dict[str, Any]:
    """RNN around the stack, named `rnn`."""
    cells: Any = [cell_of(cell) for cell in stack.cells]
    cell = {"type": "StackedRNNCells", "cells": cells, **arguments.pop("inside", {})} if wrapped else cells
    return {"type": "RNN", "name": "rnn", "cell": cell, **arguments}


def arrays(stack: Stack, scope: str = "rnn") -> dict[str, Any]:
    return {k: v for i, cell in enumerate(stack.cells) for k, v in arrays_of(cell, f"{scope}/cell_{i}").items()}


def draw_states(stack: Stack, batch: int, starts: bool = True) -> States:
    """The first cell's first."""
    return tuple(draw(300 + i, batch, width) * starts for i, width in enumerate(stack.widths))


def loop(stack: Stack, x: Doubles, mask: Any, states: States, **how: Any) -> tuple[Doubles, States]:
    """Outputs and final states, the first cell's first."""
    y, finals = run(stack, x, mask, last_first(stack, states), **how)  # type: ignore[arg-type]
    return y, turned(stack, finals)

"""RNN and StackedRNNCells: cells as arguments."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import SerializeAsAny

from specc.layers.base import CalledLayer
from specc.layers.cells import CellWeights
from specc.layers.lone_cell import LoneCell, check_step, run_step
from specc.layers.recurrent import UnrollableRecurrent
from specc.layers.site import Arguments, Site
from specc.layers.stages import Stage
from specc.tensors import Tensor


def declare_stack(site: Site, cells: Sequence[CellWeights], features: int, *path: str) -> tuple[Stage, ...]:
    """Declare the cells of a stack: each takes what the one below it puts out."""
    if not cells:
        site.fail("V205", "a stack needs at least one cell", field=path[0])
    stages = []
    for number, cell in enumerate(cells):
        place = site.nested(cell.type, f"cell_{number}", *path, number)
        stages.append(cell.stage(place, features))
        features = cell.units
    return tuple(stages)


def count_states(cells: Sequence[CellWeights]) -> int:
    """How many states the cells have together."""
    return sum(len(cell.cell_states) for cell in cells)


def order_states(stages: Sequence[Stage], last_first: bool) -> tuple[int, ...]:
    """For each documented state its place among the states cell by cell; Keras 2.0.9-2.2.2 lists the last
    cell's states first, later ones the first cell's."""
    starts = [sum(s.cell.state_count for s in stages[:i]) for i in range(len(stages))]
    groups = [range(start, start + s.cell.state_count) for start, s in zip(starts, stages, strict=True)]
    return tuple(place for group in (reversed(groups) if last_first else groups) for place in group)


class StackedRNNCells(CalledLayer):
    """Cells on top of each other that act as one. x: (batch, features) -> (batch, units of the last cell).

    Weights: ``cell_0/…``, ``cell_1/…``.
    """

    nested_layers: ClassVar[tuple[str, ...]] = ("cells",)
    holds: ClassVar[str] = "it wants SimpleRNNCell, GRUCell or LSTMCell"

    cells: list[SerializeAsAny[LoneCell]]
    """The cells, from the first to the last."""
    reverse_state_order: bool = False
    """List the states from the last cell to the first (Keras 2.2.3 to 2.3)."""

    def lists_last_first(self, site: Site) -> bool:
        """Whether the last cell's states come first."""
        return self.reverse_state_order or site.dialect.last_cell_first

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        features = check_step(site, arguments.x)
        last_first = self.lists_last_first(site)
        stages = declare_stack(site, self.cells, features, "cells")
        order = order_states(stages, last_first)
        return run_step(site, arguments.x, stages, [f"state_{i}" for i in range(len(order))], order)


class RNN(UnrollableRecurrent):
    """A cell, or a stack of cells, over time. x: (batch, time, features).

    Weights: ``cell/…`` for a single cell, ``cell_0/…``, ``cell_1/…`` for a stack.
    """

    nested_layers: ClassVar[tuple[str, ...]] = ("cell",)
    holds: ClassVar[str] = "it wants SimpleRNNCell, GRUCell, LSTMCell or StackedRNNCells"
    otherwise: ClassVar[dict[str, str]] = {"units": "it belongs to the cell: `cell: {type: LSTMCell, units: 32}`"}

    cell: SerializeAsAny[LoneCell | StackedRNNCells] | list[SerializeAsAny[LoneCell]]
    """A cell, or a list of cells on top of each other."""

    @property
    def cells(self) -> list[LoneCell]:
        """All cells."""
        if isinstance(self.cell, StackedRNNCells):
            return self.cell.cells
        return self.cell if isinstance(self.cell, list) else [self.cell]

    @property
    def stacked(self) -> bool:
        """Whether the cells make a stack; a list of one does."""
        return not isinstance(self.cell, LoneCell)

    @property
    def state_names(self) -> tuple[str, ...]:
        if not self.stacked:
            return self.cells[0].cell_states
        return tuple(f"state_{i}" for i in range(count_states(self.cells)))

    def stages(self, site: Site, x: Tensor) -> tuple[Stage, ...]:
        features = x.shape[2]
        assert isinstance(features, int)
        if isinstance(self.cell, LoneCell):
            return (self.cell.stage(site.nested(self.cell.type, "cell", "cell"), features),)
        if x.mask is not None and len(self.cells) > 1 and not self.unroll and site.dialect.masks_stacks_wrongly:
            site.fail(
                "G316",
                f"Keras {'.'.join(map(str, site.dialect.version or ()))} puts out the first cell's state at the "
                f"masked steps of stacked cells, and {site.title} has a mask",
                hint="set `unroll: true`, which they do right, or `keras_version` to 2.2.5 or later",
            )
        path = ("cell", "cells") if isinstance(self.cell, StackedRNNCells) else ("cell",)
        return declare_stack(site, self.cells, features, *path)

    def state_order(self, site: Site, stages: Sequence[Stage]) -> tuple[int, ...]:
        if isinstance(self.cell, StackedRNNCells):
            return order_states(stages, self.cell.lists_last_first(site))
        return order_states(stages, self.stacked and site.dialect.last_cell_first)

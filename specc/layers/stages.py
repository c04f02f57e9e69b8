"""From declared cells to ops over time: a stack of cells is a chain of recurrent ops.

Under a mask all cells of a stack stand still at the same steps, and at the steps that count each cell sees what
the one below it put out at that step. So running one cell over all steps after the other gives the same numbers
as running all cells step by step, masks included.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from specc import ops
from specc.layers.site import Site
from specc.tensors import Shape, Value
from specc.weights import Weight

MaskedOutput = Literal["previous", "zero", "state"]


class Stage(NamedTuple):
    """One cell with its weights. cudnn: they lie in cuDNN's layout."""

    cell: ops.Cell
    kernel: Weight
    recurrent_kernel: Weight
    bias: Weight | None
    cudnn: bool = False

    def over_time(self, reverse: bool, initial: tuple[Value, ...]) -> ops.Pass:
        """A pass of the cell over time."""
        return ops.Pass(reverse, self.kernel, self.recurrent_kernel, self.bias, initial, self.cudnn)


class Way(NamedTuple):
    """How a layer goes through time."""

    mask: Value | None
    masked_output: MaskedOutput
    order: Literal["time", "processing"]
    return_sequences: bool
    unroll: bool


def state_shapes(stages: Sequence[Stage], x: Value) -> tuple[Shape, ...]:
    """The shapes of all states, cell by cell."""
    return tuple(stage.cell.state_shape(x.shape) for stage in stages for _ in range(stage.cell.state_count))


def cell_by_cell(states: Sequence[Value], order: Sequence[int]) -> tuple[Value, ...]:
    """States in the documented order, put back in the order of the cells; empty stays empty."""
    if not states:
        return ()
    return tuple(states[order.index(place)] for place in range(len(order)))


def run_stages(
    site: Site, x: Value, stages: Sequence[Stage], initial: Sequence[Value], reverse: bool, way: Way
) -> tuple[Value, tuple[Value, ...]]:
    """Append the ops of a chain of cells; returns the output of the last, and all final states, cell by cell.

    initial: all states, cell by cell; empty for zeros.
    """
    finals: list[Value] = []
    for number, stage in enumerate(stages):
        last = number == len(stages) - 1
        count = stage.cell.state_count
        start = tuple(initial[len(finals) : len(finals) + count])
        x, *states = site.emit(
            ops.Recurrent(
                x,
                stage.cell,
                (stage.over_time(reverse, start),),
                way.mask,
                way.masked_output,
                way.order if last else "time",
                way.return_sequences if last else True,
                way.unroll,
            )
        )
        finals += states
    return x, tuple(finals)


def run_both_ways(
    site: Site, x: Value, stages: tuple[Stage, Stage], initial: Sequence[Value], way: Way
) -> tuple[Value, tuple[Value, ...]]:
    """Append one op for two cells with the same equations, forwards and backwards; the outputs side by side."""
    count = len(initial) // 2
    passes = (
        stages[0].over_time(False, tuple(initial[:count])),
        stages[1].over_time(True, tuple(initial[count:])),
    )
    y, *states = site.emit(
        ops.Recurrent(
            x, stages[0].cell, passes, way.mask, way.masked_output, way.order, way.return_sequences, way.unroll
        )
    )
    return y, tuple(states)

"""SimpleRNN: the output is fed back to the input."""

from typing import ClassVar

from specc import ops
from specc.layers.base import Implementation
from specc.layers.cells import CellArguments, SingleCell
from specc.layers.site import Site


class SimpleRnnArguments(CellArguments):
    """h' = act(x . K + b + h . R).

    Weights: kernel (features, units), recurrent_kernel (units, units), bias (units,).
    """

    gates: ClassVar[int] = 1
    cell_states: ClassVar[tuple[str, ...]] = ("state",)

    def cell(self, site: Site) -> ops.Cell:
        return ops.SimpleRnn(**self.cell_arguments(site))


class SimpleRNN(SimpleRnnArguments, SingleCell):
    """h' = act(x . K + b + h . R).

    x: (batch, time, features) -> (batch, units), or (batch, time, units) with return_sequences.
    Weights: kernel (features, units), recurrent_kernel (units, units), bias (units,).
    """

    implementation: Implementation = 1
    """How products are grouped: 0 or 1; 2 is for LSTM and GRU only. It changes no result."""

    def check_cell(self, site: Site) -> None:
        if self.implementation == 2:
            site.fail(
                "V212",
                "`implementation: 2` is for LSTM and GRU only",
                field="implementation",
                hint="use 0 or 1 for SimpleRNN, or leave it out",
            )

"""SimpleRNN: the output is fed back to the input."""

from __future__ import annotations

from typing import ClassVar

from specc import ops
from specc.layers.recurrent import SingleCell
from specc.layers.site import Site
from specc.tensors import Tensor


class SimpleRNN(SingleCell):
    """h' = act(x . K + b + h . R).

    x: (batch, time, features) -> (batch, units), or (batch, time, units) with return_sequences.
    Weights: kernel (features, units), recurrent_kernel (units, units), bias (units,).
    """

    gates: ClassVar[int] = 1
    state_names: ClassVar[tuple[str, ...]] = ("state",)

    def check(self, site: Site, x: Tensor) -> None:
        if self.implementation == 2:
            site.fail(
                "V212",
                "`implementation: 2` is for LSTM and GRU only",
                field="implementation",
                hint="use 0 or 1 for SimpleRNN, or leave it out",
            )
        super().check(site, x)

    def cell(self, site: Site) -> ops.Cell:
        return ops.SimpleRnn(**self.cell_arguments(site))

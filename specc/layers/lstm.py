"""LSTM: long short-term memory (Hochreiter & Schmidhuber 1997)."""

from typing import ClassVar

from specc import ops
from specc.layers.cells import GatedCellArguments, GatedSingleCell
from specc.layers.site import Site
from specc.weights import Initializer


class LstmArguments(GatedCellArguments):
    """Blocks i|f|c|o on the last axis of each weight."""

    gates: ClassVar[int] = 4
    cell_states: ClassVar[tuple[str, ...]] = ("state_h", "state_c")

    unit_forget_bias: bool = True
    """Start the bias of the forget gate at one, whatever `bias_initializer` says of the others."""

    def check_cell(self, site: Site) -> None:
        if self.use_bias:
            warn_of_forget_bias(site, self.unit_forget_bias, self.bias_initializer)

    def bias_start(self) -> Initializer:
        return self.bias_initializer._replace(block_of_ones=(1, 4) if self.unit_forget_bias else None)

    def cell(self, site: Site) -> ops.Cell:
        return ops.Lstm(**self.cell_arguments(site))


def warn_of_forget_bias(site: Site, unit_forget_bias: bool, initializer: Initializer) -> None:
    """The documentation and Keras differ on what `unit_forget_bias` does to the other gates."""
    if unit_forget_bias and initializer.kind != "zeros":
        site.warn(
            "V220",
            f"`unit_forget_bias: true` starts the forget gate's bias at one and leaves the rest to "
            f"`{initializer.kind}`: the documentation says that it forces zeros, Keras does not",
            field="bias_initializer",
            hint="set `unit_forget_bias: false` to have the initializer on all gates",
        )


class LSTM(LstmArguments, GatedSingleCell):
    """Blocks i|f|c|o on the last axis of each weight, z = x.K + b + h.R:

    c' = ra(zf)*c + ra(zi)*act(zc), h' = ra(zo)*act(c')

    x: (batch, time, features) -> (batch, units), or (batch, time, units) with return_sequences.
    Weights: kernel (features, 4*units), recurrent_kernel (units, 4*units), bias (4*units,).
    """

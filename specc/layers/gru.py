"""GRU: a gated recurrent unit (Cho et al. 2014)."""

from typing import ClassVar

from specc import ops
from specc.layers.cells import GatedCellArguments, GatedSingleCell
from specc.layers.site import Site


class GruArguments(GatedCellArguments):
    """Blocks z|r|h on the last axis of each weight; h' = z*h + (1-z)*hh, where z near 1 keeps the old state.

    z = ra(x.Kz + bz + h.Rz), r = ra(x.Kr + br + h.Rr)
    reset_after false: hh = act(x.Kh + bh + (r*h).Rh)
    reset_after true:  hh = act(x.Kh + b0h + r*(h.Rh + b1h)), and the other gates add both rows of the bias
    """

    gates: ClassVar[int] = 3
    cell_states: ClassVar[tuple[str, ...]] = ("state",)
    defaults_by_dialect: ClassVar[dict[str, str]] = {
        **GatedCellArguments.defaults_by_dialect,
        "reset_after": "reset_after",
    }

    reset_after: bool = False
    """Apply the reset gate after the product with the recurrent kernel; tf.keras and keras3 default to true."""

    def bias_shape(self) -> tuple[int, ...] | None:
        if not self.use_bias:
            return None
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    @property
    def has_fast_form(self) -> bool:
        return super().has_fast_form and self.reset_after

    def cell(self, site: Site) -> ops.Cell:
        arguments = self.cell_arguments(site)
        mixes = site.dialect.gru_mixes_dropped_state and not arguments["mask_per_gate"]
        return ops.Gru(**arguments, reset_after=self.reset_after, mixes_dropped_state=mixes)


class GRU(GruArguments, GatedSingleCell):
    """Blocks z|r|h on the last axis of each weight; h' = z*h + (1-z)*hh, where z near 1 keeps the old state.

    z = ra(x.Kz + bz + h.Rz), r = ra(x.Kr + br + h.Rr)
    reset_after false: hh = act(x.Kh + bh + (r*h).Rh)
    reset_after true:  hh = act(x.Kh + b0h + r*(h.Rh + b1h)), and the other gates add both rows of the bias

    x: (batch, time, features) -> (batch, units), or (batch, time, units) with return_sequences.
    Weights: kernel (features, 3*units), recurrent_kernel (units, 3*units), bias (3*units,), or (2, 3*units)
    with reset_after: row 0 for the inputs, row 1 for the state.
    """

"""A cell that stands alone: a model of one step, with its states as inputs and outputs."""

from collections.abc import Sequence

from specc import ops
from specc.layers.base import require_float, require_known, require_rank
from specc.layers.cells import CellWeights
from specc.layers.site import Arguments, Site
from specc.layers.stages import Stage, Way, cell_by_cell, run_stages, state_shapes
from specc.tensors import Tensor


class LoneCell(CellWeights):
    """One step of a cell. x: (batch, features) -> (batch, units)."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        features = check_step(site, arguments.x)
        stages = (self.stage(site, features),)
        return run_step(site, arguments.x, stages, self.cell_states, range(len(self.cell_states)))


def check_step(site: Site, x: Tensor) -> int:
    """The number of features of one step; refuses anything else than (batch, features)."""
    hint = "to run over time, put the cell inside RNN" if x.value.rank == 3 else None
    require_rank(site, x, 2, "one step, (batch, features)", hint)
    require_float(site, x.value)
    return require_known(site, x.shape[1], "number of features", "give it in the Input's `shape`")


def run_step(
    site: Site, x: Tensor, stages: Sequence[Stage], names: Sequence[str], order: Sequence[int]
) -> tuple[Tensor, ...]:
    """Append one step of a chain of cells; its states come in and go out with every call.

    names: of the states, as documented. order: for each of them its place among the states cell by cell.
    """
    shapes = state_shapes(stages, x.value)
    before = [site.state_before(name, shapes[place]) for name, place in zip(names, order, strict=True)]
    sequence = site.emit_one(ops.Unsqueeze(x.value, 1))
    way = Way(None, "previous", "time", return_sequences=False, unroll=False)
    y, after = run_stages(site, sequence, stages, cell_by_cell(before, order), False, way)
    for name, old, place in zip(names, before, order, strict=True):
        site.carry(name, old, after[place])
    return (Tensor(y),)

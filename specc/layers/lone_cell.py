"""A cell that stands alone: a model of one step, with its states as inputs and outputs."""

from __future__ import annotations

from collections.abc import Sequence

from specc import ops
from specc.layers.base import require_float, require_known, require_rank
from specc.layers.cells import CellWeights
from specc.layers.site import Arguments, Site
from specc.layers.stages import Stage, Way, run_stages, state_shapes
from specc.tensors import Tensor


class LoneCell(CellWeights):
    """One step of a cell. x: (batch, features) -> (batch, units)."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        features = check_step(site, arguments.x)
        return run_step(site, arguments.x, (self.stage(site, features),), self.cell_states)


def check_step(site: Site, x: Tensor) -> int:
    """The number of features of one step; refuses anything else than (batch, features)."""
    require_rank(site, x, 2, "one step, (batch, features)")
    require_float(site, x.value)
    return require_known(site, x.shape[1], "number of features", "give it in the Input's `shape`")


def run_step(site: Site, x: Tensor, stages: Sequence[Stage], names: Sequence[str]) -> tuple[Tensor, ...]:
    """Append one step of a chain of cells; its states come in and go out with every call."""
    before = tuple(
        site.state_before(name, shape) for name, shape in zip(names, state_shapes(stages, x.value), strict=True)
    )
    sequence = site.emit_one(ops.Unsqueeze(x.value, 1))
    way = Way(None, "previous", "time", return_sequences=False, unroll=False)
    y, after = run_stages(site, sequence, stages, before, False, way)
    for name, old, new in zip(names, before, after, strict=True):
        site.carry(name, old, new)
    return (Tensor(y),)

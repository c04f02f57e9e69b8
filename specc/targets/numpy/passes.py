"""What templates ask about cells over time: passes, and the names of what they put out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from specc import ops
from specc.targets.python import Module
from specc.targets.python.printing import UNUSED
from specc.tensors import Shape, Value


@dataclass(frozen=True)
class Way:
    """One pass of a recurrent op.

    x, mask: as the pass sees them, a reverse one from the end. zeros: what to call a state of zeros that the pass
    starts with. steps: what to call the outputs of its steps; result: those that the layer puts out.
    """

    x: Markup
    mask: Markup | None
    initial: tuple[Markup, ...]
    zeros: Markup | None
    state_shape: Shape
    weights: tuple[Markup, ...]
    steps: Markup
    finals: tuple[Markup, ...]
    result: Markup


class Passes(Module):
    """Recurrent ops, pass by pass."""

    def ways(self, op: ops.Recurrent, y: Markup, finals: Sequence[Markup]) -> list[Way]:
        """The passes of an op that puts out ``y`` and final states."""
        count = op.cell.state_count
        both = len(op.passes) == 2
        base = next((name for name in (y, *finals) if name != UNUSED), y)
        zeros = None if op.passes[0].initial else self.fresh(f"{base}_zeros")
        ways = []
        for number, way in enumerate(op.passes):
            part = "" if not both else "_backward" if way.reverse else "_forward"
            turned = op.return_sequences and way.reverse and op.order == "time"
            whole = op.return_sequences and not turned
            steps = y
            if y != UNUSED and (both or not whole):
                steps = self.fresh(f"{base}{part or '_steps'}")
            ways.append(
                Way(
                    x=self._turned(op.x, way.reverse),
                    mask=None if op.mask is None else self._turned(op.mask, way.reverse),
                    initial=tuple(self[v] for v in way.initial) if zeros is None else (zeros,) * count,
                    zeros=None if number else zeros,
                    state_shape=op.cell.state_shape(op.x.shape),
                    weights=tuple(self[w] for w in (way.kernel, way.recurrent_kernel, way.bias) if w is not None),
                    steps=steps,
                    finals=tuple(finals[number * count : (number + 1) * count]),
                    result=steps if whole or y == UNUSED else steps + Markup("[:, ::-1]" if turned else "[:, -1]"),
                )
            )
        return ways

    def _turned(self, x: Value, reverse: bool) -> Markup:
        return self[x] + Markup("[:, ::-1]") if reverse else self[x]

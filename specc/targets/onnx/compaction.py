"""Masks of any pattern on native nodes: the valid steps of each row move to the front, and back afterwards.

For a mask (batch, time) let ``count`` be the running number of valid steps and ``n`` their number in a row.
A valid step goes to slot ``count - 1``; all masked ones go to slot ``-1``, the last one, which is free since
a row with a masked step has n < time. The node runs with sequence_lens = n and leaves zeros behind them. So
slot -1 of its output is zero, and reading slot ``count - 1`` gives, at once: the output of a valid step, the
previous output at a masked step, and zero before the first valid one. Read from behind, the first valid step at
or after t stands in slot ``count of those before t``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from onnx import numpy_helper

from specc import ops
from specc.targets.onnx.builder import Builder
from specc.tensors import Value

COMPACT = "compact"


@dataclass(frozen=True)
class Compact:
    """What all layers under one mask share.

    mask: bool (batch, time). valid: the same as int64. count: (batch, time) valid steps so far. slot: (batch,
    time) where a step goes, -1 where masked. source: (batch, time, 1) the step that goes into a slot.
    lengths: int32 (batch,), at least 1, since cuDNN takes no 0. some: bool (batch, 1), whether any step is valid.
    """

    mask: str
    valid: str
    count: str
    slot: str
    source: str
    lengths: str
    some: str

    def gather(self, b: Builder, x: str) -> str:
        """x (batch, time, features) -> its valid steps first, (time, batch, features)."""
        known: dict[str, str] = b.twins.setdefault((COMPACT, x), {})
        if self.mask not in known:
            known[self.mask] = b.op(
                "Transpose", b.op("GatherND", x, self.source, batch_dims=1), perm=[1, 0, 2]
            )
        return known[self.mask]

    def spread(self, b: Builder, op: ops.Recurrent, y: str) -> str:
        """Y (time, passes, batch, units) -> outputs of all steps, (batch, time, passes * units)."""
        # Rows without a valid step ran one step all the same: zeros again.
        y = b.op("Where", self.some, y, b.scalar(0))
        ways = [y] if len(op.passes) == 1 else b.split(y, 2, axis=1)
        outputs = []
        for way, part in zip(op.passes, ways, strict=True):
            steps = b.op("Transpose", b.op("Squeeze", part, b.int64(1)), perm=[1, 0, 2])
            outputs.append(self._spread_pass(b, op, way, steps))
        if len(outputs) == 1:
            way = op.passes[0]
            if not way.reverse:  # another layer under this mask needs no second compaction
                b.twins.setdefault((COMPACT, outputs[0]), {})[self.mask] = b.op("Squeeze", y, b.int64(1))
            return outputs[0]
        return b.op("Concat", *outputs, axis=2)

    def _spread_pass(self, b: Builder, op: ops.Recurrent, way: ops.Pass, steps: str) -> str:
        if op.masked_output == "zero":
            slot = self.slot
        elif way.reverse:
            slot = b.op("Sub", self.count, self.valid)
        else:
            slot = b.op("Sub", self.count, b.scalar(1, np.int64))
        flipped = way.reverse and op.order == "processing"
        if flipped:
            slot = b.flip(slot, 1)
        y = b.op("GatherND", steps, b.op("Unsqueeze", slot, b.int64(2)), batch_dims=1)
        if op.masked_output == "state" and way.initial:
            y = b.op(
                "Where", self._started(b, way, flipped), y, b.op("Unsqueeze", b[way.initial[0]], b.int64(1))
            )
        return y

    def _started(self, b: Builder, way: ops.Pass, flipped: bool) -> str:
        """Whether a valid step was processed by now, (batch, time, 1)."""
        if way.reverse:
            before = b.op("Sub", self.count, self.valid)
            total = b.reduce("ReduceSum", self.valid, [1], keepdims=True)
            started = b.op("Less", before, total)
        else:
            started = b.op("Greater", self.count, b.scalar(0, np.int64))
        if flipped:
            started = b.flip(started, 1)
        return b.op("Unsqueeze", started, b.int64(2))

    def last_step(self, b: Builder, reverse: list[bool]) -> str:
        """Whether the last processed step is valid, (passes, batch, 1)."""
        ends = [b.op("Gather", self.mask, b.int64(0 if way else -1), axis=1) for way in reverse]
        parts = [b.op("Unsqueeze", end, b.int64(0)) for end in ends]
        return parts[0] if len(parts) == 1 else b.op("Concat", *parts, axis=0)


def find(b: Builder, mask: Value) -> Compact:
    """The compaction of a mask, made once."""
    key = (COMPACT, f"mask {b[mask]}")
    if key not in b.twins:
        b.twins[key] = _make(b, b[mask])
    found: Compact = b.twins[key]
    return found


def _make(b: Builder, mask: str) -> Compact:
    one = b.scalar(1, np.int64)
    valid = b.cast(mask, "int64")
    count = b.op("CumSum", valid, one)
    slot = b.op("Sub", b.op("Mul", count, valid), one)
    ones = b.op(
        "ConstantOfShape", b.op("Shape", mask), value=numpy_helper.from_array(np.array([1], np.int64))
    )
    step = b.op("CumSum", ones, one, exclusive=1)
    source = b.op("Unsqueeze", b.op("ScatterElements", step, slot, step, axis=1), b.int64(2))
    total = b.reduce("ReduceSum", valid, [1], keepdims=False)
    lengths = b.cast(b.op("Max", total, one), "int32")
    some = b.op("Unsqueeze", b.cast(total, "bool"), b.int64(1))
    return Compact(mask, valid, count, slot, source, lengths, some)

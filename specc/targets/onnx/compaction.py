"""Masks of any pattern on native nodes: the valid steps of each row move to the front, and back afterwards.

For a mask (batch, time) let ``count`` be the running number of valid steps and ``n`` their number in a row. A
valid step goes to slot ``count - 1``. All masked ones go to slot ``-1`` of the row: the last one, which is free,
since a row with a masked step has n < time. The node runs over time + 1 slots with sequence_lens = n and leaves
zeros behind them, so that slot ``-1`` of its output is always zero. Reading slot ``count - 1`` then gives, at
once: the output of a valid step, the previous output at a masked step, and zero before the first valid one. Read
from behind, the first valid step at or after t stands in slot ``count of those before t``.

One GatherND compacts and makes time-major, one undoes both: 2-16 % on top of the same layer without a mask where
all steps are valid, and less time than it where some are not (benchmarks/lowering.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from specc import ops
from specc.targets.onnx.builder import Builder
from specc.tensors import Value

COMPACT = "compact"


@dataclass(frozen=True)
class Compact:
    """What all layers under one mask share; int64 (batch, time, 1) unless said otherwise.

    mask: bool (batch, time). valid: the mask as 0 and 1. count: the valid steps so far. slot: where a step goes,
    -1 where masked. row: the row's own number. source: (time + 1, batch, 2), the row and step that go into a slot.
    lengths: int32 (batch,), at least 1, since cuDNN takes no 0. some: bool (batch, 1), whether any step is valid.
    """

    mask: str
    valid: str
    count: str
    slot: str
    row: str
    source: str
    lengths: str
    some: str

    def gather(self, b: Builder, x: str) -> str:
        """x (batch, time, features) -> its valid steps first, (time + 1, batch, features)."""
        key = (COMPACT, self.mask, x)
        if key not in b.twins:
            b.twins[key] = b.op("GatherND", x, self.source)
        found: str = b.twins[key]
        return found

    def spread(self, b: Builder, op: ops.Recurrent, y: str) -> str:
        """Y (time + 1, passes, batch, units) -> outputs of all steps, (batch, time, passes * units)."""
        if len(op.passes) == 1:
            joined = b.op("Squeeze", y, b.int64(1))
            output = self._spread_pass(b, op, op.passes[0], joined)
        else:
            joined = b.op("Reshape", b.op("Transpose", y, perm=[0, 2, 1, 3]), b.int64(0, 0, -1))
            if op.masked_output == "zero":  # both passes read the same slot
                output = self._spread_pass(b, op, op.passes[0], joined)
            else:
                parts = [b.op("Squeeze", part, b.int64(1)) for part in b.split(y, 2, axis=1)]
                ways = zip(op.passes, parts, strict=True)
                output = b.op("Concat", *(self._spread_pass(b, op, *way) for way in ways), axis=2)
        if op.order == "time" or not op.passes[0].reverse:
            # Another layer under this mask needs no second compaction.
            b.twins[COMPACT, self.mask, output] = joined
        return output

    def _spread_pass(self, b: Builder, op: ops.Recurrent, way: ops.Pass, steps: str) -> str:
        """steps (time + 1, batch, features) -> (batch, time, features)."""
        if op.masked_output == "zero":
            slot = self.slot
        elif way.reverse:
            before = b.op("Sub", self.count, self.valid)
            # A row without a valid step ran one step all the same, whose output stands in slot 0.
            slot = b.op("Where", b.op("Unsqueeze", self.some, b.int64(2)), before, b.scalar(-1, np.int64))
        else:
            slot = b.op("Sub", self.count, b.scalar(1, np.int64))
        flipped = way.reverse and op.order == "processing"
        if flipped:
            slot = b.flip(slot, 1)
        y = b.op("GatherND", steps, b.op("Concat", slot, self.row, axis=2))
        if op.masked_output == "state" and way.initial:
            state = b.op("Unsqueeze", b[way.initial[0]], b.int64(1))
            y = b.op("Where", self._started(b, way, flipped), y, state)
        return y

    def _started(self, b: Builder, way: ops.Pass, flipped: bool) -> str:
        """Whether a valid step was processed by now, (batch, time, 1)."""
        if way.reverse:
            before = b.op("Sub", self.count, self.valid)
            started = b.op("Less", before, b.reduce("ReduceSum", self.valid, [1], keepdims=True))
        else:
            started = b.op("Greater", self.count, b.scalar(0, np.int64))
        return b.flip(started, 1) if flipped else started

    def last_step(self, b: Builder, reverse: list[bool]) -> str:
        """Whether the last processed step is valid, (passes, batch, 1)."""
        ends = [b.op("Gather", self.mask, b.int64(0 if way else -1), axis=1) for way in reverse]
        parts = [b.op("Unsqueeze", end, b.int64(0)) for end in ends]
        return parts[0] if len(parts) == 1 else b.op("Concat", *parts, axis=0)


def find(b: Builder, mask: Value) -> Compact:
    """The compaction of a mask, made once."""
    key = (COMPACT, b[mask])
    if key not in b.twins:
        b.twins[key] = _make(b, b[mask])
    found: Compact = b.twins[key]
    return found


def _make(b: Builder, mask: str) -> Compact:
    one = b.scalar(1, np.int64)
    valid = b.cast(b.op("Unsqueeze", mask, b.int64(2)), "int64")
    count = b.op("CumSum", valid, one)
    slot = b.op("Sub", b.op("Mul", count, valid), one)
    ones = b.op("Max", valid, one)
    step = b.op("CumSum", ones, one, exclusive=1)
    row = b.op("CumSum", ones, b.scalar(0, np.int64), exclusive=1)
    source = b.op("Concat", row, b.op("ScatterElements", step, slot, step, axis=1), axis=2)
    source = b.op("Pad", source, b.int64(0, 0, 0, 0, 1, 0))
    source = b.op("Transpose", source, perm=[1, 0, 2])
    total = b.reduce("ReduceSum", valid, [1, 2], keepdims=False)
    lengths = b.cast(b.op("Max", total, one), "int32")
    some = b.op("Unsqueeze", b.cast(total, "bool"), b.int64(1))
    return Compact(mask, valid, count, slot, row, source, lengths, some)

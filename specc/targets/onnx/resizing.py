"""Repeated steps, zeros around and cut ends in ONNX."""

from __future__ import annotations

import numpy as np

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder
from specc.targets.onnx.windows import flat, give, take


def print_repeat_steps(b: Builder, op: ops.RepeatSteps, arrays: Arrays) -> str:
    """A Gather of step i // count: exact where Resize would round."""
    length = op.x.shape[op.axis]
    if isinstance(length, int):
        rows = b.constant(np.repeat(np.arange(length, dtype=np.int64), op.count))
    else:
        total = b.op("Squeeze", b.op("Mul", b.size(b[op.x], op.axis), b.int64(op.count)), b.int64(0))
        steps = b.op("Range", b.scalar(0, np.int64), total, b.scalar(1, np.int64))
        rows = b.op("Div", steps, b.scalar(op.count, np.int64))
    return b.op("Gather", b[op.x], rows, axis=op.axis)


def print_interpolate(b: Builder, op: ops.Interpolate, arrays: Arrays) -> str:
    """A linear Resize."""
    scales = b.constant([1, 1, *op.factors], np.float32)
    way = "half_pixel" if op.origin == "center" else "asymmetric"
    x = take(b, op.x, op.channels_first)
    y = b.op("Resize", x, "", scales, mode="linear", coordinate_transformation_mode=way)
    return give(b, y, op.x.rank, op.channels_first)


def print_pad(b: Builder, op: ops.Pad, arrays: Arrays) -> str:
    """Zeros of the value's own type."""
    return b.op("Pad", b[op.x], b.int64(*flat(op.around)), b.scalar(0, np.dtype(op.x.dtype)))


def print_crop(b: Builder, op: ops.Crop, arrays: Arrays) -> str:
    """A slice of every axis that loses steps."""
    cut = [(axis, ends) for axis, ends in enumerate(op.around) if any(ends)]
    if not cut:
        return b[op.x]
    starts = [before for _, (before, _) in cut]
    stops = [-after if after else np.iinfo(np.int64).max for _, (_, after) in cut]
    return b.op("Slice", b[op.x], b.int64(*starts), b.int64(*stops), b.int64(*(axis for axis, _ in cut)))

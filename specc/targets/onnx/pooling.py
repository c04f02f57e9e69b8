"""Pools in ONNX."""

from __future__ import annotations

import numpy as np
from onnx import numpy_helper

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder
from specc.targets.onnx.windows import fixed_pads, flat, give, pad, take


def print_pool(b: Builder, op: ops.Pool, arrays: Arrays) -> str:
    """MaxPool and AveragePool leave their own padding out of account."""
    x = take(b, op.x, op.channels_first)
    around = fixed_pads(op, op.window)
    if around is not None:
        return give(b, _pool(b, op, x, around), op.x.rank, op.channels_first)
    none = ((0, 0),) * len(op.sizes)
    if op.kind == "max":
        y = _pool(b, op, pad(b, op, op.window, x, -np.inf), none)
    else:
        # The mean over a padded window falls short by the share of real steps in it.
        sums = _pool(b, op, pad(b, op, op.window, x, 0.0), none)
        sizes = b.op("Slice", b.op("Shape", x), b.int64(2), b.int64(op.x.rank))
        shape = b.op("Concat", b.int64(1, 1), sizes, axis=0)
        ones = b.op("ConstantOfShape", shape, value=numpy_helper.from_array(np.ones(1, np.float32)))
        y = b.op("Div", sums, _pool(b, op, pad(b, op, op.window, ones, 0.0), none))
    return give(b, y, op.x.rank, op.channels_first)


def _pool(b: Builder, op: ops.Pool, x: str, around: tuple[tuple[int, int], ...]) -> str:
    kind = {"max": "MaxPool", "average": "AveragePool"}[op.kind]
    return b.op(kind, x, kernel_shape=list(op.window.sizes), strides=list(op.window.strides), pads=flat(around))


def print_global_pool(b: Builder, op: ops.GlobalPool, arrays: Arrays) -> str:
    """A reduction; under a mask the sum of the steps that count, by their number."""
    axes, x = list(op.axes), b[op.x]
    if op.mask is None:
        return b.reduce("ReduceMax" if op.kind == "max" else "ReduceMean", x, axes, op.keepdims)
    counts = b.op("Unsqueeze", b[op.mask], b.int64(1 if op.channels_first else 2))
    total = b.reduce("ReduceSum", b.op("Where", counts, x, b.scalar(0.0)), axes, op.keepdims)
    return b.op("Div", total, b.reduce("ReduceSum", b.cast(counts, "float32"), axes, op.keepdims))

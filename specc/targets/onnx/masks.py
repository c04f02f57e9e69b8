"""Masks, and the tests that make them, as nodes."""

from __future__ import annotations

import numpy as np
from onnx import numpy_helper

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder


def print_not_equal(b: Builder, op: ops.NotEqual, arrays: Arrays) -> str:
    if op.constant == 0:
        return b.cast(b[op.x], "bool")  # what is not zero is true
    return b.op("Not", b.op("Equal", b[op.x], b.scalar(op.constant, np.dtype(op.x.dtype))))


def print_any_not_equal(b: Builder, op: ops.AnyNotEqual, arrays: Arrays) -> str:
    x = b[op.x] if op.constant == 0 else b.op("Sub", b[op.x], b.scalar(op.constant))
    return b.cast(b.reduce("ReduceL1", x, [-1], keepdims=False), "bool")


def print_any_true(b: Builder, op: ops.AnyTrue, arrays: Arrays) -> str:
    counted = b.reduce("ReduceSum", b.cast(b[op.x], "int32"), [-1], keepdims=False)
    return b.cast(counted, "bool")


def print_logical(b: Builder, op: ops.Logical, arrays: Arrays) -> str:
    y = b[op.xs[0]]
    for x in op.xs[1:]:
        y = b.op(op.kind.capitalize(), y, b[x])
    return y


def print_all_true(b: Builder, op: ops.AllTrue, arrays: Arrays) -> str:
    shape = b.op("Slice", b.op("Shape", b[op.x]), b.int64(0), b.int64(op.rank))
    return b.op("ConstantOfShape", shape, value=numpy_helper.from_array(np.array([True])))


def print_any_non_zero(b: Builder, op: ops.AnyNonZero, arrays: Arrays) -> str:
    sums = [b.op("ReduceSum", b.op("Abs", b[x]), keepdims=0) for x in op.xs]
    total = sums[0]
    for other in sums[1:]:
        total = b.op("Add", total, other)
    return b.cast(total, "bool")

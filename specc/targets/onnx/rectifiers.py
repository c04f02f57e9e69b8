"""Rectifiers with arguments in ONNX."""

from __future__ import annotations

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder


def print_rectify(b: Builder, op: ops.Rectify, arrays: Arrays) -> str:
    """One node where there is one; else the part above the threshold, minus the part below."""
    x = b[op.x]
    if op.slope and not op.threshold and op.highest is None:
        return b.op("LeakyRelu", x, alpha=op.slope)
    y = _above(b, x, op)
    if not op.slope:
        return y
    distance = b.op("Sub", b.scalar(op.threshold), x) if op.threshold else b.op("Neg", x)
    return b.op("Sub", y, b.op("Mul", b.op("Relu", distance), b.scalar(op.slope)))


def _above(b: Builder, x: str, op: ops.Rectify) -> str:
    """What is above the threshold, up to the highest; zero elsewhere."""
    if op.threshold:
        y = b.op("ThresholdedRelu", x, alpha=op.threshold)
        return y if op.highest is None else b.op("Min", y, b.scalar(op.highest))
    return b.op("Relu", x) if op.highest is None else b.op("Clip", x, b.scalar(0), b.scalar(op.highest))


def print_rectify_each(b: Builder, op: ops.RectifyEach, arrays: Arrays) -> str:
    """PRelu, whose slopes broadcast."""
    return b.op("PRelu", b[op.x], b.weight(op.slope.name, arrays[op.slope.name]))

"""What happens to each element by itself, as nodes."""

from __future__ import annotations

import numpy as np

from specc import ops
from specc.targets.onnx.activations import print_activation
from specc.targets.onnx.builder import Arrays, Builder
from specc.tensors import Value


def print_activate(b: Builder, op: ops.Activate, arrays: Arrays) -> str:
    return print_activation(b, b[op.x], op.activation)


def print_cast(b: Builder, op: ops.Cast, arrays: Arrays) -> str:
    return b.cast(b[op.x], op.dtype)


def print_combine(b: Builder, op: ops.Combine, arrays: Arrays) -> str:
    names = [b[x] for x in op.xs]
    if op.kind in ("average", "maximum", "minimum"):
        return b.op({"average": "Mean", "maximum": "Max", "minimum": "Min"}[op.kind], *names)
    kind = {"add": "Add", "subtract": "Sub", "multiply": "Mul"}[op.kind]
    y = names[0]
    for name in names[1:]:
        y = b.op(kind, y, name)
    return y


def print_where(b: Builder, op: ops.Where, arrays: Arrays) -> str:
    other = b[op.other] if isinstance(op.other, Value) else b.scalar(op.other, np.dtype(op.chosen.dtype))
    return b.op("Where", b[op.condition], b[op.chosen], other)


def print_dropout(b: Builder, op: ops.Dropout, arrays: Arrays) -> str:
    return b[op.x]  # nothing is dropped in inference


def print_noise(b: Builder, op: ops.Noise, arrays: Arrays) -> str:
    return b[op.x]  # and nothing added

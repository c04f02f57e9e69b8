"""Products with matrices and tables, as nodes."""

from __future__ import annotations

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder


def print_linear(b: Builder, op: ops.Linear, arrays: Arrays) -> str:
    y = b.op("MatMul", b[op.x], b.weight(op.kernel.name, arrays[op.kernel.name]))
    return y if op.bias is None else b.op("Add", y, b.weight(op.bias.name, arrays[op.bias.name]))


def print_gather(b: Builder, op: ops.Gather, arrays: Arrays) -> str:
    return b.op("Gather", b.weight(op.table.name, arrays[op.table.name]), b[op.ids], axis=0)

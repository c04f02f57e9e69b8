"""Attention, and products of two values, in ONNX."""

from __future__ import annotations

import string

import numpy as np

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder
from specc.targets.onnx.normalization import lower
from specc.tensors import Value


def print_attend(b: Builder, op: ops.Attend, arrays: Arrays) -> tuple[str, str]:
    """Scores, masks, softmax, and the mean of the values."""
    scores = _SCORES[op.score](b, op, arrays)
    looked_at = _looked_at(b, op)
    if looked_at is not None:
        scores = lower(b, scores, looked_at)
    weights = b.op("Softmax", scores, axis=-1)
    y = b.op("MatMul", weights, b[op.value])
    if op.query_mask is not None:
        y = b.op("Where", b.op("Unsqueeze", b[op.query_mask], b.int64(2)), y, b.scalar(0))
    return y, weights


def _dot(b: Builder, op: ops.Attend, arrays: Arrays) -> str:
    scores = b.op("MatMul", b[op.query], b.op("Transpose", b[op.key], perm=[0, 2, 1]))
    return scores if op.scale is None else b.op("Mul", scores, b.weight(op.scale.name, arrays[op.scale.name]))


def _sums(b: Builder, op: ops.Attend) -> str:
    """q + k of every pair: (batch, queries, steps, width)."""
    return b.op("Add", b.op("Unsqueeze", b[op.query], b.int64(2)), b.op("Unsqueeze", b[op.key], b.int64(1)))


def _concat(b: Builder, op: ops.Attend, arrays: Arrays) -> str:
    assert op.concat_weight is not None
    sums = _sums(b, op)
    if op.scale is not None:
        sums = b.op("Mul", sums, b.weight(op.scale.name, arrays[op.scale.name]))
    scores = b.reduce("ReduceSum", b.op("Tanh", sums), [3], keepdims=False)
    return b.op("Mul", scores, b.weight(op.concat_weight.name, arrays[op.concat_weight.name]))


def _additive(b: Builder, op: ops.Attend, arrays: Arrays) -> str:
    tanh = b.op("Tanh", _sums(b, op))
    if op.scale is None:
        return b.reduce("ReduceSum", tanh, [3], keepdims=False)
    return b.op("MatMul", tanh, b.weight(op.scale.name, arrays[op.scale.name]))


_SCORES = {"dot": _dot, "concat": _concat, "additive": _additive}


def _looked_at(b: Builder, op: ops.Attend) -> str | None:
    """Which steps a query looks at, (batch or 1, queries or 1, steps); None for all of them."""
    steps = None if op.value_mask is None else b.op("Unsqueeze", b[op.value_mask], b.int64(1))
    if not op.causal:
        return steps
    earlier = _earlier(b, op.query, op.value)
    return earlier if steps is None else b.op("And", steps, earlier)


def _earlier(b: Builder, query: Value, value: Value) -> str:
    """(queries, steps): whether a step is no later than the query."""
    queries, steps = query.shape[1], value.shape[1]
    if isinstance(queries, int) and isinstance(steps, int):
        return b.constant(np.tri(queries, steps, dtype=bool))
    rows, columns = (_count(b, sequence) for sequence in (query, value))
    return b.op("GreaterOrEqual", b.op("Unsqueeze", rows, b.int64(1)), columns)


def _count(b: Builder, sequence: Value) -> str:
    """0, 1, 2, … for the steps of a sequence."""
    length = b.op("Gather", b.op("Shape", b[sequence]), b.scalar(1, np.int64), axis=0)
    return b.op("Range", b.scalar(0, np.int64), length, b.scalar(1, np.int64))


def print_contract(b: Builder, op: ops.Contract, arrays: Arrays) -> str:
    """A product of matrices for each row of the batch; Einsum where a value has more axes than that."""
    if max(op.x.rank, op.y.rank) > 3:
        return _einsum(b, op)
    left = _as_matrix(b, op.x, op.axes[0], last=True)
    right = _as_matrix(b, op.y, op.axes[1], last=False)
    y = b.op("MatMul", left, right)
    if op.x.rank == 2:
        return b.op("Squeeze", y, b.int64(1))
    return b.op("Squeeze", y, b.int64(2)) if op.y.rank == 2 else y


def _as_matrix(b: Builder, x: Value, axis: int, last: bool) -> str:
    """A matrix for each row of the batch, with the axis to sum over at the end or before it."""
    if x.rank == 2:
        return b.op("Unsqueeze", b[x], b.int64(1 if last else 2))
    return b[x] if axis == (2 if last else 1) else b.op("Transpose", b[x], perm=[0, 2, 1])


def _einsum(b: Builder, op: ops.Contract) -> str:
    letters = iter(string.ascii_lowercase[2:])
    sides = [
        "".join("a" if i == 0 else "b" if i == axis else next(letters) for i in range(value.rank))
        for value, axis in zip((op.x, op.y), op.axes, strict=True)
    ]
    result = "a" + "".join(side[1:].replace("b", "") for side in sides)
    return b.op("Einsum", b[op.x], b[op.y], equation=f"{sides[0]},{sides[1]}->{result}")

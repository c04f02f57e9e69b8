"""Elements in another shape or order, as nodes."""

from __future__ import annotations

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder
from specc.tensors import Shape, Value


def print_reshape(b: Builder, op: ops.Reshape, arrays: Arrays) -> str:
    if op.x.shape == op.target:
        return b[op.x]
    return b.op("Reshape", b[op.x], _target(b, op.x, op.target, op.reference))


def _target(b: Builder, x: Value, target: Shape, reference: Value | None) -> str:
    """The shape operand: 0 copies a dimension of x, one -1 is worked out, others are read off x or the
    reference."""
    entries: list[int | str] = []
    open_ = [i for i, d in enumerate(target) if not isinstance(d, int) and x.shape[i : i + 1] != (d,)]
    for i, dim in enumerate(target):
        if isinstance(dim, int):
            entries.append(dim)
        elif i not in open_:
            entries.append(0)
        elif len(open_) == 1:
            entries.append(-1)
        else:
            source = next((value for value in (x, reference) if value is not None and dim in value.shape), None)
            entries.append(-1 if source is None else b.size(b[source], source.shape.index(dim)))
    assert entries.count(-1) <= 1, (x.shape, target)
    if all(isinstance(e, int) for e in entries):
        return b.int64(*(e for e in entries if isinstance(e, int)))
    return b.op("Concat", *(e if isinstance(e, str) else b.int64(e) for e in entries), axis=0)


def print_transpose(b: Builder, op: ops.Transpose, arrays: Arrays) -> str:
    return b.op("Transpose", b[op.x], perm=list(op.order))


def print_flip(b: Builder, op: ops.Flip, arrays: Arrays) -> str:
    return b.flip(b[op.x], op.axis)


def print_repeat(b: Builder, op: ops.Repeat, arrays: Arrays) -> str:
    wide = b.op("Unsqueeze", b[op.x], b.int64(1))
    return b.op("Expand", wide, b.int64(1, op.count, 1))


def print_unsqueeze(b: Builder, op: ops.Unsqueeze, arrays: Arrays) -> str:
    return b.op("Unsqueeze", b[op.x], b.int64(op.axis))


def print_concat(b: Builder, op: ops.Concat, arrays: Arrays) -> str:
    return b.op("Concat", *(b[x] for x in op.xs), axis=op.axis)


def print_split(b: Builder, op: ops.Split, arrays: Arrays) -> tuple[str, ...]:
    return b.split(b[op.x], op.parts, axis=op.x.rank - 1)

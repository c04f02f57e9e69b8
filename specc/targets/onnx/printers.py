"""One printer an op: from a record of what it computes to nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from onnx import numpy_helper

from specc import ops
from specc.targets.onnx.activations import print_activation
from specc.targets.onnx.attention import print_attend, print_contract
from specc.targets.onnx.builder import Array, Builder
from specc.targets.onnx.convolutions import print_convolve, print_depthwise, print_transposed
from specc.targets.onnx.normalization import print_batch_norm, print_layer_norm, print_softmax, print_unit_length
from specc.targets.onnx.pooling import print_global_pool, print_pool
from specc.targets.onnx.rectifiers import print_rectify, print_rectify_each
from specc.targets.onnx.recurrent import print_recurrent
from specc.targets.onnx.resizing import print_crop, print_interpolate, print_pad, print_repeat_steps
from specc.tensors import Shape, Value

Arrays = Mapping[str, Array]


def print_op(b: Builder, op: ops.Op, arrays: Arrays) -> tuple[str, ...]:
    """Append the nodes of an op; returns the names of its outputs."""
    result = _PRINTERS[type(op)](b, op, arrays)
    return (result,) if isinstance(result, str) else result


def _linear(b: Builder, op: ops.Linear, arrays: Arrays) -> str:
    y = b.op("MatMul", b[op.x], b.weight(op.kernel.name, arrays[op.kernel.name]))
    return y if op.bias is None else b.op("Add", y, b.weight(op.bias.name, arrays[op.bias.name]))


def _activate(b: Builder, op: ops.Activate, arrays: Arrays) -> str:
    return print_activation(b, b[op.x], op.activation)


def _gather(b: Builder, op: ops.Gather, arrays: Arrays) -> str:
    return b.op("Gather", b.weight(op.table.name, arrays[op.table.name]), b[op.ids], axis=0)


def _cast(b: Builder, op: ops.Cast, arrays: Arrays) -> str:
    return b.cast(b[op.x], op.dtype)


def _reshape(b: Builder, op: ops.Reshape, arrays: Arrays) -> str:
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


def _transpose(b: Builder, op: ops.Transpose, arrays: Arrays) -> str:
    return b.op("Transpose", b[op.x], perm=list(op.order))


def _flip(b: Builder, op: ops.Flip, arrays: Arrays) -> str:
    return b.flip(b[op.x], op.axis)


def _repeat(b: Builder, op: ops.Repeat, arrays: Arrays) -> str:
    wide = b.op("Unsqueeze", b[op.x], b.int64(1))
    return b.op("Expand", wide, b.int64(1, op.count, 1))


def _unsqueeze(b: Builder, op: ops.Unsqueeze, arrays: Arrays) -> str:
    return b.op("Unsqueeze", b[op.x], b.int64(op.axis))


def _concat(b: Builder, op: ops.Concat, arrays: Arrays) -> str:
    return b.op("Concat", *(b[x] for x in op.xs), axis=op.axis)


def _split(b: Builder, op: ops.Split, arrays: Arrays) -> tuple[str, ...]:
    return b.split(b[op.x], op.parts, axis=op.x.rank - 1)


def _combine(b: Builder, op: ops.Combine, arrays: Arrays) -> str:
    names = [b[x] for x in op.xs]
    if op.kind in ("average", "maximum", "minimum"):
        return b.op({"average": "Mean", "maximum": "Max", "minimum": "Min"}[op.kind], *names)
    kind = {"add": "Add", "subtract": "Sub", "multiply": "Mul"}[op.kind]
    y = names[0]
    for name in names[1:]:
        y = b.op(kind, y, name)
    return y


def _not_equal(b: Builder, op: ops.NotEqual, arrays: Arrays) -> str:
    if op.constant == 0:
        return b.cast(b[op.x], "bool")  # what is not zero is true
    return b.op("Not", b.op("Equal", b[op.x], b.scalar(op.constant, np.dtype(op.x.dtype))))


def _any_not_equal(b: Builder, op: ops.AnyNotEqual, arrays: Arrays) -> str:
    x = b[op.x] if op.constant == 0 else b.op("Sub", b[op.x], b.scalar(op.constant))
    return b.cast(b.reduce("ReduceL1", x, [-1], keepdims=False), "bool")


def _any_true(b: Builder, op: ops.AnyTrue, arrays: Arrays) -> str:
    counted = b.reduce("ReduceSum", b.cast(b[op.x], "int32"), [-1], keepdims=False)
    return b.cast(counted, "bool")


def _logical(b: Builder, op: ops.Logical, arrays: Arrays) -> str:
    y = b[op.xs[0]]
    for x in op.xs[1:]:
        y = b.op(op.kind.capitalize(), y, b[x])
    return y


def _all_true(b: Builder, op: ops.AllTrue, arrays: Arrays) -> str:
    shape = b.op("Slice", b.op("Shape", b[op.x]), b.int64(0), b.int64(op.rank))
    return b.op("ConstantOfShape", shape, value=numpy_helper.from_array(np.array([True])))


def _any_non_zero(b: Builder, op: ops.AnyNonZero, arrays: Arrays) -> str:
    sums = [b.op("ReduceSum", b.op("Abs", b[x]), keepdims=0) for x in op.xs]
    total = sums[0]
    for other in sums[1:]:
        total = b.op("Add", total, other)
    return b.cast(total, "bool")


def _where(b: Builder, op: ops.Where, arrays: Arrays) -> str:
    other = b[op.other] if isinstance(op.other, Value) else b.scalar(op.other, np.dtype(op.chosen.dtype))
    return b.op("Where", b[op.condition], b[op.chosen], other)


def _pass_on(b: Builder, op: ops.Dropout | ops.Noise, arrays: Arrays) -> str:
    return b[op.x]  # nothing is dropped in inference, and nothing added


_PRINTERS: dict[type[ops.Op], Callable[[Builder, Any, Arrays], str | tuple[str, ...]]] = {
    ops.Activate: _activate,
    ops.AllTrue: _all_true,
    ops.AnyNonZero: _any_non_zero,
    ops.AnyNotEqual: _any_not_equal,
    ops.AnyTrue: _any_true,
    ops.Attend: print_attend,
    ops.BatchNorm: print_batch_norm,
    ops.Cast: _cast,
    ops.Combine: _combine,
    ops.Concat: _concat,
    ops.Contract: print_contract,
    ops.Convolve: print_convolve,
    ops.ConvolveDepthwise: print_depthwise,
    ops.ConvolveTransposed: print_transposed,
    ops.Crop: print_crop,
    ops.Dropout: _pass_on,
    ops.Flip: _flip,
    ops.Gather: _gather,
    ops.GlobalPool: print_global_pool,
    ops.Interpolate: print_interpolate,
    ops.LayerNorm: print_layer_norm,
    ops.Linear: _linear,
    ops.Logical: _logical,
    ops.Noise: _pass_on,
    ops.NotEqual: _not_equal,
    ops.Rectify: print_rectify,
    ops.RectifyEach: print_rectify_each,
    ops.Pad: print_pad,
    ops.Pool: print_pool,
    ops.Recurrent: print_recurrent,
    ops.Repeat: _repeat,
    ops.RepeatSteps: print_repeat_steps,
    ops.Reshape: _reshape,
    ops.Softmax: print_softmax,
    ops.Split: _split,
    ops.Transpose: _transpose,
    ops.UnitLength: print_unit_length,
    ops.Unsqueeze: _unsqueeze,
    ops.Where: _where,
}

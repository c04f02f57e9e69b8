"""Normalization and softmax in ONNX."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from specc import ops
from specc.targets.onnx.builder import Array, Arrays, Builder
from specc.tensors import Value

BILLION = 1e9
"""What Keras lowers masked scores by."""
FIRST_LAYER_NORM = 17
"""The opset that brought LayerNormalization; its kernel takes a quarter of the time of single nodes."""


def print_batch_norm(b: Builder, op: ops.BatchNorm, arrays: Arrays) -> str:
    """(x - mean) * scale + beta. The mean goes first, as x * scale would lose digits where it is large."""
    spread = arrays[op.variance.name].astype(np.float64)
    gamma = 1.0 if op.gamma is None else arrays[op.gamma.name].astype(np.float64)
    deviation = np.sqrt(spread + op.epsilon) if op.spread == "variance" else spread + op.epsilon
    scale = np.asarray(gamma / deviation, np.float32)
    y = b.op("Sub", b[op.x], _along(b, op.mean.name, arrays[op.mean.name], op.axes, op.x))
    y = b.op("Mul", y, _along(b, f"{op.mean.name.rpartition('/')[0]}/scale", scale, op.axes, op.x))
    return y if op.beta is None else b.op("Add", y, _along(b, op.beta.name, arrays[op.beta.name], op.axes, op.x))


def _along(b: Builder, name: str, array: Array, axes: Sequence[int], x: Value) -> str:
    """A weight with its lengths along the axes, so that it broadcasts to x; leading ones are left out."""
    sizes = [x.shape[axis] if axis in axes else 1 for axis in range(axes[0] if axes else 0, x.rank)]
    return b.weight(name, array.reshape([size for size in sizes if isinstance(size, int)]))


def print_layer_norm(b: Builder, op: ops.LayerNorm, arrays: Arrays) -> str:
    """One node, on the last axes, from opset 17 on; single nodes before that."""
    if b.opset < FIRST_LAYER_NORM or not op.centered:
        return _layer_norm_of_nodes(b, op, arrays)
    order = [*(axis for axis in range(op.x.rank) if axis not in op.axes), *op.axes]
    is_last = order == sorted(order)
    x = b[op.x] if is_last else b.op("Transpose", b[op.x], perm=order)
    sizes = [size for axis in op.axes if isinstance(size := op.x.shape[axis], int)]
    if op.gamma is None:
        gamma = b.constant(np.ones(sizes, np.float32))
    else:
        gamma = b.weight(op.gamma.name, arrays[op.gamma.name].reshape(sizes))
    beta = [] if op.beta is None else [b.weight(op.beta.name, arrays[op.beta.name].reshape(sizes))]
    y = b.op("LayerNormalization", x, gamma, *beta, axis=-len(op.axes), epsilon=op.epsilon)
    return y if is_last else b.op("Transpose", y, perm=[int(i) for i in np.argsort(order)])


def _layer_norm_of_nodes(b: Builder, op: ops.LayerNorm, arrays: Arrays) -> str:
    x = b[op.x]
    distance = b.op("Sub", x, b.reduce("ReduceMean", x, op.axes, keepdims=True))
    variance = b.reduce("ReduceMean", b.op("Mul", distance, distance), op.axes, keepdims=True)
    deviation = b.op("Sqrt", b.op("Add", variance, b.scalar(op.epsilon)))
    y = b.op("Div", distance if op.centered else x, deviation)
    if op.gamma is not None:
        y = b.op("Mul", y, _along(b, op.gamma.name, arrays[op.gamma.name], op.axes, op.x))
    if op.beta is not None:
        y = b.op("Add", y, _along(b, op.beta.name, arrays[op.beta.name], op.axes, op.x))
    return y


def print_unit_length(b: Builder, op: ops.UnitLength, arrays: Arrays) -> str:
    """x / sqrt(max(sum of squares, smallest))."""
    squares = b.reduce("ReduceSumSquare", b[op.x], [op.axis], keepdims=True)
    return b.op("Div", b[op.x], b.op("Sqrt", b.op("Max", squares, b.scalar(op.smallest))))


def print_softmax(b: Builder, op: ops.Softmax, arrays: Arrays) -> str:
    """Softmax along one axis or several; what a mask leaves out is lowered first, and zero afterwards if asked."""
    x = b[op.x]
    if op.mask is None:
        return _softmax(b, x, op.axes)
    mask = b[op.mask]
    if op.masking == "lower":
        return _softmax(b, lower(b, x, mask), op.axes)
    y = _softmax(b, b.op("Where", mask, x, b.scalar(-BILLION)), op.axes)
    return b.op("Where", mask, y, b.scalar(0))


def lower(b: Builder, x: str, mask: str) -> str:
    """Scores without what a mask leaves out: a billion less, so that e^x is zero unless all is left out."""
    return b.op("Where", mask, x, b.op("Sub", x, b.scalar(BILLION)))


def _softmax(b: Builder, x: str, axes: Sequence[int]) -> str:
    if len(axes) == 1:
        return b.op("Softmax", x, axis=axes[0])
    powers = b.op("Exp", b.op("Sub", x, b.reduce("ReduceMax", x, axes, keepdims=True)))
    return b.op("Div", powers, b.reduce("ReduceSum", powers, axes, keepdims=True))

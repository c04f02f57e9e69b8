"""Convolutions in ONNX: one Conv or ConvTranspose each. Explicit padding always, as TensorFlow counts it."""

from __future__ import annotations

import numpy as np

from specc import ops
from specc.targets.onnx.builder import Array, Arrays, Builder
from specc.targets.onnx.windows import fixed_pads, flat, give, pad, take
from specc.weights import Weight


def print_convolve(b: Builder, op: ops.Convolve, arrays: Arrays) -> str:
    """Kernel (*sizes, in, out) -> (out, in, *sizes)."""
    rank = len(op.window.sizes)
    kernel = arrays[op.kernel.name].transpose(rank + 1, rank, *range(rank))
    return _convolve(b, op, kernel, op.groups, arrays)


def print_convolve_depthwise(b: Builder, op: ops.ConvolveDepthwise, arrays: Arrays) -> str:
    """A group for each channel. Kernel (*sizes, channels, multiplier) -> (channels*multiplier, 1, *sizes)."""
    rank = len(op.window.sizes)
    *sizes, channels, multiplier = op.kernel.shape
    kernel = arrays[op.kernel.name].transpose(rank, rank + 1, *range(rank))
    return _convolve(b, op, kernel.reshape(channels * multiplier, 1, *sizes), channels, arrays)


def _convolve(b: Builder, op: ops.Convolve | ops.ConvolveDepthwise, kernel: Array, groups: int, arrays: Arrays) -> str:
    x = take(b, op.x, op.channels_first)
    around = fixed_pads(op, op.window)
    if around is None:
        x = pad(b, op, op.window, x, 0.0)
        around = ((0, 0),) * len(op.window.sizes)
    y = b.op(
        "Conv",
        x,
        b.weight(op.kernel.name, np.ascontiguousarray(kernel)),
        *_bias(b, op.bias, arrays),
        kernel_shape=list(op.window.sizes),
        strides=list(op.window.strides),
        dilations=list(op.window.dilations),
        pads=flat(around),
        group=groups,
    )
    return give(b, y, op.x.rank, op.channels_first)


def print_convolve_transposed(b: Builder, op: ops.ConvolveTransposed, arrays: Arrays) -> str:
    """Kernel (*sizes, out, in) -> (in, out, *sizes); what is cut off are pads, what is added is output_padding."""
    rank = len(op.strides)
    kernel = arrays[op.kernel.name].transpose(rank + 1, rank, *range(rank))
    y = b.op(
        "ConvTranspose",
        take(b, op.x, op.channels_first),
        b.weight(op.kernel.name, np.ascontiguousarray(kernel)),
        *_bias(b, op.bias, arrays),
        kernel_shape=list(op.kernel.shape[:rank]),
        strides=list(op.strides),
        dilations=list(op.dilations),
        pads=flat(tuple((before, max(after, 0)) for before, after in op.crops)),
        output_padding=[max(-after, 0) for _, after in op.crops],
    )
    return give(b, y, op.x.rank, op.channels_first)


def _bias(b: Builder, bias: Weight | None, arrays: Arrays) -> list[str]:
    return [] if bias is None else [b.weight(bias.name, arrays[bias.name])]

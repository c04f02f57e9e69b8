"""The arrays of an op, in the layout that its equations are written in."""

from __future__ import annotations

from collections.abc import Mapping

from specc import ops
from specc.stores import layouts
from specc.stores.arrays import Array


def pass_arrays(cell: ops.Cell, way: ops.Pass, arrays: Mapping[str, Array]) -> tuple[Array, Array, Array | None]:
    """Kernel, recurrent kernel and bias of a pass, in Keras's plain layout."""
    kernel, recurrent = arrays[way.kernel.name], arrays[way.recurrent_kernel.name]
    bias = None if way.bias is None else arrays[way.bias.name]
    if not way.cudnn:
        return kernel, recurrent, bias
    assert bias is not None
    convert = layouts.plain_lstm if isinstance(cell, ops.Lstm) else layouts.plain_gru
    return convert(kernel, recurrent, bias)

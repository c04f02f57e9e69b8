"""Kernels of convolutions as Keras 1 kept them.

    conv1d          (k, 1, in, filters), before 1.2 (filters, in, k, 1)
    conv2d_th       (filters, in, rows, columns), under dim_ordering "th"; conv3d_th likewise
    transposed      (rows, columns, in, filters); transposed_th (filters, in, rows, columns)

All others are as today. What Keras itself does with them: keras-team 2.2.4, saving.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from specc.stores.arrays import Array

Shape = tuple[int, ...]

_AXES: dict[str, Shape] = {
    "conv2d_th": (2, 3, 1, 0),
    "conv3d_th": (2, 3, 4, 1, 0),
    "transposed": (0, 1, 3, 2),
    "transposed_th": (2, 3, 0, 1),
}
"""The axes of a stored kernel, in today's order."""
_OLD_STEPS = (2, 3, 1, 0)


def stored_shape(form: str, shape: Shape, found: Shape) -> Shape:
    """The shape that a kernel of this shape has in the file. found: the one there, where there are several."""
    if form.startswith("conv1d"):
        size, channels, filters = shape
        old = (filters, channels, size, 1)
        return old if found == old else (size, 1, channels, filters)
    axes = _AXES.get(form)
    if axes is None:
        return shape
    stored = [0] * len(shape)
    for size, axis in zip(shape, axes, strict=True):
        stored[axis] = size
    return tuple(stored)


def modernize(form: str, array: Array, shape: Shape) -> Array:
    """A stored kernel in the order of today. shape: of the kernel today."""
    if form.startswith("conv1d"):
        size, channels, filters = shape
        wide = array.transpose(_OLD_STEPS) if array.shape == (filters, channels, size, 1) else array
        return np.ascontiguousarray(wide[:, 0])
    axes = _AXES.get(form)
    return array if axes is None else np.ascontiguousarray(array.transpose(axes))


def is_kernel(name: str, shape: Sequence[int]) -> bool:
    """Whether a weight is the kernel of a convolution."""
    return len(shape) > 2 and name.rpartition("/")[2] in ("kernel", "recurrent_kernel")

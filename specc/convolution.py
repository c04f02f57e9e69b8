"""Lengths and padding of convolutions and pools, as TensorFlow counts them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from specc.tensors import Dim

Padding = Literal["valid", "same"]
CausalPadding = Literal["valid", "same", "causal"]


def reach(kernel: int, dilation: int) -> int:
    """How many steps a kernel spans."""
    return (kernel - 1) * dilation + 1


def output_length(length: int, kernel: int, stride: int, padding: CausalPadding, dilation: int) -> int:
    """The number of positions of a kernel along an axis; 0 or less where it does not fit."""
    if padding == "valid":
        return math.ceil((length - reach(kernel, dilation) + 1) / stride)
    return math.ceil(length / stride)


def pads(length: int, kernel: int, stride: int, padding: CausalPadding, dilation: int) -> tuple[int, int]:
    """Zeros before and after an axis; of an odd number, the extra one comes after. causal: all come before."""
    if padding == "valid":
        return 0, 0
    if padding == "causal":
        return reach(kernel, dilation) - 1, 0
    total = max((math.ceil(length / stride) - 1) * stride + reach(kernel, dilation) - length, 0)
    return total // 2, total - total // 2


@dataclass(frozen=True)
class Window:
    """How a kernel or a pool moves over some axes: its size, its step and the distance of its points along each."""

    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    padding: CausalPadding

    def reach(self, axis: int) -> int:
        """How many steps it spans along an axis."""
        return reach(self.sizes[axis], self.dilations[axis])

    def keeps_length(self, axis: int) -> bool:
        """Whether it has as many positions as the axis has steps, however many these are."""
        return self.strides[axis] == 1 and (self.padding != "valid" or self.reach(axis) == 1)

    def positions(self, axis: int, length: int) -> int:
        """How many positions it has along an axis; 0 or less where it does not fit."""
        return output_length(length, self.sizes[axis], self.strides[axis], self.padding, self.dilations[axis])

    def pads(self, axis: int, length: Dim) -> tuple[int, int] | None:
        """Padding before and after an axis; None where it hangs on an unknown length."""
        size, stride, dilation = self.sizes[axis], self.strides[axis], self.dilations[axis]
        if not isinstance(length, int):
            if self.padding == "same" and stride > 1 and self.reach(axis) > 1:
                return None
            length = 1  # with a step of 1 any length has the same padding
        return pads(length, size, stride, self.padding, dilation)


@dataclass(frozen=True)
class Spread:
    """The way back through a convolution, along one axis: each step of the input adds a kernel to the output.

    Input step i adds kernel point k at i*stride + k*dilation - crop[0]; what falls outside is left out. crop: what
    is cut off the ends of the full result; below 0, zeros come on. length: steps of the output, None where unknown.
    """

    crop: tuple[int, int]
    length: int | None


def spread(
    length: Dim, kernel: int, stride: int, padding: Padding, dilation: int, output_padding: int | None
) -> Spread:
    """The transposed convolution of an axis. output_padding: steps on top of the shortest output; None lets the
    input's length times the stride decide, or what the kernel needs on top of it."""
    span = reach(kernel, dilation)
    if padding == "valid":
        extra = max(stride - span, 0) if output_padding is None else output_padding
        crop = (0, -extra)
    else:
        # The output is (n - 1)*stride + last steps long, n steps of input; cf. Keras's deconv_output_length.
        last = stride if output_padding is None else span % 2 + output_padding
        total = max(span - last, 0)
        crop = (total // 2, span - last - total // 2)
    full = (length - 1) * stride + span if isinstance(length, int) else None
    return Spread(crop, None if full is None else full - sum(crop))

"""Lengths and padding of convolutions, as TensorFlow counts them."""

from __future__ import annotations

import math
from typing import Literal

Padding = Literal["valid", "same"]


def reach(kernel: int, dilation: int) -> int:
    """How many steps a kernel spans."""
    return (kernel - 1) * dilation + 1


def output_length(length: int, kernel: int, stride: int, padding: Padding, dilation: int) -> int:
    """The number of positions of a kernel along an axis; 0 or less where it does not fit."""
    if padding == "same":
        return math.ceil(length / stride)
    return math.ceil((length - reach(kernel, dilation) + 1) / stride)


def pads(length: int, kernel: int, stride: int, padding: Padding, dilation: int) -> tuple[int, int]:
    """Zeros before and after an axis; of an odd number, the extra one comes after."""
    if padding == "valid":
        return 0, 0
    total = max((math.ceil(length / stride) - 1) * stride + reach(kernel, dilation) - length, 0)
    return total // 2, total - total // 2

"""Pools: the largest or the mean of what lies in a window, or of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.convolution import Window
from specc.ops.base import Op, Result
from specc.ops.convolution import Spatial
from specc.tensors import Shape, Value


@dataclass(frozen=True, eq=False)
class Pool(Spatial):
    """The largest or the mean of each window; padding does not count."""

    kind: Literal["max", "average"]
    window: Window

    def result(self) -> tuple[Result, ...]:
        return self.with_channels(self.channels)


@dataclass(frozen=True, eq=False)
class GlobalPool(Op):
    """The largest or the mean along all sizes of x: (batch, *sizes, channels), or channels before the sizes.

    keepdims: the sizes stay, with length 1. mask: bool (batch, time), for means over time: the mean of the steps
    that count; not a number where none does.
    """

    x: Value
    channels_first: bool
    kind: Literal["max", "average"]
    keepdims: bool
    mask: Value | None = None

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes of the sizes."""
        start = 2 if self.channels_first else 1
        return tuple(range(start, start + self.x.rank - 2))

    def result(self) -> tuple[Result, ...]:
        kept: Shape = tuple(1 if axis in self.axes else dim for axis, dim in enumerate(self.x.shape))
        left: Shape = tuple(dim for axis, dim in enumerate(self.x.shape) if axis not in self.axes)
        return ((kept if self.keepdims else left, self.x.dtype),)

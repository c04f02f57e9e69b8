"""Sizes made larger or smaller: repeated steps, zeros around, ends cut off. x: any rank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.ops.base import Op, Result
from specc.tensors import Shape, Value


@dataclass(frozen=True, eq=False)
class RepeatSteps(Op):
    """Each step along an axis ``count`` times in a row; shape: the result's."""

    x: Value
    axis: int
    count: int
    shape: Shape

    def result(self) -> tuple[Result, ...]:
        return ((self.shape, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Interpolate(Op):
    """Images (batch, height, width, channels), or channels first, enlarged bilinearly by whole factors.

    origin: pixel i of the result lies at i/factor ("corner"), or at (i + 1/2)/factor - 1/2 ("center"), both
    clipped to the image.
    """

    x: Value
    channels_first: bool
    factors: tuple[int, int]
    origin: Literal["corner", "center"]
    shape: Shape

    def result(self) -> tuple[Result, ...]:
        return ((self.shape, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Pad(Op):
    """Zeros before and after each axis of x."""

    x: Value
    around: tuple[tuple[int, int], ...]
    shape: Shape

    def result(self) -> tuple[Result, ...]:
        return ((self.shape, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Crop(Op):
    """Steps cut off both ends of each axis of x."""

    x: Value
    around: tuple[tuple[int, int], ...]
    shape: Shape

    def result(self) -> tuple[Result, ...]:
        return ((self.shape, self.x.dtype),)

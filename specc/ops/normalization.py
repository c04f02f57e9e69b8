"""What moves and scales values by their mean and deviation, or by their sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.ops.base import Op, Result
from specc.tensors import Value
from specc.weights import Weight


@dataclass(frozen=True, eq=False)
class BatchNorm(Op):
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta, with statistics that training keeps as it goes.

    axes: those that the weights have a length along, ascending, without the batch. Weights: (size,) of a single
        axis, else of the rank of x, 1 where no axis is.
    momentum: in training ``mean = momentum * mean + (1 - momentum) * the batch's``, and so the variance, of which
        n / (n - d) is kept for n numbers and each d of ``degrees``.
    frozen: training uses the kept statistics too; keeps: training changes them.
    renorms: training corrects the statistics of a batch towards the kept ones (Ioffe 2017).
    mask: bool, of the rank of x less one; what it leaves out does not count in the statistics of a batch.
    spread: whether ``variance`` holds that, or a "deviation", which is used as gamma * (x - mean) / (deviation +
        epsilon) + beta.
    """

    x: Value
    axes: tuple[int, ...]
    gamma: Weight | None
    beta: Weight | None
    mean: Weight
    variance: Weight
    epsilon: float
    momentum: float
    spread: Literal["variance", "deviation"] = "variance"
    degrees: tuple[float, ...] = ()
    frozen: bool = False
    keeps: bool = True
    renorms: bool = False
    mask: Value | None = None

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "float32"),)


@dataclass(frozen=True, eq=False)
class LayerNorm(Op):
    """gamma * (x - mean) / sqrt(variance + epsilon) + beta, with the mean and variance of each x along the axes.

    axes: ascending, without the batch. gamma and beta: the sizes along the axes, in C order.
    centered: whether the mean is subtracted (the variance is around it in any case).
    """

    x: Value
    axes: tuple[int, ...]
    gamma: Weight | None
    beta: Weight | None
    epsilon: float
    centered: bool = True

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "float32"),)


@dataclass(frozen=True, eq=False)
class UnitLength(Op):
    """x / sqrt(max(sum of x^2 along an axis, smallest))."""

    x: Value
    axis: int
    smallest: float

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "float32"),)


@dataclass(frozen=True, eq=False)
class Softmax(Op):
    """e^x over the sum of e^x along the axes, all of them at once.

    mask: bool, broadcasts to x; what it leaves out is lowered by a billion ("lower"), which leaves nothing of it
        unless all is left out, or is put at minus a billion and zero in the result ("zero").
    """

    x: Value
    axes: tuple[int, ...]
    mask: Value | None = None
    masking: Literal["lower", "zero"] = "lower"

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "float32"),)

"""Products: with matrices and tables, and of two values."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ops.base import Op, Result
from specc.tensors import Shape, Value
from specc.weights import Weight


@dataclass(frozen=True, eq=False)
class Linear(Op):
    """x . kernel + bias on the last axis. x: (..., in), kernel: (in, out), bias: (out,)."""

    x: Value
    kernel: Weight
    bias: Weight | None

    def result(self) -> tuple[Result, ...]:
        return (((*self.x.shape[:-1], self.kernel.shape[1]), "float32"),)


@dataclass(frozen=True, eq=False)
class Gather(Op):
    """Rows of a table. ids: whole numbers of any shape, table: (rows, width) -> (*ids, width)."""

    ids: Value
    table: Weight

    def result(self) -> tuple[Result, ...]:
        return (((*self.ids.shape, self.table.shape[1]), "float32"),)


@dataclass(frozen=True, eq=False)
class Contract(Op):
    """The sum of products along an axis of each of two values, row by row of the batch.

    x: (batch, ..., n, ...), y: (batch, ..., n, ...); axes: where n stands in each. Result: the batch, what is left
    of x, what is left of y; (batch, 1) where nothing is.
    """

    x: Value
    y: Value
    axes: tuple[int, int]

    def result(self) -> tuple[Result, ...]:
        left, right = (
            tuple(d for i, d in enumerate(v.shape) if i not in (0, axis))
            for v, axis in zip((self.x, self.y), self.axes, strict=True)
        )
        shape: Shape = (self.x.shape[0], *left, *right)
        return ((shape if len(shape) > 1 else (*shape, 1), "float32"),)

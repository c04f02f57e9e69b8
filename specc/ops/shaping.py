"""The same elements in another shape or order."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ops.base import Op, Result
from specc.tensors import Dim, Shape, Value


@dataclass(frozen=True, eq=False)
class Reshape(Op):
    """The same elements in C order under another shape.

    reference: a value in whose shape every unknown dimension of ``target`` stands that ``x`` lacks; None where
    at most one dimension has to be worked out.
    """

    x: Value
    target: Shape
    reference: Value | None = None

    def result(self) -> tuple[Result, ...]:
        return ((self.target, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Transpose(Op):
    """Axes in another order; ``order`` counts the batch as 0."""

    x: Value
    order: tuple[int, ...]

    def result(self) -> tuple[Result, ...]:
        return ((tuple(self.x.shape[axis] for axis in self.order), self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Flip(Op):
    """The same elements in reverse order along an axis."""

    x: Value
    axis: int

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Repeat(Op):
    """x: (batch, features) -> (batch, count, features)."""

    x: Value
    count: int

    def result(self) -> tuple[Result, ...]:
        batch, features = self.x.shape
        return (((batch, self.count, features), self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Unsqueeze(Op):
    """A new axis of length 1."""

    x: Value
    axis: int

    def result(self) -> tuple[Result, ...]:
        return (((*self.x.shape[: self.axis], 1, *self.x.shape[self.axis :]), self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Concat(Op):
    """Values joined along an axis; ``length`` is the resulting dimension."""

    xs: tuple[Value, ...]
    axis: int
    length: Dim

    def result(self) -> tuple[Result, ...]:
        shape = list(self.xs[0].shape)
        shape[self.axis] = self.length
        return ((tuple(shape), self.xs[0].dtype),)


@dataclass(frozen=True, eq=False)
class Split(Op):
    """Equal parts along the last axis."""

    x: Value
    parts: int

    def result(self) -> tuple[Result, ...]:
        width = self.x.shape[-1]
        assert isinstance(width, int)
        return (((*self.x.shape[:-1], width // self.parts), self.x.dtype),) * self.parts

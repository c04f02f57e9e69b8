"""Masks: made from values, and joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.ops.base import Op, Result, broadcast
from specc.tensors import Value


@dataclass(frozen=True, eq=False)
class AnyNotEqual(Op):
    """Whether any element along the last axis is not the constant."""

    x: Value
    constant: float

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape[:-1], "bool"),)


@dataclass(frozen=True, eq=False)
class AnyTrue(Op):
    """Whether any element along the last axis is true."""

    x: Value

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape[:-1], "bool"),)


@dataclass(frozen=True, eq=False)
class Logical(Op):
    """Masks of one rank joined elementwise, with broadcasting."""

    kind: Literal["and", "or"]
    xs: tuple[Value, ...]

    def result(self) -> tuple[Result, ...]:
        return ((broadcast(*(x.shape for x in self.xs)), "bool"),)


@dataclass(frozen=True, eq=False)
class AllTrue(Op):
    """A mask of the first ``rank`` dimensions of x that is true everywhere."""

    x: Value
    rank: int

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape[: self.rank], "bool"),)


@dataclass(frozen=True, eq=False)
class AnyNonZero(Op):
    """Whether any element of any of the values is not zero: a single bool."""

    xs: tuple[Value, ...]

    def result(self) -> tuple[Result, ...]:
        return (((), "bool"),)

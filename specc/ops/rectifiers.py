"""Rectifiers with parameters of their own."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ops.base import Op, Result
from specc.tensors import Value
from specc.weights import Weight


@dataclass(frozen=True, eq=False)
class Rectify(Op):
    """x where it is above the threshold, at most ``highest``; else slope * (x - threshold)."""

    x: Value
    threshold: float
    slope: float
    highest: float | None

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "float32"),)


@dataclass(frozen=True, eq=False)
class RectifyEach(Op):
    """x where it is above zero, else slope * x. slope: broadcasts to x without the batch."""

    x: Value
    slope: Weight

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "float32"),)

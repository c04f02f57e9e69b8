"""What happens to each element by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.activations import Activation
from specc.ops.base import Op, Result, broadcast
from specc.tensors import DType, Shape, Value


@dataclass(frozen=True, eq=False)
class Activate(Op):
    """An activation, elementwise or over the last axis. glu halves the last axis."""

    x: Value
    activation: Activation

    def result(self) -> tuple[Result, ...]:
        shape = self.x.shape
        if self.activation.name == "glu":
            assert isinstance(shape[-1], int)
            shape = (*shape[:-1], shape[-1] // 2)
        return ((shape, "float32"),)


@dataclass(frozen=True, eq=False)
class Cast(Op):
    """Conversion of the element type; float to int truncates."""

    x: Value
    dtype: DType

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, self.dtype),)


@dataclass(frozen=True, eq=False)
class NotEqual(Op):
    """x != constant, elementwise: bool."""

    x: Value
    constant: float

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "bool"),)


@dataclass(frozen=True, eq=False)
class Combine(Op):
    """An elementwise function of several values, with NumPy's broadcasting; ``shape`` is the result's."""

    kind: Literal["add", "subtract", "multiply", "average", "maximum", "minimum"]
    xs: tuple[Value, ...]
    shape: Shape

    def result(self) -> tuple[Result, ...]:
        return ((self.shape, "float32"),)


@dataclass(frozen=True, eq=False)
class Where(Op):
    """``chosen`` where the condition holds, else ``other``, a value or a number.

    The condition broadcasts, and so do the two values where they have one rank.
    """

    condition: Value
    chosen: Value
    other: Value | float = 0.0

    def result(self) -> tuple[Result, ...]:
        shapes = [v.shape for v in (self.chosen, self.other) if isinstance(v, Value)]
        return ((broadcast(*shapes), self.chosen.dtype),)

"""The types of what flows between layers: shapes with named unknown dimensions.

Shapes include the batch. A dimension is a whole number, or the name of one that only a run knows: ``batch``,
``time``, ``time_1``, … The names become the dimension names of the ONNX file.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

Dim = int | str
Shape = tuple[Dim, ...]
DType = Literal["float32", "int32", "int64", "bool"]


@dataclass(frozen=True, eq=False)
class Value:
    """A tensor in a program: an input, a carried state or the result of an op. Compared by identity."""

    name: str
    shape: Shape
    dtype: DType = "float32"

    @property
    def rank(self) -> int:
        return len(self.shape)


class Tensor(NamedTuple):
    """What a layer takes and returns: a value, and its mask where it has one.

    mask: bool, (batch, time), true where a step counts.
    """

    value: Value
    mask: Value | None = None

    @property
    def shape(self) -> Shape:
        return self.value.shape


def show(shape: Shape) -> str:
    """A shape as users read it: ``(batch, time, 64)``."""
    return f"({', '.join(str(d) for d in shape)}{',' if len(shape) == 1 else ''})"


def element_count(shape: Shape) -> int | None:
    """The number of elements, or None where a dimension is unknown."""
    sizes = [d for d in shape if isinstance(d, int)]
    return math.prod(sizes) if len(sizes) == len(shape) else None

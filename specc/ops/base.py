"""What every op is: a record of what it computes, with the values and weights that it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeVar

from specc.tensors import DType, Shape, Value
from specc.weights import Weight

Result = tuple[Shape, DType]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Op:
    """The base of all ops."""

    def result(self) -> tuple[Result, ...]:
        """Shape and dtype of each output."""
        raise NotImplementedError

    def operands(self) -> Iterator[Value]:
        """The values that the op reads."""
        yield from _find(self, Value)

    def weights(self) -> Iterator[Weight]:
        """The weights that the op reads."""
        yield from _find(self, Weight)


@dataclass(frozen=True, eq=False)
class Part:
    """A record inside an op that holds values and weights of its own."""


def broadcast(*shapes: Shape) -> Shape:
    """The shape of an elementwise result; all shapes have one rank, and agree but for axes of length 1."""
    return tuple(next((d for d in dims if d != 1), 1) for dims in zip(*shapes, strict=True))


def _find(record: object, kind: type[T]) -> Iterator[T]:
    """The values, or the weights, that stand in the fields of a record, parts of it included."""
    for item in fields(record):  # type: ignore[arg-type]
        for entry in _entries(getattr(record, item.name)):
            if isinstance(entry, kind):
                yield entry
            elif isinstance(entry, Part):
                yield from _find(entry, kind)


def _entries(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)

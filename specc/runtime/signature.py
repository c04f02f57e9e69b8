"""What a compiled model takes and returns: names, element types, shapes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from specc.tensors import Dim, Shape, show

Array = np.ndarray[Any, np.dtype[Any]]

_ELEMENT_TYPES = {
    "tensor(float)": "float32",
    "tensor(double)": "float64",
    "tensor(float16)": "float16",
    "tensor(bool)": "bool",
    **{f"tensor({kind}{bits})": f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)},
}


class SessionError(ValueError):
    """A model that cannot be run, or a call that does not fit the model; ``hint`` is what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(f"{message}; {hint}" if hint else message)


@dataclass(frozen=True)
class Slot:
    """One input or output of a model.

    dtype: None for what NumPy has no type for (bfloat16, sequences): onnxruntime judges those alone.
    """

    name: str
    shape: Shape
    dtype: np.dtype[Any] | None

    def __str__(self) -> str:
        return f"`{self.name}`: {self.dtype or 'any'} {show(self.shape)}"


def read_slots(arguments: Iterable[Any]) -> tuple[Slot, ...]:
    """Slots from onnxruntime's NodeArgs; an unknown dimension without a name gets one of its own."""
    return tuple(_read_slot(argument) for argument in arguments)


def _read_slot(argument: Any) -> Slot:
    dims: list[Dim] = []
    for index, dim in enumerate(argument.shape or ()):
        dims.append(dim if isinstance(dim, int | str) and dim != "" else f"{argument.name}[{index}]")
    kind = _ELEMENT_TYPES.get(argument.type)
    return Slot(argument.name, tuple(dims), None if kind is None else np.dtype(kind))

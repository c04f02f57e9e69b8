"""One array in a file: known by name, shape and type before it is read, and float32 after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from specc.diagnostics import Diagnostic, Findings, Path, SpecError
from specc.tensors import show
from specc.weights import Weight

Array = NDArray[np.float32]
Stored = NDArray[Any]

FLOATS = ("float32", "float16", "bfloat16", "float64")


@dataclass(frozen=True)
class StoreFile:
    """The file that weights come from.

    title: the file as the user wrote it. blame: the place in the spec that names it.
    """

    path: FilePath
    title: str
    blame: Path

    def fault(self, code: str, message: str, hint: str | None = None) -> SpecError:
        """The error that ends the reading of this file."""
        return SpecError([Diagnostic(code, self.blame, message, hint)])

    def damaged(self, what: str) -> SpecError:
        """The error for a file that breaks its own format."""
        return self.fault("W402", f"`{self.title}` is damaged: {what}", "save or copy the file again")

    def refused(self, what: str) -> SpecError:
        """The error for a file that asks for something unsafe."""
        return self.fault("W403", f"`{self.title}` is refused: {what}", "save the weights again, as plain arrays")


@dataclass(frozen=True)
class StoredArray:
    """An array that has not been read.

    dtype: ``float32``, ``int64``, … as users call it. read: gives float16, float32 or float64 of this shape;
    called only where the shape is the one that the spec asks for.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    read: Callable[[], Stored]


def list_names(names: Sequence[str], most: int = 3) -> str:
    """Names as messages list them: `a`, `b`, `c` and 4 more."""
    shown = ", ".join(f"`{name}`" for name in names[:most]) or "none"
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def check_types(pairs: Iterable[tuple[StoredArray, Weight]], store: StoreFile, findings: Findings) -> None:
    """Report the arrays that are no floats: nothing else is converted without loss of meaning."""
    for stored, weight in pairs:
        if stored.dtype not in FLOATS:
            findings.add(
                Diagnostic(
                    "W407",
                    weight.path[:-1],
                    f"`{stored.name}` in `{store.title}` holds {stored.dtype}, expected float32",
                    "float16, bfloat16, float32 and float64 are read; convert the array before it is saved",
                )
            )


def to_float32(array: Stored, weight: Weight, store: StoreFile, findings: Findings) -> Array:
    """The array as float32, C-contiguous; warns of values that are not finite, or no longer."""
    with np.errstate(over="ignore", invalid="ignore"):
        result: Array = np.asarray(array, np.float32, order="C")
    finite = np.isfinite(result)
    if not finite.all():
        flat = int(np.argmin(finite))
        place = tuple(int(i) for i in np.unravel_index(flat, result.shape))
        first, count = array[place], int(finite.size - np.count_nonzero(finite))
        reason = "beyond the range of float32" if np.isfinite(first) else "not finite"
        findings.add(
            Diagnostic(
                "W412",
                weight.path[:-1],
                f"`{weight.name}` in `{store.title}` holds {count} value{'s' if count > 1 else ''} that "
                f"{'are' if count > 1 else 'is'} {reason}: the first is {first} at {show(place)}",
                "outputs that depend on them will be nan or infinite",
                severity="warning",
            )
        )
    return result


def from_bfloat16(bits: NDArray[np.uint16]) -> Array:
    """bfloat16 as float32, exactly: it is float32 without the lower half."""
    return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)

"""Declarations of weights: what a layer needs, before any array exists.

Shapes and gate blocks are Keras's: ``kernel (features, gates * units)``, blocks i|f|c|o for LSTM and z|r|h for
GRU, so that importing a file copies nothing. ``specc.stores`` binds arrays to these declarations.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from specc.diagnostics import Path

ITEM_BYTES = 4  # float32


_NONE: Mapping[str, Any] = {}


class Initializer(NamedTuple):
    """How a weight starts: a law of ``specc.stores.laws`` and its arguments.

    block_of_ones: (k, n): of n equal blocks the one at k starts at one, the others follow the law; the forget
        gate of an LSTM's bias.
    """

    kind: str
    arguments: Mapping[str, float | int | str | bool | None] = _NONE
    block_of_ones: tuple[int, int] | None = None

    def __hash__(self) -> int:
        """pydantic copies a default that has none, arguments and all, for every layer that it makes."""
        return hash(self.kind)


class Regularizer(NamedTuple):
    """A penalty on a weight or an output: l1 * sum|w| + l2 * sum(w^2), or one of the other documented kinds."""

    kind: str
    arguments: Mapping[str, float | int | str | bool | None] = _NONE


class Constraint(NamedTuple):
    """What a weight is projected on after each training step."""

    kind: str
    arguments: Mapping[str, float | int | str | bool | list[int] | None] = _NONE


@dataclass(frozen=True, eq=False)
class Weight:
    """One array that a layer declares, named ``<layer>/<weight>``; compared by identity.

    path: the field to blame where a stored array has another shape.
    layer: the top-level layer that owns it; Keras files are bound layer by layer.
    trainable: whether training changes it. is_statistic: whether training keeps count of it by other means.
    """

    name: str
    shape: tuple[int, ...]
    initializer: Initializer
    layer: str
    path: Path
    regularizer: Regularizer | None = None
    constraint: Constraint | None = None
    trainable: bool = True
    is_statistic: bool = False

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        return self.size * ITEM_BYTES


def show_bytes(count: int) -> str:
    """A number of bytes as people read it: ``512 bytes``, ``48.5 KiB``."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if size < 1024 or unit == "PiB":
            break
        size /= 1024
    return f"{count} bytes" if unit == "bytes" else f"{size:.1f} {unit}"

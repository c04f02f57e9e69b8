"""Weights as layers declare them, written by hand, and what binding them to a file gives."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest

from specc.diagnostics import Findings, SpecError
from specc.stores import bind
from specc.stores.arrays import Array
from specc.weights import Initializer, Weight

ZEROS = Initializer("zeros")


def declare(
    layer: str,
    *arrays: tuple[str, tuple[int, ...]],
    blame: str = "units",
    index: int = 0,
    path: tuple[str | int, ...] | None = None,
) -> list[Weight]:
    """The weights of one layer: (name below the layer, shape)."""
    where = path if path is not None else ("layers", index)
    return [Weight(f"{layer}/{name}", shape, ZEROS, layer, (*where, blame)) for name, shape in arrays]


def recurrent(
    layer: str, features: int, units: int, gates: int, *, index: int = 0, bias: tuple[int, ...] | None = None
) -> list[Weight]:
    """kernel, recurrent_kernel and bias; an empty bias shape leaves the bias out."""
    arrays = [("kernel", (features, gates * units)), ("recurrent_kernel", (units, gates * units))]
    shape = (gates * units,) if bias is None else bias
    return declare(layer, *arrays, *([("bias", shape)] if shape else []), index=index)


def lstm(layer: str, features: int, units: int, index: int = 0) -> list[Weight]:
    return recurrent(layer, features, units, 4, index=index)


def gru(layer: str, features: int, units: int, index: int = 0, *, reset_after: bool = False) -> list[Weight]:
    return recurrent(layer, features, units, 3, index=index, bias=(2, 3 * units) if reset_after else None)


def dense(layer: str, features: int, units: int, index: int = 0) -> list[Weight]:
    return declare(layer, ("kernel", (features, units)), ("bias", (units,)), index=index)


def embedding(layer: str, rows: int, width: int, index: int = 0) -> list[Weight]:
    return declare(layer, ("embeddings", (rows, width)), blame="input_dim", index=index)


def bidirectional_lstm(layer: str, features: int, units: int, index: int = 0) -> list[Weight]:
    arrays: list[tuple[str, tuple[int, ...]]] = []
    for side in ("forward", "backward"):
        arrays += [
            (f"{side}/kernel", (features, 4 * units)),
            (f"{side}/recurrent_kernel", (units, 4 * units)),
            (f"{side}/bias", (4 * units,)),
        ]
    return declare(layer, *arrays, path=("layers", index, "layer"))


def values(weights: Iterable[Weight], seed: int = 0) -> dict[str, Array]:
    """A random array for each weight."""
    random = np.random.default_rng(seed)
    return {weight.name: random.standard_normal(weight.shape, dtype=np.float32) for weight in weights}


def rounded(shape: tuple[int, ...], seed: int) -> Array:
    """The recorded vectors' own generator: (RandomState(seed).rand - 0.5) * 2, to two digits."""
    random: Any = np.random.RandomState(seed)
    return np.asarray(np.round((random.rand(*shape) - 0.5) * 2, 2), np.float32)


def bound(weights: Sequence[Weight], file: FilePath, findings: Findings | None = None) -> dict[str, Array]:
    """What ``bind`` gives for a file."""
    return bind(weights, store=file, seed=0, dialect="keras2", findings=findings)


def survives(weights: Sequence[Weight], file: FilePath) -> bool:
    """Whether binding ends well, or with findings about weights; every other exception goes through."""
    try:
        bound(weights, file)
    except SpecError as error:
        return all(diagnostic.code.startswith("W4") for diagnostic in error.diagnostics)
    return True


def refusals(weights: Sequence[Weight], file: FilePath) -> list[str]:
    """What a user is told: code, path, message and hint of each finding, the file's folder left out."""
    with pytest.raises(SpecError) as error:
        bound(weights, file)
    return [
        f"{d.code} {'.'.join(map(str, d.path))}: {d.message}".replace(str(file), file.name)
        + (f" | {d.hint}" if d.hint else "")
        for d in error.value.diagnostics
    ]

"""What the targets are run on: seeded inputs of several batch sizes, lengths and patterns of masked steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from specc import ops
from specc.ops import Program
from specc.tensors import Value

Array = np.ndarray[Any, np.dtype[Any]]
Feed = dict[str, Array]

BATCHES = (1, 4)
LENGTHS = (7, 16)
PATTERNS = ("no mask", "left", "right", "holes", "whole rows")
_FEW = 4  # whole numbers that no table limits are below this


@dataclass(frozen=True)
class Case:
    """Calls that follow one another, and perhaps what they should give."""

    name: str
    calls: tuple[Feed, ...]
    expected: Mapping[str, Array] | None = None


def make_cases(program: Program, seed: int) -> Iterator[Case]:
    """Every batch size, length and pattern that the model leaves open; two calls where it has states."""
    generator = np.random.default_rng(seed)
    dims = [_settle(program, dim) for value in program.inputs for dim in value.shape]
    batches = BATCHES if "batch" in dims else (None,)
    lengths = LENGTHS if any(isinstance(dim, str) and dim != "batch" for dim in dims) else (None,)
    patterns = PATTERNS if _is_masked(program) else PATTERNS[:1]
    for batch in batches:
        for steps in lengths:
            for pattern in patterns:
                calls = 2 if program.states else 1
                feeds = [_feed(program, batch or 1, steps or 1, pattern, generator) for _ in range(calls)]
                parts = (f"batch {batch}" if batch else "", f"{steps} steps" if steps else "", pattern)
                yield Case(", ".join(part for part in parts if part), tuple(feeds))


def recorded_case(program: Program, arrays: Mapping[str, Array]) -> Case:
    """A user's own inputs and outputs, by name or as ``in0``, …, ``out0``, …; ValueError where some are missing."""
    inputs = [value.name for value in program.inputs]
    outputs = [name for name, _ in program.outputs]
    taken = {**_take(arrays, inputs, "in"), **_take(arrays, outputs, "out")}
    missing = [name for name in (*inputs, *outputs) if name not in taken]
    if missing:
        raise ValueError(f"it holds no {', '.join(missing)}; names are those of the model, or in0, …, out0, …")
    return Case("recorded", ({name: taken[name] for name in inputs},), {name: taken[name] for name in outputs})


def _take(arrays: Mapping[str, Array], names: Sequence[str], prefix: str) -> dict[str, Array]:
    numbered = {name: f"{prefix}{i}" for i, name in enumerate(names)}
    return {name: arrays[key] for name in names for key in (name, numbered[name]) if key in arrays}


def _settle(program: Program, dim: int | str) -> int | str:
    return program.dimension_names.get(dim, dim) if isinstance(dim, str) else dim


def _is_masked(program: Program) -> bool:
    makers = (ops.NotEqual, ops.AnyNotEqual)
    return any(isinstance(step.op, makers) for step in program.steps) or any(v.dtype == "bool" for v in program.inputs)


def _feed(program: Program, batch: int, steps: int, pattern: str, generator: np.random.Generator) -> Feed:
    feed = {}
    for value in program.inputs:
        sizes = [_settle(program, dim) for dim in value.shape]
        shape = [d if isinstance(d, int) else batch if d == "batch" else steps for d in sizes]
        feed[value.name] = _input(program, value, shape, _mask(pattern, shape, generator), generator)
    return feed


def _input(program: Program, value: Value, shape: Sequence[int], mask: Array, generator: np.random.Generator) -> Array:
    """Random numbers; masked steps hold what masks them."""
    if value.dtype == "bool":
        return np.broadcast_to(mask.reshape(*mask.shape, *[1] * (len(shape) - mask.ndim)), shape).copy()
    rows = _rows(program, value)
    if rows is not None or value.dtype != "float32":
        ids = generator.integers(1, max(2, rows or _FEW), shape).astype(value.dtype)
        ids[~mask] = 0
        return ids
    x: Array = generator.uniform(-1.5, 1.5, shape).astype(np.float32)
    if len(shape) > 2:
        x[~mask] = next((s.op.constant for s in program.steps if isinstance(s.op, ops.AnyNotEqual)), 0.0)
    return x


def _rows(program: Program, value: Value) -> int | None:
    """How many rows every table has whose rows this input picks; None where it picks none."""
    ids = {id(value)}
    rows = []
    for step in program.steps:
        match step.op:
            case ops.Reshape(x=x) | ops.Cast(x=x) if id(x) in ids:
                ids.update(map(id, step.outputs))
            case ops.Gather(ids=x, table=table) if id(x) in ids:
                rows.append(table.shape[0])
    return min(rows, default=None)


def _mask(pattern: str, shape: Sequence[int], generator: np.random.Generator) -> Array:
    """(batch, steps), true where a step counts; whole rows: the first row has none, others have holes."""
    mask = np.ones(tuple(shape[:2]), bool)
    if mask.ndim < 2 or pattern == "no mask":
        return mask
    rows, steps = mask.shape
    cut = generator.integers(0, steps, rows)
    places = np.arange(steps)
    if pattern == "left":
        return np.asarray(places >= cut[:, None])
    if pattern == "right":
        return np.asarray(places < np.maximum(cut, 1)[:, None])
    mask = generator.random((rows, steps)) < 0.6
    if pattern == "whole rows":
        mask[0] = False
    return mask

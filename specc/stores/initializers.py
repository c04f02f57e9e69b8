"""The documented initializers: arrays drawn from seeded laws.

Each weight draws from a generator of its own, so that adding a layer changes no other layer's values.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from specc.stores.arrays import Array
from specc.stores.laws import FACTS, Facts, find_fans, split_gates
from specc.weights import Weight

Shape = tuple[int, ...]
Arguments = Mapping[str, float | int | str | bool | None]
Random = np.random.Generator

# The deviation of a standard normal that is redrawn beyond two: what Keras divides by to keep the variance.
TRUNCATED_DEVIATION = 0.87962566103423978


def draw(weight: Weight, *, seed: int, dialect: str, gates: int = 1) -> Array:
    """The array that a weight starts with.

    seed: the spec's. An initializer with a ``seed`` of its own draws from that one instead; the weight's name
    goes into both. gates: how many are fused in the weight; only keras1 draws them one by one.
    """
    law, facts = weight.initializer, FACTS[dialect]
    random = _generator(weight.name, seed, law.arguments.get("seed"))

    def sample(shape: Shape) -> Array:
        return LAWS[law.kind](shape, law.arguments, facts, random)

    if law.block_of_ones is not None:
        place, count = law.block_of_ones
        units = weight.shape[-1] // count
        blocks = [
            sample((place * units,)),
            np.ones(units, np.float32),
            sample(((count - place - 1) * units,)),
        ]
    elif facts.gate_by_gate and gates > 1:
        blocks = [sample(split_gates(weight.shape, gates)) for _ in range(gates)]
    else:
        return sample(weight.shape)
    return np.concatenate(blocks, axis=-1)


def _generator(name: str, seed: int, own: object) -> Random:
    """Seeded by name and seed; a different stream for every pair of them."""
    key = ["spec", seed, name] if own is None else ["initializer", own, name]
    digest = hashlib.sha256(json.dumps(key).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))


def _number(arguments: Arguments, name: str, default: float) -> float:
    value = arguments.get(name, default)
    assert isinstance(value, float | int), f"{name} is {value!r}"
    return float(value)


def _uniform(shape: Shape, low: float, high: float, random: Random) -> Array:
    values = random.random(shape, dtype=np.float32)
    values *= np.float32(high - low)
    values += np.float32(low)
    return values


def _normal(shape: Shape, mean: float, deviation: float, random: Random) -> Array:
    values = random.standard_normal(shape, dtype=np.float32)
    values *= np.float32(deviation)
    values += np.float32(mean)
    return values


def _truncated(shape: Shape, mean: float, deviation: float, random: Random) -> Array:
    """A normal whose values beyond two deviations are drawn again."""
    values = random.standard_normal(math.prod(shape), dtype=np.float32)
    outside = np.flatnonzero(np.abs(values) > 2)
    while outside.size:
        values[outside] = random.standard_normal(outside.size, dtype=np.float32)
        outside = outside[np.abs(values[outside]) > 2]
    values *= np.float32(deviation)
    values += np.float32(mean)
    return values.reshape(shape)


def _zeros(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    return np.zeros(shape, np.float32)


def _ones(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    return np.ones(shape, np.float32)


def _constant(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    return np.full(shape, _number(arguments, "value", 0.0), np.float32)


def _random_normal(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    return _normal(shape, _number(arguments, "mean", 0.0), _number(arguments, "stddev", 0.05), random)


def _truncated_normal(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    """No correction of the variance: the deviation comes out at 0.88 of ``stddev``, as in every Keras."""
    return _truncated(shape, _number(arguments, "mean", 0.0), _number(arguments, "stddev", 0.05), random)


def _random_uniform(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    low, high = _number(arguments, "minval", -0.05), _number(arguments, "maxval", 0.05)
    return _uniform(shape, low, high, random)


def _scaled(shape: Shape, scale: float, mode: str, distribution: str, facts: Facts, random: Random) -> Array:
    """Mean 0 and variance scale / n, where n is fan_in, fan_out or their mean."""
    fan_in, fan_out = find_fans(shape, facts)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    variance = scale / max(1.0, n)
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return _uniform(shape, -limit, limit, random)
    assert distribution in ("normal", "truncated_normal", "untruncated_normal"), distribution
    if distribution == "untruncated_normal" or not facts.truncated_scaling:
        return _normal(shape, 0.0, math.sqrt(variance), random)
    return _truncated(shape, 0.0, math.sqrt(variance) / TRUNCATED_DEVIATION, random)


def _variance_scaling(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    mode, distribution = arguments.get("mode", "fan_in"), arguments.get("distribution", "normal")
    return _scaled(shape, _number(arguments, "scale", 1.0), str(mode), str(distribution), facts, random)


def _scaling(scale: float, mode: str, distribution: str) -> Callable[[Shape, Arguments, Facts, Random], Array]:
    """One of the named cases of variance scaling."""

    def law(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
        return _scaled(shape, scale, mode, distribution, facts, random)

    return law


def _orthogonal(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    """Orthonormal rows or columns, whichever are fewer, of the array as (all axes but the last, last)."""
    rows, columns = math.prod(shape[:-1]), shape[-1]
    basis = _orthonormal(random.standard_normal((max(rows, columns), min(rows, columns))))
    if rows < columns:
        basis = basis.T
    gain = _number(arguments, "gain", facts.orthogonal_gain)
    return np.ascontiguousarray((gain * basis).reshape(shape), dtype=np.float32)


def _orthonormal(a: NDArray[np.float64]) -> NDArray[np.float64]:
    """Q of a = Q.R with a positive diagonal of R, which makes Q unique and uniform over orthonormal matrices.

    A tall a is well conditioned, and then the Cholesky factor of a'a is that R to the last digits, in a
    quarter of the time that QR takes (29 ms against 125 for 2048 x 512, on two cores).
    """
    rows, columns = a.shape
    if rows >= 2 * columns and columns > 1:
        lower = np.linalg.cholesky(a.T @ a)
        return a @ np.linalg.inv(lower).T
    q, r = np.linalg.qr(a)
    return q * np.where(np.diag(r) < 0, -1.0, 1.0)


def _identity(shape: Shape, arguments: Arguments, facts: Facts, random: Random) -> Array:
    rows, columns = shape
    if facts.identity == "tiled":
        short = min(shape)
        eye = np.tile(np.eye(short, dtype=np.float32), (rows // short, columns // short))
    else:
        eye = np.eye(rows, columns, dtype=np.float32)
    return eye * np.float32(_number(arguments, "gain", 1.0))


LAWS: dict[str, Callable[[Shape, Arguments, Facts, Random], Array]] = {
    "zeros": _zeros,
    "ones": _ones,
    "constant": _constant,
    "random_normal": _random_normal,
    "random_uniform": _random_uniform,
    "truncated_normal": _truncated_normal,
    "variance_scaling": _variance_scaling,
    "orthogonal": _orthogonal,
    "identity": _identity,
    "glorot_uniform": _scaling(1.0, "fan_avg", "uniform"),
    "glorot_normal": _scaling(1.0, "fan_avg", "normal"),
    "he_uniform": _scaling(2.0, "fan_in", "uniform"),
    "he_normal": _scaling(2.0, "fan_in", "normal"),
    "lecun_uniform": _scaling(1.0, "fan_in", "uniform"),
    "lecun_normal": _scaling(1.0, "fan_in", "normal"),
}

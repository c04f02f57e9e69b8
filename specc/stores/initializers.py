"""The documented initializers: arrays drawn from seeded distributions.

Each weight draws from a generator of its own, so that adding a layer changes no other layer's values.
"""

from __future__ import annotations

import hashlib
import json
import math

import numpy as np
from numpy.typing import NDArray

from specc.stores import distributions
from specc.stores.arrays import Array
from specc.stores.distributions import Block, find_blocks
from specc.weights import Weight

Shape = tuple[int, ...]
Random = np.random.Generator


def draw(weight: Weight, *, seed: int, dialect: str, gates: int = 1) -> Array:
    """The array that a weight starts with.

    seed: the spec's. An initializer with a ``seed`` of its own draws from that one instead; the weight's name
    goes into both. gates: how many are fused in the weight; only keras1 draws them one by one.
    """
    random = _generator(weight.name, seed, weight.initializer.arguments.get("seed"))
    blocks = [_sample(block, random) for block in find_blocks(weight, dialect, gates)]
    return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=-1)


def _generator(name: str, seed: int, own: object) -> Random:
    """Seeded by name and seed; a different stream for every pair of them."""
    key = ["spec", seed, name] if own is None else ["initializer", own, name]
    digest = hashlib.sha256(json.dumps(key).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "little")))


def _sample(block: Block, random: Random) -> Array:
    shape = block.shape
    match block.distribution:
        case distributions.Constant(value):
            return np.full(shape, value, np.float32)
        case distributions.Uniform(low, high):
            return _uniform(shape, low, high, random)
        case distributions.Normal(mean, deviation, truncated):
            return (_truncated if truncated else _normal)(shape, mean, deviation, random)
        case distributions.Orthogonal(gain):
            return _orthogonal(shape, gain, random)
        case distributions.Identity(gain, tiled):
            return _identity(shape, gain, tiled)


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


def _orthogonal(shape: Shape, gain: float, random: Random) -> Array:
    rows, columns = math.prod(shape[:-1]), shape[-1]
    basis = _orthonormal(random.standard_normal((max(rows, columns), min(rows, columns))))
    if rows < columns:
        basis = basis.T
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


def _identity(shape: Shape, gain: float, tiled: bool) -> Array:
    rows, columns = shape
    if tiled:
        short = min(shape)
        eye = np.tile(np.eye(short, dtype=np.float32), (rows // short, columns // short))
    else:
        eye = np.eye(rows, columns, dtype=np.float32)
    return eye * np.float32(gain)

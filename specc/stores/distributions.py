"""What an initializer means for an array of a shape: the numbers that a target draws by. No numpy here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from specc.stores.laws import FACTS, Facts, find_fans, split_gates
from specc.weights import Initializer, Weight

Shape = tuple[int, ...]

# The deviation of a standard normal that is redrawn beyond two: what Keras divides by to keep the variance.
TRUNCATED_DEVIATION = 0.87962566103423978


@dataclass(frozen=True)
class Constant:
    """One number everywhere."""

    value: float


@dataclass(frozen=True)
class Uniform:
    """From low to high."""

    low: float
    high: float


@dataclass(frozen=True)
class Normal:
    """truncated: values beyond two deviations are drawn again, which leaves 0.88 of the deviation."""

    mean: float
    deviation: float
    truncated: bool = False


@dataclass(frozen=True)
class Orthogonal:
    """Orthonormal rows or columns, whichever are fewer, of the array as (all axes but the last, last), times gain."""

    gain: float


@dataclass(frozen=True)
class Identity:
    """gain on the main diagonal. tiled: one square identity, repeated along the longer side."""

    gain: float
    tiled: bool


Distribution = Constant | Uniform | Normal | Orthogonal | Identity


@dataclass(frozen=True)
class Block:
    """A part of a weight that is drawn by itself."""

    shape: Shape
    distribution: Distribution


def find_blocks(weight: Weight, dialect: str, gates: int = 1) -> tuple[Block, ...]:
    """What lies side by side on the last axis of a weight: one block, or the bias of the forget gate between others,
    or the gates as keras1 draws them. gates: how many are fused in the weight."""
    law, facts = weight.initializer, FACTS[dialect]
    if law.block_of_ones is not None:
        place, count = law.block_of_ones
        units = weight.shape[-1] // count
        before, after = (place * units,), ((count - place - 1) * units,)
        ones = Block((units,), Constant(1.0))
        return (Block(before, find(law, before, facts)), ones, Block(after, find(law, after, facts)))
    if facts.gate_by_gate and gates > 1:
        shape = split_gates(weight.shape, gates)
        return (Block(shape, find(law, shape, facts)),) * gates
    return (Block(weight.shape, find(law, weight.shape, facts)),)


def find(law: Initializer, shape: Shape, facts: Facts) -> Distribution:
    """The distribution of an initializer for a shape."""

    def number(name: str, default: float) -> float:
        value = law.arguments.get(name, default)
        assert isinstance(value, float | int), f"{name} is {value!r}"
        return float(value)

    def scaled(scale: float, mode: str, distribution: str) -> Distribution:
        return _scaled(shape, scale, mode, distribution, facts)

    laws: dict[str, Callable[[], Distribution]] = {
        "zeros": lambda: Constant(0.0),
        "ones": lambda: Constant(1.0),
        "constant": lambda: Constant(number("value", 0.0)),
        "random_normal": lambda: Normal(number("mean", 0.0), number("stddev", 0.05)),
        "random_uniform": lambda: Uniform(number("minval", -0.05), number("maxval", 0.05)),
        # No correction of the variance: the deviation comes out at 0.88 of ``stddev``, as in every Keras.
        "truncated_normal": lambda: Normal(number("mean", 0.0), number("stddev", 0.05), truncated=True),
        "variance_scaling": lambda: scaled(
            number("scale", 1.0),
            str(law.arguments.get("mode", "fan_in")),
            str(law.arguments.get("distribution", "normal")),
        ),
        "orthogonal": lambda: Orthogonal(number("gain", facts.orthogonal_gain)),
        "identity": lambda: Identity(number("gain", 1.0), facts.identity == "tiled"),
        "glorot_uniform": lambda: scaled(1.0, "fan_avg", "uniform"),
        "glorot_normal": lambda: scaled(1.0, "fan_avg", "normal"),
        "he_uniform": lambda: scaled(2.0, "fan_in", "uniform"),
        "he_normal": lambda: scaled(2.0, "fan_in", "normal"),
        "lecun_uniform": lambda: scaled(1.0, "fan_in", "uniform"),
        "lecun_normal": lambda: scaled(1.0, "fan_in", "normal"),
    }
    return laws[law.kind]()


def _scaled(shape: Shape, scale: float, mode: str, distribution: str, facts: Facts) -> Distribution:
    """Mean 0 and variance scale / n, where n is fan_in, fan_out or their mean."""
    fan_in, fan_out = find_fans(shape, facts)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    variance = scale / max(1.0, n)
    if distribution == "uniform":
        limit = math.sqrt(3 * variance)
        return Uniform(-limit, limit)
    assert distribution in ("normal", "truncated_normal", "untruncated_normal"), distribution
    if distribution == "untruncated_normal" or not facts.truncated_scaling:
        return Normal(0.0, math.sqrt(variance))
    return Normal(0.0, math.sqrt(variance) / TRUNCATED_DEVIATION, truncated=True)

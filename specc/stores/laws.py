"""What an initializer's law needs of a weight, and what the dialects decide about it. No numpy here."""

import math
from typing import Literal, NamedTuple

from specc.diagnostics import Diagnostic
from specc.tensors import show
from specc.weights import Weight

LARGEST_ARGUMENT = 1e37  # what a normal draws from it still fits float32, which ends at 3.4e38


class Facts(NamedTuple):
    """What changed between the dialects.

    identity: of a matrix that is not square: refused; one identity repeated along the longer side; or ones on
        the main diagonal only, so that a fused recurrent kernel starts its first gate alone.
    vector_fans: of a vector of n: both n, or both sqrt(n).
    orthogonal_vectors: a vector may be orthogonal (a row of length one).
    truncated_scaling: normals with scaled variance stop at two deviations, and are widened to make up for it.
    gate_by_gate: a fused array is drawn gate by gate, as the separate arrays of Keras 1 were.
    orthogonal_gain: the gain where the initializer names none.
    """

    identity: Literal["square", "tiled", "diagonal"] = "diagonal"
    vector_fans: Literal["length", "root"] = "length"
    orthogonal_vectors: bool = False
    truncated_scaling: bool = True
    gate_by_gate: bool = False
    orthogonal_gain: float = 1.0


FACTS: dict[str, Facts] = {
    "keras1": Facts("square", "root", True, truncated_scaling=False, gate_by_gate=True, orthogonal_gain=1.1),
    "keras2": Facts("tiled", "root", True),
    "tf.keras": Facts(),
    "keras3": Facts(),
}


def split_gates(shape: tuple[int, ...], gates: int) -> tuple[int, ...]:
    """The shape of one gate's block, on the last axis."""
    return (*shape[:-1], shape[-1] // gates)


def find_fans(shape: tuple[int, ...], facts: Facts) -> tuple[float, float]:
    """(fan_in, fan_out) of an array; the fan_out of a fused kernel counts all its gates."""
    if len(shape) < 2:
        size = math.prod(shape)
        fan = math.sqrt(size) if facts.vector_fans == "root" else float(size)
        return fan, fan
    receptive = math.prod(shape[:-2])
    return float(shape[-2] * receptive), float(shape[-1] * receptive)


def find_misfit(weight: Weight, dialect: str, gates: int = 1) -> Diagnostic | None:
    """Why the weight's initializer cannot make it, or None. gates: those fused in the weight."""
    facts, law = FACTS[dialect], weight.initializer
    shape = split_gates(weight.shape, gates) if facts.gate_by_gate else weight.shape
    own = weight.name.rpartition("/")[2]
    path = (*weight.path[:-1], "recurrent_initializer" if own == "recurrent_kernel" else f"{own}_initializer")
    for name, value in law.arguments.items():
        if isinstance(value, float | int) and name != "seed" and not abs(value) <= LARGEST_ARGUMENT:
            message = f"`{name}` of `{law.kind}` is {value:g}, expected a number within 1e37, for float32 weights"
            return Diagnostic("W411", path, message)
    wanted = _wants(law.kind, shape, facts)
    if wanted is None:
        return None
    message = f"`{law.kind}` wants {wanted}, `{weight.name}` is {show(shape)}"
    if shape != weight.shape:
        message += " for each gate"
    return Diagnostic("W411", path, message, "glorot_uniform takes every shape, zeros suits biases")


def _wants(kind: str, shape: tuple[int, ...], facts: Facts) -> str | None:
    """What the law asks for, where the shape does not offer it."""
    if kind == "orthogonal" and len(shape) < 2 and not facts.orthogonal_vectors:
        return "two dimensions or more"
    if kind != "identity":
        return None
    if len(shape) != 2:
        return "a matrix"
    short, long = sorted(shape)
    if facts.identity == "square" and short != long:
        return "a square matrix in this dialect"
    if facts.identity == "tiled" and long % short:
        return "a matrix whose long side is a multiple of the short one in this dialect"
    return None

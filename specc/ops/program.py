"""A program: ops in an order in which they can run."""

from dataclasses import dataclass, field
from typing import NamedTuple

from specc.ops.base import Op
from specc.tensors import Dim, Value
from specc.weights import Regularizer, Weight


@dataclass(frozen=True, eq=False)
class Step:
    """An op in a program, with the values that it puts out."""

    op: Op
    outputs: tuple[Value, ...]


class CarriedState(NamedTuple):
    """A state that goes from call to call: ``after`` of one call is ``before`` of the next."""

    layer: str
    state: str
    before: Value
    after: Value


class ActivityPenalty(NamedTuple):
    """A regularizer on what a layer returns, for targets that train.

    per_example: each value's penalty is divided by its batch size.
    """

    regularizer: Regularizer
    values: tuple[Value, ...]
    per_example: bool


@dataclass(eq=False, repr=False)
class Program:
    """What a target prints. ``outputs`` pairs the names of the file's outputs with values.

    dimension_names: unknown dimensions that turned out to be another one, or a number.
    """

    inputs: list[Value] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    outputs: list[tuple[str, Value]] = field(default_factory=list)
    states: list[CarriedState] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    activity_penalties: list[ActivityPenalty] = field(default_factory=list)
    dimension_names: dict[str, Dim] = field(default_factory=dict)

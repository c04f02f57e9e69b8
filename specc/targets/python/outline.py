"""A program as the reader of generated code sees it: layer by layer, under the names that the spec gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from specc.diagnostics import Path
from specc.ops import Program, Step
from specc.stores.distributions import Block
from specc.tensors import Shape, Value


@dataclass(frozen=True)
class Layer:
    """What a target says of a layer: its name and class, where it stands in the source, what it puts out.

    outputs: pairs of a readable name, such as ``lstm`` or ``lstm.state_h``, and a value.
    """

    name: str
    type: str
    path: Path
    inputs: tuple[Shape, ...]
    outputs: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Passage:
    """The steps that compute a layer."""

    layer: Layer
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Outline:
    """What a Python target prints, and how it introduces the module.

    name, description: the model's own. facts: lines such as the dialect, for the docstring. starts: how each weight
    starts, by name, for targets that train.
    """

    name: str
    description: str
    program: Program
    layers: Sequence[Layer]
    facts: Mapping[str, str] = field(default_factory=dict)
    starts: Mapping[str, Sequence[Block]] = field(default_factory=dict)

    def passages(self) -> tuple[Passage, ...]:
        """The steps in their order, by the layer that they belong to."""
        made = {id(value): index for index, step in enumerate(self.program.steps) for value in step.outputs}
        passages, start = [], 0
        for layer in self.layers:
            ends = [made[id(value)] + 1 for _, value in layer.outputs if id(value) in made]
            stop = max([start, *ends])
            passages.append(Passage(layer, tuple(self.program.steps[start:stop])))
            start = stop
        if passages and start < len(self.program.steps):
            last = passages.pop()
            passages.append(Passage(last.layer, (*last.steps, *self.program.steps[start:])))
        return tuple(passages)

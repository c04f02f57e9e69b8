"""What Keras 3 would compute: the layers of a model built once more, under Keras 3's facts.

The layers themselves know what Keras 3 does with masks, states and arguments. So the target needs no knowledge of its
own: it builds a layer as it would print it, and compares the result with what the model means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.diagnostics import Findings
from specc.dialects import Dialect
from specc.layers.base import CalledLayer
from specc.layers.site import Arguments, Dimensions, Fault, Site
from specc.ops import Op, Program
from specc.targets.keras.terms import Terms
from specc.tensors import Tensor, Value
from specc.weights import Weight


@dataclass
class Rehearsal:
    """A program that grows as Keras 3 would compute it.

    terms: compare its values with the model's; trained: the same, with what matters in training alone.
    """

    dialect: Dialect
    terms: Terms
    trained: Terms
    program: Program = field(default_factory=Program)
    dimensions: Dimensions = field(default_factory=Dimensions)

    def site(self, name: str, owner: str, weights: Mapping[str, Weight], dialect: Dialect | None = None) -> Site:
        """Where a layer of the model is built with the weights that it has there.

        owner: the layer's first call, which the weights are named by. dialect: other facts.
        """
        return Site(
            type="",
            layer=name,
            scope=owner,
            path=(),
            dialect=dialect or self.dialect,
            program=self.program,
            findings=Findings(),
            dimensions=self.dimensions,
            shared=weights,
        )

    def build(self, site: Site, layer: CalledLayer, arguments: Arguments) -> tuple[Tensor, ...] | None:
        """What the layer returns; None where Keras 3 refuses it."""
        start = len(self.program.steps)
        try:
            return layer.build(site._replace(type=layer.type), arguments)
        except Fault:
            return None
        finally:
            self._learn(start)

    def alias(self, name: str, meant: str) -> None:
        """Let an input count as the model's that has another name."""
        for terms in (self.terms, self.trained):
            terms.aliases[name] = meant

    def emit(self, site: Site, op: Op) -> Value:
        """A value that the printed code computes itself."""
        start = len(self.program.steps)
        value = site.emit_one(op)
        self._learn(start)
        return value

    def _learn(self, start: int) -> None:
        for terms in (self.terms, self.trained):
            terms.learn(self.program.steps[start:])

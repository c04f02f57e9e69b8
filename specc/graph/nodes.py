"""The records of the graph."""

from typing import NamedTuple

from specc.diagnostics import Path
from specc.layers.base import Layer
from specc.layers.shared import Shared
from specc.ops import CarriedState, Program
from specc.tensors import Tensor
from specc.weights import Weight


class Node(NamedTuple):
    """A layer in the graph. inputs: the references that it is called on, states and masks after the inputs.

    again: where this is a further call of an earlier layer, what the spec says of that call. shares: that layer's
    name; it has the weights.
    """

    name: str
    layer: Layer
    path: Path
    inputs: tuple[str, ...]
    outputs: tuple[Tensor, ...]
    weights: tuple[Weight, ...]
    states: tuple[CarriedState, ...]
    shares: str | None = None
    again: Shared | None = None

    @property
    def call(self) -> Layer:
        """What says which inputs, states and masks the layer is called on."""
        return self.layer if self.again is None else self.again


class Graph(NamedTuple):
    """What a spec means: the layers that reach an output, and the program that they lower to.

    left_out: the layers that reach none; a Keras file of the model holds their weights too.
    """

    nodes: tuple[Node, ...]
    program: Program
    left_out: tuple[Node, ...] = ()

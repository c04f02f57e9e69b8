"""Where a layer is being built: its place in the source, its dialect, and the program that it adds to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from specc.diagnostics import Diagnostic, Findings, Part, Path, Place
from specc.dialects import Dialect
from specc.ops import ActivityPenalty, CarriedState, Op, Program, Step
from specc.tensors import Dim, Shape, Tensor, Value, show
from specc.weights import Constraint, Initializer, Regularizer, Weight

if TYPE_CHECKING:
    from specc.layers.base import Layer


class Fault(Exception):
    """A layer cannot be built; the graph stage collects these, one a layer.

    about_input: because of the shape or the type of its input, whatever else the layer is.
    """

    def __init__(self, diagnostic: Diagnostic, about_input: bool = False) -> None:
        self.diagnostic = diagnostic
        self.about_input = about_input
        super().__init__(diagnostic.message)


@dataclass(eq=False, repr=False)
class Dimensions:
    """The names of unknown dimensions: time, time_1, …"""

    names: list[str] = field(default_factory=list)
    aliases: dict[str, Dim] = field(default_factory=dict)

    def fresh(self) -> str:
        """A name that no dimension has yet."""
        self.names.append(f"time_{len(self.names)}" if self.names else "time")
        return self.names[-1]

    def unify(self, a: Dim, b: Dim) -> Dim:
        """Note that two dimensions are the same one; returns it. Two different sizes are the caller's to refuse."""
        a, b = self.settle(a), self.settle(b)
        if a == b:
            return a
        if isinstance(b, str):
            self.aliases[b] = a
            return a
        assert isinstance(a, str)
        self.aliases[a] = b
        return b

    def settle(self, dim: Dim) -> Dim:
        """What a dimension is known to be by now."""
        root = dim
        while isinstance(root, str) and root in self.aliases:
            root = self.aliases[root]
        while isinstance(dim, str) and dim != root:
            above = self.aliases[dim]
            self.aliases[dim] = root  # the next time it is one step
            dim = above
        return root

    def rename(self, used: Iterable[Dim]) -> dict[str, Dim]:
        """What each name stands for in the end: a number, or a name of those that are left, counted anew.

        used: the dimensions that readers of the file see, in their order.
        """
        final, names = Dimensions(), set(self.names)
        chosen: dict[Dim, str] = {}
        for name in (*(dim for dim in used if dim in names), *self.names):
            root = self.settle(name)
            if isinstance(root, str) and root not in chosen:
                chosen[root] = final.fresh()
        return {name: chosen.get(root, root) for name in self.names for root in (self.settle(name),)}

    @staticmethod
    def product(*dims: Dim) -> Dim:
        """The product of dimensions; a name such as ``batch*time`` where one is unknown."""
        if all(isinstance(d, int) for d in dims):
            return math.prod(d for d in dims if isinstance(d, int))
        return "*".join(str(d) for d in dims if d != 1)


class Origin(NamedTuple):
    """Where an input of a layer comes from, for messages: the layer's class, name and place in the source.

    layer: None for an input that the first layer made for itself, or a layer with mistakes.
    is_own: the layer made this input for itself; the path is then that of its input shape.
    """

    type: str
    name: str
    path: Path
    layer: Layer | None
    is_own: bool = False

    @property
    def holds_batch(self) -> bool:
        """Whether it is an input whose shape is written with the batch."""
        return self.path[-1] == "batch_input_shape" or getattr(self.layer, "batch_shape", None) is not None


class Arguments(NamedTuple):
    """What a layer is called on: its inputs, and what else the spec hands it.

    initial_state: None where the spec names none. mask: the explicit one, which wins over the inputs' own.
    masks: the same where a layer takes one for each input.
    """

    inputs: tuple[Tensor, ...]
    initial_state: tuple[Tensor, ...] | None = None
    mask: Value | None = None
    masks: tuple[Value | None, ...] | None = None

    @property
    def x(self) -> Tensor:
        """The only input."""
        assert len(self.inputs) == 1
        return self.inputs[0]

    @property
    def masked(self) -> Tensor:
        """The only input, under the explicit mask where there is one."""
        return self.x if self.mask is None else Tensor(self.x.value, self.mask)


class Site(NamedTuple):
    """A layer's window on the program under construction.

    layer: the name of the top-level layer. scope: the prefix of weight names (``bidirectional/forward``).
    origins: where the inputs come from, in their order.
    shared: the weights of the first call by name, where this is a further call of the same layer.
    """

    type: str
    layer: str
    scope: str
    path: Path
    dialect: Dialect
    program: Program
    findings: Findings
    dimensions: Dimensions
    origins: tuple[Origin, ...] = ()
    trainable: bool = True
    shared: Mapping[str, Weight] | None = None

    def nested(self, type_: str, step: str, *path: str | int) -> Site:
        """The site of a layer inside this one: its weights are called ``<scope>/<step>/<weight>``."""
        return self._replace(type=type_, scope=f"{self.scope}/{step}", path=(*self.path, *path))

    def emit(self, op: Op) -> tuple[Value, ...]:
        """Append an op; returns its outputs."""
        kind = type(op).__name__.lower()
        number = len(self.program.steps)
        outputs = tuple(
            Value(f"{self.scope}/{kind}_{number}" + (f"_{i}" if i else ""), shape, dtype)
            for i, (shape, dtype) in enumerate(op.result())
        )
        self.program.steps.append(Step(op, outputs))
        return outputs

    def emit_one(self, op: Op) -> Value:
        """Append an op that has one output; returns it."""
        (output,) = self.emit(op)
        return output

    def weight(
        self,
        name: str,
        shape: tuple[int, ...],
        initializer: Initializer,
        blame: str,
        regularizer: Regularizer | None = None,
        constraint: Constraint | None = None,
        *,
        trainable: bool = True,
    ) -> Weight:
        """Declare a weight; ``blame`` is the field that decides its size.

        trainable: False for what training keeps count of by other means, such as a moving mean.
        """
        if self.shared is not None:
            return self._share(self.shared[f"{self.scope}/{name}"], shape)
        learns = self.trainable and trainable
        weight = Weight(
            name=f"{self.scope}/{name}",
            shape=shape,
            initializer=initializer,
            layer=self.layer,
            path=(*self.path, blame),
            regularizer=regularizer if learns or self.dialect.penalizes_frozen_weights else None,
            constraint=constraint,
            trainable=learns,
            is_statistic=not trainable,
        )
        self.program.weights.append(weight)
        return weight

    def _share(self, weight: Weight, shape: tuple[int, ...]) -> Weight:
        """The weight of the layer's first call, which this input must suit too."""
        if weight.shape != shape:
            self.fail(
                "G342",
                f"{self.title} calls `{weight.layer}` again, whose `{weight.name.rpartition('/')[2]}` is "
                f"{show(weight.shape)}; this input{self.source_of()} needs {show(shape)}",
                field="inputs",
                hint="a shared layer takes inputs of one width",
            )
        return weight

    def penalize(self, regularizer: Regularizer | None, values: tuple[Value, ...]) -> None:
        """Put an activity regularizer on what the layer returns."""
        if regularizer is not None:
            penalty = ActivityPenalty(regularizer, values, self.dialect.activity_penalty_per_example)
            self.program.activity_penalties.append(penalty)

    def state_before(self, name: str, shape: Shape) -> Value:
        """The value that a carried state has when a call begins."""
        return Value(f"{self.layer}.{name}.in", shape)

    def carry(self, name: str, before: Value, after: Value) -> None:
        """Hand a state on to the next call."""
        self.program.states.append(CarriedState(self.layer, name, before, after))

    def fail(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        hint: str | None = None,
        related: tuple[Place, ...] = (),
        part: str = "value",
        about_input: bool = False,
    ) -> NoReturn:
        """Give up on this layer with a finding at one of its fields (or at the layer itself).

        about_input: the shape of its input is wrong; where the layer gives that shape itself, it is to blame.
        """
        path = self.path if field is None else (*self.path, field)
        if about_input and self.origins and self.origins[0].is_own:
            path = self.origins[0].path
        side: Part = "key" if part == "key" else "value"
        raise Fault(Diagnostic(code, path, message, hint, related=related, part=side), about_input)

    def warn(self, code: str, message: str, *, field: str | None = None, hint: str | None = None) -> None:
        """Report something that the user should know and that stops nothing."""
        path = self.path if field is None else (*self.path, field)
        self.findings.add(Diagnostic(code, path, message, hint, severity="warning"))

    @property
    def title(self) -> str:
        """The layer as messages call it: LSTM `encoder`, or LSTM in `encoder` for one inside a wrapper."""
        return f"{self.type} {'in ' if '/' in self.scope else ''}`{self.layer}`"

    def source_of(self, index: int = 0) -> str:
        """Where an input comes from, as messages say it: "from LSTM `lstm`"."""
        if index >= len(self.origins):
            return ""
        origin = self.origins[index]
        if origin.is_own:
            return " from its own input shape"
        return f" from {origin.type} `{origin.name}`"

    def places(self, index: int = 0) -> tuple[Place, ...]:
        """The second location of a finding about an input."""
        if index >= len(self.origins) or self.origins[index].is_own:
            return ()
        origin = self.origins[index]
        return (Place(origin.path, f"`{origin.name}` is here"),)

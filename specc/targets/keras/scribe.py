"""The body of ``build`` in the making: statements, and what each value is called in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from specc import ops
from specc.targets.keras.constructors import code
from specc.targets.keras.terms import Terms
from specc.targets.python import Unsupported
from specc.targets.python.names import Names
from specc.tensors import Shape, Value

WIDTH = 88 - len("    ")
"""Columns that a statement of ``build`` has."""
_FUNCTIONS = {"and": "logical_and", "or": "logical_or"}


@dataclass
class Scribe:
    """Writes statements. codes: what values are called, by their terms. layers: the variables of layers by their
    names in Keras; only those that a statement has made."""

    terms: Terms
    names: Names
    statements: list[Markup] = field(default_factory=list)
    codes: dict[int, Markup] = field(default_factory=dict)
    layers: dict[str, Markup] = field(default_factory=dict)

    def assign(self, wanted: str, expression: Markup) -> Markup:
        """Give an expression a name; returns it."""
        name = self.fresh(wanted)
        self.statements.append(name + Markup(" = ") + expression)
        return name

    def fresh(self, wanted: str) -> Markup:
        """A new identifier."""
        return Markup(self.names.unique(wanted))

    def call(self, targets: Markup, constructor: Markup, name: str, arguments: Markup, *, again: bool) -> None:
        """Call a layer: in one statement, or in two where it is called again or the line gets too long."""
        if name not in self.layers:
            line = Markup("{} = {}({})").format(targets, constructor, arguments)
            if len(line) <= WIDTH and not again:
                self.statements.append(line)
                return
            self.layers[name] = self.assign(f"{name}_layer", constructor)
        self.statements.append(Markup("{} = {}({})").format(targets, self.layers[name], arguments))

    def __getitem__(self, value: Value) -> Markup:
        """The code of a value: of a layer's output, or of a mask, which gets its own statement."""
        term = self.terms[value]
        if term not in self.codes:
            self.codes[term] = self.assign(f"{value.name.partition('/')[0]}_mask", self._mask(value))
        return self.codes[term]

    def _mask(self, value: Value) -> Markup:
        """How a mask is computed. Raises Unsupported for one that only a layer computes."""
        match self.terms.maker(value):
            case ops.NotEqual(x=x, constant=constant):
                return _call("not_equal", self[x], code(_whole(constant, x)))
            case ops.AnyNotEqual(x=x, constant=constant):
                return _call("any", _call("not_equal", self[x], code(constant)), "axis=-1")
            case ops.AnyTrue(x=x):
                return _call("any", self[x], "axis=-1")
            case ops.Logical(kind=kind, xs=xs):
                joined = self[xs[0]]
                for x in xs[1:]:
                    joined = _call(_FUNCTIONS[kind], joined, self[x])
                return joined
            case ops.AllTrue(x=x, rank=rank):
                index = ", ".join([":"] * rank + ["0"] * (x.rank - rank))
                return _call("ones_like", self[x] + Markup(f"[{index}]"), code("bool"))
            case ops.Concat(xs=xs, axis=axis):
                return _call("concatenate", _listed(self[x] for x in xs), f"axis={axis}")
            case ops.Reshape(x=x, target=target) if (unfolded := self._unfolded(x, target)) is not None:
                return unfolded
            case ops.Reshape(x=x, target=target) if sum(isinstance(d, str) for d in target) == 1:
                return _call("reshape", self[x], code(_sizes(target)))
            case _:
                raise Unsupported("cannot say how its mask is made")

    def _unfolded(self, mask: Value, shape: Shape) -> Markup | None:
        """A mask that is made of steps laid into the batch, and taken apart again: made of the steps as they were."""
        match self.terms.maker(mask):
            case ops.NotEqual(x=folded, constant=constant):
                match self.terms.maker(folded):
                    case ops.Reshape(x=x) if x.shape == shape:
                        return _call("not_equal", self[x], code(_whole(constant, x)))
        return None


def _call(function: str, *arguments: Markup | str) -> Markup:
    listed = Markup(", ").join(a if isinstance(a, Markup) else Markup(a) for a in arguments)
    return Markup(f"keras.ops.{function}(") + listed + Markup(")")


def _listed(parts: Iterator[Markup] | Sequence[Markup]) -> Markup:
    return Markup("[") + Markup(", ").join(parts) + Markup("]")


def _whole(constant: float, x: Value) -> float | int:
    return int(constant) if x.dtype != "float32" and constant == int(constant) else constant


def _sizes(shape: Shape) -> tuple[int, ...]:
    return tuple(d if isinstance(d, int) else -1 for d in shape)

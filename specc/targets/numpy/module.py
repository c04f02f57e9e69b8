"""A module of NumPy in the making: what its templates ask for beside what all targets share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from specc import ops
from specc.targets.python.literals import literal
from specc.targets.python.printing import UNUSED, Module
from specc.tensors import Shape, Value
from specc.weights import Weight


@dataclass(frozen=True)
class Way:
    """One pass of a recurrent op.

    x, mask: as the pass sees them, a reverse one from the end. zeros: what to call a state of zeros that the pass
    starts with. steps: what to call the outputs of its steps; result: those that the layer puts out.
    """

    x: Markup
    mask: Markup | None
    initial: tuple[Markup, ...]
    zeros: Markup | None
    state_shape: Shape
    weights: tuple[Markup, ...]
    steps: Markup
    finals: tuple[Markup, ...]
    result: Markup


class NumpyModule(Module):
    """Weights lie in the dict ``w``."""

    target = "numpy"
    reserved = (
        *("annotations", "os", "Mapping", "Path", "Any", "np", "ArrayLike", "NDArray", "Array"),
        *("SHAPES", "Model", "load", "as_input", "w"),
    )

    def read_weight(self, weight: Weight) -> Markup:
        return Markup(f"w[{literal(weight.name)}]")

    def parameters(self) -> Markup:
        """The inputs, then the states, which may be left out."""
        program = self.outline.program
        inputs = [f"{self.read(value)}: ArrayLike" for value in program.inputs]
        states = [f"{self.read(state.before)}: ArrayLike | None = None" for state in program.states]
        return Markup(", ".join([*inputs, *states]))

    def results(self) -> tuple[Markup, ...]:
        """The outputs, then the states."""
        program = self.outline.program
        values = (*(value for _, value in program.outputs), *(state.after for state in program.states))
        return tuple(self.read(value) for value in values)

    def result_type(self) -> Markup:
        count = len(self.results())
        return Markup("Array") if count == 1 else Markup(f"tuple[{', '.join(['Array'] * count)}]")

    def dtype(self, value: Value) -> Markup:
        """A type of NumPy's."""
        return Markup("np.bool_" if value.dtype == "bool" else f"np.{value.dtype}")

    def known(self, shape: Shape) -> tuple[int | None, ...]:
        """A shape with None for what only a run knows."""
        return tuple(d if isinstance(d, int) else None for d in shape)

    def state_key(self, state: ops.CarriedState) -> str:
        return f"{state.layer}.{state.state}"

    def kind(self, record: object) -> str:
        """The class of a record, for templates to choose by."""
        return type(record).__name__

    def sizes(self, shape: Shape) -> Markup:
        """A shape as a tuple, its batch read off the first input that has one."""
        entries = [Markup(d) if isinstance(d, int) else self._batch() for d in shape]
        return Markup(f"({', '.join(entries)},)" if len(entries) == 1 else f"({', '.join(entries)})")

    def _batch(self) -> Markup:
        return Markup(f"len({self[self.outline.program.inputs[0]]})")

    def ways(self, op: ops.Recurrent, y: Markup, finals: Sequence[Markup]) -> list[Way]:
        """The passes of an op that puts out ``y`` and final states."""
        count = op.cell.state_count
        both = len(op.passes) == 2
        base = next((name for name in (y, *finals) if name != UNUSED), y)
        zeros = None if op.passes[0].initial else self.fresh(f"{base}_zeros")
        ways = []
        for number, way in enumerate(op.passes):
            part = "" if not both else "_backward" if way.reverse else "_forward"
            turned = op.return_sequences and way.reverse and op.order == "time"
            whole = op.return_sequences and not turned
            steps = y
            if y != UNUSED and (both or not whole):
                steps = self.fresh(f"{base}{part or '_steps'}")
            ways.append(
                Way(
                    x=self._turned(op.x, way.reverse),
                    mask=None if op.mask is None else self._turned(op.mask, way.reverse),
                    initial=tuple(self[v] for v in way.initial) if zeros is None else (zeros,) * count,
                    zeros=None if number else zeros,
                    state_shape=op.cell.state_shape(op.x.shape),
                    weights=tuple(self[w] for w in (way.kernel, way.recurrent_kernel, way.bias) if w is not None),
                    steps=steps,
                    finals=tuple(finals[number * count : (number + 1) * count]),
                    result=steps if whole or y == UNUSED else steps + Markup("[:, ::-1]" if turned else "[:, -1]"),
                )
            )
        return ways

    def _turned(self, x: Value, reverse: bool) -> Markup:
        return self[x] + Markup("[:, ::-1]") if reverse else self[x]

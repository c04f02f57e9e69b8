"""A module of NumPy in the making: what its templates ask for beside what all targets share."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from specc import ops
from specc.targets.numpy.passes import Passes
from specc.targets.numpy.windows import Windows
from specc.targets.python.environment import arguments, code
from specc.targets.python.literals import literal
from specc.tensors import Dim, DType, Shape, Value
from specc.weights import Weight


class NumpyModule(Passes, Windows):
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

    def dtype(self, name: DType) -> Markup:
        """A type of NumPy's."""
        return Markup("np.bool_" if name == "bool" else f"np.{name}")

    def codes(self, values: Sequence[Value]) -> tuple[Markup, ...]:
        """Values, to be listed as arguments."""
        return tuple(map(self.read, values))

    def pack(self, values: Sequence[Value]) -> Markup:
        """Values as one argument."""
        return code(self.codes(values))

    def number(self, value: float, dtype: DType) -> int | float | bool:
        """A constant as a literal of the array's type, so that it changes no type."""
        return bool(value) if dtype == "bool" else value if dtype == "float32" else int(value)

    def other(self, op: ops.Where) -> Markup | int | float | bool:
        """What a Where takes where its condition does not hold."""
        return self.read(op.other) if isinstance(op.other, Value) else self.number(op.other, op.chosen.dtype)

    def slices(self, around: Sequence[tuple[int, int]]) -> Markup:
        """The index that cuts the ends off some axes."""
        parts = [f"{before or ''}:{-after if after else ''}" for before, after in around]
        while parts[-1] == ":":
            parts.pop()
        return Markup(", ".join(parts))

    def target_shape(self, op: ops.Reshape) -> Markup:
        """The shape that a Reshape gives: numbers, lengths read off its input or reference, at most one -1."""
        entries = [self._length(dim, op) for dim in op.target]
        assert entries.count("-1") <= 1, (op.x.shape, op.target)
        return code(tuple(map(Markup, entries)))

    def _length(self, dim: Dim, op: ops.Reshape) -> str:
        if isinstance(dim, int):
            return str(dim)
        for value in (op.x, op.reference):
            if value is not None and dim in value.shape:
                return f"{self.read(value)}.shape[{value.shape.index(dim)}]"
        return "-1"

    def contraction(self, op: ops.Contract) -> str:
        """The equation for einsum: ``b`` is the batch, ``n`` the axis of the sum."""
        letters = iter("ijklm")
        sides = [
            "".join("b" if i == 0 else "n" if i == axis else next(letters) for i in range(value.rank))
            for value, axis in zip((op.x, op.y), op.axes, strict=True)
        ]
        left = "b" + "".join(side[1:].replace("n", "") for side in sides)
        return f"{sides[0]},{sides[1]}->{left}"

    def along(self, weight: Weight | None, op: ops.BatchNorm | ops.LayerNorm) -> Markup | None:
        """A weight with its lengths along the op's axes, so that it broadcasts to x; None where there is none."""
        if weight is None:
            return None
        sizes = tuple(op.x.shape[axis] if axis in op.axes else 1 for axis in range(op.axes[0], op.x.rank))
        if not op.axes or sizes == weight.shape:
            return self.read_weight(weight)
        return Markup(f"np.reshape({arguments(self.read_weight(weight), sizes)})")

    def known(self, shape: Shape) -> tuple[int | None, ...]:
        """A shape with None for what only a run knows."""
        return tuple(d if isinstance(d, int) else None for d in shape)

    def state_key(self, state: ops.CarriedState) -> str:
        return f"{state.layer}.{state.state}"

    def kind(self, record: object) -> str:
        """The class of a record, for templates to choose by."""
        return type(record).__name__

    def sizes(self, shape: Shape, like: Value | None = None) -> Markup:
        """A shape as a tuple; its batch is that of ``like``, or of the model's first input."""
        first = self.read(self.outline.program.inputs[0] if like is None else like)
        return code(tuple(Markup(dim) if isinstance(dim, int) else Markup(f"len({first})") for dim in shape))

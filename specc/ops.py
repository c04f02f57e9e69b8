"""The ops that layers lower to and targets print: coarse, and in terms that no target owns.

An op is a record of what it computes; ``result`` gives the shapes and dtypes of what it puts out. A program is
a list of steps, each an op with its output values, in an order in which it can run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import ClassVar, Literal

from specc.activations import Activation
from specc.convolution import Padding, output_length
from specc.tensors import Dim, DType, Shape, Value
from specc.weights import Regularizer, Weight

Result = tuple[Shape, DType]


@dataclass(frozen=True, eq=False)
class Op:
    """The base of all ops."""

    def result(self) -> tuple[Result, ...]:
        """Shape and dtype of each output."""
        raise NotImplementedError

    def operands(self) -> Iterator[Value]:
        """The values that the op reads."""
        yield from _values(self)

    def weights(self) -> Iterator[Weight]:
        """The weights that the op reads."""
        yield from _weights(self)


def broadcast(*shapes: Shape) -> Shape:
    """The shape of an elementwise result; all shapes have one rank, and agree but for axes of length 1."""
    return tuple(next((d for d in dims if d != 1), 1) for dims in zip(*shapes, strict=True))


def _values(record: object) -> Iterator[Value]:
    for item in fields(record):  # type: ignore[arg-type]
        for entry in _entries(getattr(record, item.name)):
            if isinstance(entry, Value):
                yield entry
            elif isinstance(entry, Pass):
                yield from _values(entry)


def _weights(record: object) -> Iterator[Weight]:
    for item in fields(record):  # type: ignore[arg-type]
        for entry in _entries(getattr(record, item.name)):
            if isinstance(entry, Weight):
                yield entry
            elif isinstance(entry, Pass):
                yield from _weights(entry)


def _entries(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


@dataclass(frozen=True, eq=False)
class Linear(Op):
    """x . kernel + bias on the last axis. x: (..., in), kernel: (in, out), bias: (out,)."""

    x: Value
    kernel: Weight
    bias: Weight | None

    def result(self) -> tuple[Result, ...]:
        return (((*self.x.shape[:-1], self.kernel.shape[1]), "float32"),)


@dataclass(frozen=True, eq=False)
class Activate(Op):
    """An activation, elementwise or over the last axis. glu halves the last axis."""

    x: Value
    activation: Activation

    def result(self) -> tuple[Result, ...]:
        shape = self.x.shape
        if self.activation.name == "glu":
            assert isinstance(shape[-1], int)
            shape = (*shape[:-1], shape[-1] // 2)
        return ((shape, "float32"),)


@dataclass(frozen=True, eq=False)
class Gather(Op):
    """Rows of a table. ids: whole numbers of any shape, table: (rows, width) -> (*ids, width)."""

    ids: Value
    table: Weight

    def result(self) -> tuple[Result, ...]:
        return (((*self.ids.shape, self.table.shape[1]), "float32"),)


@dataclass(frozen=True, eq=False)
class Cast(Op):
    """Conversion of the element type; float to int truncates."""

    x: Value
    dtype: DType

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, self.dtype),)


@dataclass(frozen=True, eq=False)
class Reshape(Op):
    """The same elements in C order under another shape.

    reference: a value in whose shape every unknown dimension of ``target`` stands that ``x`` lacks; None where
    at most one dimension has to be worked out.
    """

    x: Value
    target: Shape
    reference: Value | None = None

    def result(self) -> tuple[Result, ...]:
        return ((self.target, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Transpose(Op):
    """Axes in another order; ``order`` counts the batch as 0."""

    x: Value
    order: tuple[int, ...]

    def result(self) -> tuple[Result, ...]:
        return ((tuple(self.x.shape[axis] for axis in self.order), self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Flip(Op):
    """The same elements in reverse order along an axis."""

    x: Value
    axis: int

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Repeat(Op):
    """x: (batch, features) -> (batch, count, features)."""

    x: Value
    count: int

    def result(self) -> tuple[Result, ...]:
        batch, features = self.x.shape
        return (((batch, self.count, features), self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Unsqueeze(Op):
    """A new axis of length 1."""

    x: Value
    axis: int

    def result(self) -> tuple[Result, ...]:
        return (((*self.x.shape[: self.axis], 1, *self.x.shape[self.axis :]), self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Concat(Op):
    """Values joined along an axis; ``length`` is the resulting dimension."""

    xs: tuple[Value, ...]
    axis: int
    length: Dim

    def result(self) -> tuple[Result, ...]:
        shape = list(self.xs[0].shape)
        shape[self.axis] = self.length
        return ((tuple(shape), self.xs[0].dtype),)


@dataclass(frozen=True, eq=False)
class Split(Op):
    """Equal parts along the last axis."""

    x: Value
    parts: int

    def result(self) -> tuple[Result, ...]:
        width = self.x.shape[-1]
        assert isinstance(width, int)
        return (((*self.x.shape[:-1], width // self.parts), self.x.dtype),) * self.parts


@dataclass(frozen=True, eq=False)
class Combine(Op):
    """An elementwise function of several values, with NumPy's broadcasting; ``shape`` is the result's."""

    kind: Literal["add", "subtract", "multiply", "average", "maximum", "minimum"]
    xs: tuple[Value, ...]
    shape: Shape

    def result(self) -> tuple[Result, ...]:
        return ((self.shape, "float32"),)


@dataclass(frozen=True, eq=False)
class NotEqual(Op):
    """x != constant, elementwise: bool."""

    x: Value
    constant: float

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, "bool"),)


@dataclass(frozen=True, eq=False)
class AnyNotEqual(Op):
    """Whether any element along the last axis is not the constant."""

    x: Value
    constant: float

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape[:-1], "bool"),)


@dataclass(frozen=True, eq=False)
class AnyTrue(Op):
    """Whether any element along the last axis is true."""

    x: Value

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape[:-1], "bool"),)


@dataclass(frozen=True, eq=False)
class Logical(Op):
    """Masks of one rank joined elementwise, with broadcasting."""

    kind: Literal["and", "or"]
    xs: tuple[Value, ...]

    def result(self) -> tuple[Result, ...]:
        return ((broadcast(*(x.shape for x in self.xs)), "bool"),)


@dataclass(frozen=True, eq=False)
class AllTrue(Op):
    """A mask of the first ``rank`` dimensions of x that is true everywhere."""

    x: Value
    rank: int

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape[: self.rank], "bool"),)


@dataclass(frozen=True, eq=False)
class AnyNonZero(Op):
    """Whether any element of any of the values is not zero: a single bool."""

    xs: tuple[Value, ...]

    def result(self) -> tuple[Result, ...]:
        return (((), "bool"),)


@dataclass(frozen=True, eq=False)
class Where(Op):
    """``chosen`` where the condition holds, else ``other``, a value or a number.

    The condition broadcasts, and so do the two values where they have one rank.
    """

    condition: Value
    chosen: Value
    other: Value | float = 0.0

    def result(self) -> tuple[Result, ...]:
        shapes = [v.shape for v in (self.chosen, self.other) if isinstance(v, Value)]
        return ((broadcast(*shapes), self.chosen.dtype),)


@dataclass(frozen=True, eq=False)
class Dropout(Op):
    """Inverted dropout in training, the identity in inference.

    noise_shape: the shape of the random mask, batch included, None where it follows x.
    """

    x: Value
    rate: float
    noise_shape: tuple[int | None, ...] | None
    seed: int | None

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, self.x.dtype),)


@dataclass(frozen=True)
class Cell:
    """What every recurrent cell has: a width, an activation, dropouts (training only), and the way that it
    groups its products (``implementation``; it matters for the dropout masks in training only)."""

    units: int
    activation: Activation
    dropout: float
    recurrent_dropout: float
    implementation: int

    state_count: ClassVar[int] = 1
    runs_both_ways: ClassVar[bool] = True

    def state_shape(self, x: Shape) -> Shape:
        """The shape of each state, for inputs (batch, time, …)."""
        return (x[0], self.units)


@dataclass(frozen=True)
class SimpleRnn(Cell):
    """h' = act(x.K + b + h.R)."""


@dataclass(frozen=True)
class Gru(Cell):
    """Blocks z|r|h: h' = z*h + (1-z)*act(...). reset_after: the reset gate acts after the product with R, and
    the bias is (2, 3*units): input row, recurrent row."""

    recurrent_activation: Activation
    reset_after: bool


@dataclass(frozen=True)
class Lstm(Cell):
    """Blocks i|f|c|o: c' = f*c + i*act(...), h' = o*act(c')."""

    recurrent_activation: Activation

    state_count: ClassVar[int] = 2


@dataclass(frozen=True)
class ConvLstm(Cell):
    """LSTM whose products are convolutions; ``units`` are the filters. x: (batch, time, sizes, channels), or
    (batch, time, channels, sizes); the kernel of the state has stride 1 and padding `same`."""

    recurrent_activation: Activation
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    dilation_rate: tuple[int, ...]
    channels_first: bool

    state_count: ClassVar[int] = 2
    runs_both_ways: ClassVar[bool] = False

    def input_sizes(self, x: Shape) -> tuple[int, ...]:
        """The lengths that the kernel moves along, which are known."""
        start = 3 if self.channels_first else 2
        return tuple(d for d in x[start : start + len(self.kernel_size)] if isinstance(d, int))

    def output_sizes(self, x: Shape) -> tuple[int, ...]:
        """The same of the output and of the states."""
        axes = zip(self.input_sizes(x), self.kernel_size, self.strides, self.dilation_rate, strict=True)
        return tuple(output_length(size, k, s, self.padding, d) for size, k, s, d in axes)

    def state_shape(self, x: Shape) -> Shape:
        sizes = self.output_sizes(x)
        return (x[0], self.units, *sizes) if self.channels_first else (x[0], *sizes, self.units)


@dataclass(frozen=True, eq=False)
class Pass:
    """One way through time, with its own weights. kernel: (features, gates*units).

    initial: the states before the first step, each (batch, units); empty for zeros.
    cudnn: the weights lie in cuDNN's layout, the bias (2*gates*units,) first for the inputs, then for the state.
    """

    reverse: bool
    kernel: Weight
    recurrent_kernel: Weight
    bias: Weight | None
    initial: tuple[Value, ...] = ()
    cudnn: bool = False


@dataclass(frozen=True, eq=False)
class Recurrent(Op):
    """A cell run over time, in one pass or in both directions at once.

    x: (batch, time, features), or as a ConvLstm takes it; mask: bool (batch, time). Where the mask is false a step changes no state.
    masked_output: what such a step puts out: "previous" output (zero before the first), "zero", or the "state".
    order: whether a reverse pass lists its outputs by "time" or in its own "processing" order.
    Results: the outputs (batch, time, passes*units), or the last ones (batch, passes*units); then the final
    states of each pass, each (batch, units).
    """

    x: Value
    cell: Cell
    passes: tuple[Pass, ...]
    mask: Value | None
    masked_output: Literal["previous", "zero", "state"]
    order: Literal["time", "processing"]
    return_sequences: bool
    unroll: bool

    def result(self) -> tuple[Result, ...]:
        shape = self.cell.state_shape(self.x.shape)
        batch, *inner, width = shape
        assert isinstance(width, int)
        steps = (self.x.shape[1],) if self.return_sequences else ()
        y: Shape = (batch, *steps, *inner, width * len(self.passes))
        state: Result = (shape, "float32")
        return ((y, "float32"), *[state] * (len(self.passes) * self.cell.state_count))


@dataclass(frozen=True, eq=False)
class Step:
    """An op in a program, with the values that it puts out."""

    op: Op
    outputs: tuple[Value, ...]


@dataclass(frozen=True)
class CarriedState:
    """A state that goes from call to call: ``after`` of one call is ``before`` of the next."""

    layer: str
    state: str
    before: Value
    after: Value


@dataclass
class Program:
    """What a target prints. ``outputs`` pairs the names of the file's outputs with values.

    activity_penalties: the values that an activity regularizer looks at, for targets that train.
    dimension_names: unknown dimensions that turned out to be another one, or a number.
    """

    inputs: list[Value] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    outputs: list[tuple[str, Value]] = field(default_factory=list)
    states: list[CarriedState] = field(default_factory=list)
    weights: list[Weight] = field(default_factory=list)
    activity_penalties: list[tuple[Regularizer, tuple[Value, ...]]] = field(default_factory=list)
    dimension_names: dict[str, Dim] = field(default_factory=dict)

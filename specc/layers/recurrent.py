"""What SimpleRNN, GRU and LSTM share: the documented arguments, masks, states, and the way through time.

Steps run from first to last, or from last to first with ``go_backwards`` (the outputs then stand in the order
in which they were computed). Where a mask is false a step keeps the states, and puts out what the dialect says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from specc import ops
from specc.activations import ActivationName
from specc.dialects import Dialect
from specc.layers.activation import find_activation
from specc.layers.base import (
    CalledLayer,
    PositiveInt,
    Rate,
    Reference,
    require_float,
    require_known,
    require_rank,
)
from specc.layers.parameters import (
    GLOROT_UNIFORM,
    ORTHOGONAL,
    ZEROS,
    ConstraintField,
    InitializerField,
    RegularizerField,
)
from specc.layers.site import Arguments, Site
from specc.tensors import Shape, Tensor, Value, show
from specc.weights import Initializer, Weight

MaskedOutput = Literal["previous", "zero", "state"]


class Recurrent(CalledLayer):
    """The arguments of every layer that runs over time; the abstract base that the documentation opens with."""

    state_names: ClassVar[tuple[str, ...]] = ()

    return_sequences: bool = False
    """Return the output of every step, not only the last one."""
    return_state: bool = False
    """Return the final states after the output."""
    go_backwards: bool = False
    """Process the steps from last to first, and return them in that order."""
    stateful: bool = False
    """Start from the states in which the previous call ended; needs a fixed batch size."""
    unroll: bool = False
    """Write out every step instead of a loop; needs a known number of steps."""
    input_dim: PositiveInt | None = None
    """On the first layer: number of features, instead of `input_shape`."""
    input_length: PositiveInt | None = None
    """On the first layer: number of steps, beside `input_dim`; needed where Flatten and then Dense follow."""
    initial_state: Reference | list[Reference] | None = None
    """The outputs that the states start from, in the documented order; default: zeros."""
    mask: Reference | None = None
    """An output (batch, time) of type bool or int to use as the mask instead of the input's own."""
    zero_output_for_mask: bool = False
    """Put out zeros at masked steps instead of the previous output (tf.keras, keras3)."""

    def shape_from_arguments(self, dialect: Dialect) -> list[int | None] | None:
        return None if self.input_dim is None else [self.input_length, self.input_dim]

    def extra_outputs(self) -> tuple[tuple[str, ...], ...]:
        if not self.return_state:
            return ()
        return tuple((name, f"state_{i}") for i, name in enumerate(self.state_names))

    def state_shapes(self, x: Value) -> tuple[Shape, ...]:
        """The shape of each state, for an input."""
        raise NotImplementedError

    def check(self, site: Site, x: Tensor) -> None:
        """Refuse inputs and combinations of arguments that the layer cannot run on."""
        self._require_sequence(site, x)
        require_float(site, x.value)
        require_known(
            site, x.shape[2], "number of features", "give it in the Input's `shape`, or as `input_dim`"
        )
        if self.unroll and not isinstance(x.shape[1], int):
            site.fail(
                "G320",
                f"{site.title} has `unroll: true`, and the number of steps is unknown",
                field="unroll",
                hint="set the length in the Input's `shape` (or `input_length`), or leave `unroll` out",
            )
        if self.stateful and not isinstance(x.shape[0], int):
            site.fail(
                "G321",
                f"{site.title} is stateful, and the batch size is unknown",
                field="stateful",
                hint="set `batch_size` on the Input, or `batch_input_shape` on the first layer",
            )
        if self.zero_output_for_mask and not site.dialect.has_zero_output_for_mask:
            site.fail(
                "V211",
                f"`zero_output_for_mask` does not exist in {site.dialect.name}, only in tf.keras and keras3",
                field="zero_output_for_mask",
                part="key",
            )

    def _require_sequence(self, site: Site, x: Tensor) -> None:
        """A layer over time needs time: the usual mistake is a recurrent layer before it that returns one step."""
        before = site.origins[0].layer if site.origins else None
        before = getattr(before, "layer", before)
        if x.value.rank == 2 and isinstance(before, Recurrent) and not before.return_sequences:
            name = site.origins[0].name
            site.fail(
                "G301",
                f"{site.title} wants (batch, time, features), gets {show(x.shape)}{site.source_of()}",
                hint=f"set `return_sequences: true` on `{name}`",
                related=site.places(),
            )
        require_rank(site, x, 3, "(batch, time, features)")


@dataclass(frozen=True)
class Start:
    """What a layer starts from: its mask, its states, and where it carries them from.

    initial: empty for zeros. carried: the states as the call begins, of a stateful layer.
    """

    mask: Value | None
    initial: tuple[Value, ...]
    carried: tuple[Value, ...]


def begin(
    site: Site, arguments: Arguments, names: tuple[str, ...], shapes: tuple[Shape, ...], stateful: bool
) -> Start:
    """Sort out mask and states: explicit ones, carried ones, and which of them the dialect looks at."""
    given = arguments.initial_state
    if given is not None:
        _check_states(site, given, shapes)
    initial = tuple(t.value for t in given or ())
    carried: tuple[Value, ...] = ()
    if stateful:
        carried = tuple(site.state_before(name, shape) for name, shape in zip(names, shapes, strict=True))
        if not initial:
            initial = carried
        elif site.dialect.recorded_state_wins:
            recorded = site.emit_one(ops.AnyNonZero(carried))
            pairs = zip(carried, initial, strict=True)
            initial = tuple(site.emit_one(ops.Where(recorded, old, new)) for old, new in pairs)
    mask = arguments.mask if arguments.mask is not None else arguments.x.mask
    if (
        arguments.mask is None
        and mask is not None
        and given is not None
        and site.dialect.initial_state_hides_mask
    ):
        site.warn(
            "G313",
            f"{site.title} has an `initial_state`, so that {site.dialect.name} does not show it the mask of its input",
            hint="name the mask with `mask:` where it should count",
        )
        mask = None
    if mask is not None and mask.rank != 2:
        site.fail("G312", f"{site.title} wants a mask (batch, time), gets {show(mask.shape)}", field="mask")
    return Start(mask, initial, carried)


def _check_states(site: Site, states: tuple[Tensor, ...], shapes: tuple[Shape, ...]) -> None:
    if len(states) != len(shapes):
        site.fail(
            "G330",
            f"{site.title} has {len(shapes)} state{'s' * (len(shapes) > 1)}, initial_state lists {len(states)}",
            field="initial_state",
        )
    for tensor, shape in zip(states, shapes, strict=True):
        require_float(site, tensor.value)
        fits = len(tensor.shape) == len(shape) and all(
            a == b or not (isinstance(a, int) and isinstance(b, int))
            for a, b in zip(tensor.shape, shape, strict=True)
        )
        if not fits:
            site.fail(
                "G331",
                f"{site.title} wants an initial state {show(shape)}, gets {show(tensor.shape)}",
                field="initial_state",
                hint="the layer that makes the state must have the same `units`",
            )


def masked_output(site: Site, unroll: bool, zero: bool) -> MaskedOutput:
    """What masked steps put out. Written out step by step, even old Keras repeated the previous output."""
    if zero:
        return "zero"
    return "previous" if unroll or site.dialect.leading_masked_output == "zero" else "state"


class SingleCell(Recurrent):
    """What the three classic layers share.

    Weights: kernel (features, gates*units), recurrent_kernel (units, gates*units), bias.
    """

    gates: ClassVar[int] = 1

    units: PositiveInt
    """Width of the state and of the output."""
    activation: ActivationName | None = "tanh"
    """Activation of the candidate (and, for LSTM, of the output); null is linear."""
    use_bias: bool = True
    """Whether a bias is added."""
    kernel_initializer: InitializerField = GLOROT_UNIFORM
    """How the kernel (for the inputs) starts."""
    recurrent_initializer: InitializerField = ORTHOGONAL
    """How the recurrent kernel (for the state) starts."""
    bias_initializer: InitializerField = ZEROS
    """How the bias starts."""
    kernel_regularizer: RegularizerField = None
    """Penalty on the kernel in training."""
    recurrent_regularizer: RegularizerField = None
    """Penalty on the recurrent kernel in training."""
    bias_regularizer: RegularizerField = None
    """Penalty on the bias in training."""
    activity_regularizer: RegularizerField = None
    """Penalty on the output in training."""
    kernel_constraint: ConstraintField = None
    """What the kernel is projected on after each training step."""
    recurrent_constraint: ConstraintField = None
    """What the recurrent kernel is projected on after each training step."""
    bias_constraint: ConstraintField = None
    """What the bias is projected on after each training step."""
    dropout: Rate = 0.0
    """Share of the inputs to drop in training, in [0, 1]."""
    recurrent_dropout: Rate = 0.0
    """Share of the state to drop in training, in [0, 1]."""
    implementation: Literal[0, 1, 2] = 1
    """How products are grouped: 0, 1 one product per gate, 2 one for all gates. It changes no result."""

    def cell(self, site: Site) -> ops.Cell:
        """The equations, for the targets."""
        raise NotImplementedError

    def bias_shape(self) -> tuple[int, ...]:
        """The shape of the bias."""
        return (self.gates * self.units,)

    def bias_start(self) -> Initializer:
        """How the bias starts."""
        return self.bias_initializer

    def cell_arguments(self, site: Site) -> dict[str, Any]:
        """The arguments that every cell has."""
        return {
            "units": self.units,
            "activation": find_activation(site, self.activation),
            "dropout": float(self.dropout),
            "recurrent_dropout": float(self.recurrent_dropout),
            "implementation": self.implementation,
        }

    def state_shapes(self, x: Value) -> tuple[Shape, ...]:
        return ((x.shape[0], self.units),) * len(self.state_names)

    def declare(self, site: Site, features: int, reverse: bool, initial: tuple[Value, ...]) -> ops.Pass:
        """Declare the weights of one pass over time."""
        width = self.gates * self.units
        kernel = site.weight(
            "kernel",
            (features, width),
            self.kernel_initializer,
            "units",
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        recurrent_kernel = site.weight(
            "recurrent_kernel",
            (self.units, width),
            self.recurrent_initializer,
            "units",
            self.recurrent_regularizer,
            self.recurrent_constraint,
        )
        bias: Weight | None = None
        if self.use_bias:
            bias = site.weight(
                "bias",
                self.bias_shape(),
                self.bias_start(),
                "units",
                self.bias_regularizer,
                self.bias_constraint,
            )
        return ops.Pass(reverse, kernel, recurrent_kernel, bias, initial)

    def run(
        self, site: Site, x: Value, passes: tuple[ops.Pass, ...], mask: Value | None, **how: Any
    ) -> tuple[Value, ...]:
        """Append the op that runs the cell over time; returns the output and each pass's final states."""
        return site.emit(ops.Recurrent(x, self.cell(site), passes, mask, unroll=self.unroll, **how))

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x.value
        self.check(site, arguments.x)
        start = begin(site, arguments, self.state_names, self.state_shapes(x), self.stateful)
        features = x.shape[2]
        assert isinstance(features, int)
        y, *states = self.run(
            site,
            x,
            (self.declare(site, features, self.go_backwards, start.initial),),
            start.mask,
            masked_output=masked_output(site, self.unroll, self.zero_output_for_mask),
            order="processing",
            return_sequences=self.return_sequences,
        )
        for name, before, after in zip(self.state_names, start.carried, states, strict=False):
            site.carry(name, before, after)
        output = Tensor(y, start.mask if self.return_sequences else None)
        returned = (output, *map(Tensor, states)) if self.return_state else (output,)
        site.penalize(self.activity_regularizer, tuple(t.value for t in returned))
        return returned

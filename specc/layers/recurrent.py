"""What all recurrent layers share: the documented arguments, and the way through time.

Steps run from first to last, or from last to first with ``go_backwards`` (the outputs then stand in the order
in which they were computed). Where a mask is false a step keeps the states, and puts out what the dialect says.
"""

from collections.abc import Sequence
from typing import NoReturn

from specc.dialects import Dialect
from specc.layers.base import CalledLayer, PositiveInt, Reference, require_float, require_known, require_rank
from specc.layers.parameters import RegularizerField
from specc.layers.site import Arguments, Site
from specc.layers.stages import Stage, Way, cell_by_cell, run_stages, state_shapes
from specc.layers.starting import begin, masked_output
from specc.tensors import Dim, Tensor


def missing_time(site: Site) -> str | None:
    """How the layer before would return every step, where it is a recurrent one that returns the last only."""
    if not site.origins:
        return None
    name, before = site.origins[0].name, site.origins[0].layer
    inner = getattr(before, "layer", before)
    if not isinstance(inner, Recurrent) or inner.return_sequences:
        return None
    return f"set `return_sequences: true` on {'' if inner is before else 'the layer inside '}`{name}`"


class Recurrent(CalledLayer):
    """The arguments of every layer that runs over time; the abstract base that the documentation opens with."""

    return_sequences: bool = False
    """Return the output of every step, not only the last one."""
    return_state: bool = False
    """Return the final states after the output."""
    go_backwards: bool = False
    """Process the steps from last to first, and return them in that order."""
    stateful: bool = False
    """Start from the states in which the previous call ended; needs a fixed batch size."""
    initial_state: Reference | list[Reference] | None = None
    """The outputs that the states start from, in the documented order; default: zeros."""
    mask: Reference | None = None
    """An output (batch, time) of type bool or int to use as the mask instead of the input's own."""
    activity_regularizer: RegularizerField = None
    """Penalty on the output in training."""

    @property
    def input_layout(self) -> tuple[str, ...]:
        """The axes of the input, by name."""
        return ("batch", "time", "features")

    @property
    def state_names(self) -> tuple[str, ...]:
        """The documented names of the states, in order."""
        raise NotImplementedError

    @property
    def written_out(self) -> bool:
        """Whether every step is written out."""
        return False

    @property
    def zero_masked(self) -> bool:
        """Whether masked steps put out zeros."""
        return False

    def prefers_recorded_state(self, dialect: Dialect) -> bool:
        """Whether a stateful layer goes on from its recorded state where an initial state is given too."""
        return dialect.recorded_state_wins

    def zero_masked_both_ways(self, dialect: Dialect) -> bool:
        """Whether masked steps put out zeros inside Bidirectional, whatever the layer says itself."""
        return dialect.zero_masked_in_bidirectional

    def extra_outputs(self) -> tuple[tuple[str, ...], ...]:
        if not self.return_state:
            return ()
        return tuple(tuple(dict.fromkeys((name, f"state_{i}"))) for i, name in enumerate(self.state_names))

    def stages(self, site: Site, x: Tensor) -> tuple[Stage, ...]:
        """Declare the cells, in the order in which data goes through them."""
        raise NotImplementedError

    def state_order(self, site: Site, stages: Sequence[Stage]) -> tuple[int, ...]:
        """For each documented state its place among the states cell by cell."""
        return tuple(range(sum(stage.cell.state_count for stage in stages)))

    def check(self, site: Site, x: Tensor) -> None:
        """Refuse inputs and combinations of arguments that the layer cannot run on."""
        self._require_sequence(site, x)
        require_float(site, x.value)
        if self.stateful and not isinstance(x.shape[0], int):
            site.fail(
                "G321",
                f"{site.title} is stateful, and the batch size is unknown",
                field="stateful",
                hint="set `batch_size` on the Input, or `batch_input_shape` on the first layer",
            )

    def refuse_mask(self, site: Site, code: str, message: str, hint: str | None) -> NoReturn:
        """Give up because of a mask: the one that the spec names, or the one that arrives with the input."""
        if self.mask is not None:
            site.fail(code, message, field="mask", hint=hint)
        arrives = f", and a mask arrives{site.source_of()}"
        site.fail(code, message + arrives, hint=hint, related=site.places())

    def _require_sequence(self, site: Site, x: Tensor) -> None:
        """A layer over time needs time: the usual mistake is a recurrent layer before it that returns one step."""
        wanted = f"({', '.join(self.input_layout)})"
        hint = None
        if x.value.rank == len(self.input_layout) - 1:
            hint = missing_time(site) or "RepeatVector or Reshape gives it a time axis"
        if site.scope.endswith("/layer"):
            hint = "inside TimeDistributed a layer sees one step at a time"
        elif site.origins and site.origins[0].type == "Input":
            hint = f"shapes leave the batch out: [{', '.join(self.input_layout[1:])}]"
            if site.origins[0].holds_batch:
                hint = f"this shape holds the batch: [{', '.join(self.input_layout)}]"
        require_rank(site, x, len(self.input_layout), wanted, hint)

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.masked
        self.check(site, x)
        stages = self.stages(site, x)
        shapes = state_shapes(stages, x.value)
        order = self.state_order(site, stages)
        starting = [shapes[place] for place in order]
        prefers_recorded = self.prefers_recorded_state(site.dialect)
        start = begin(site, arguments, self.state_names, starting, self.stateful, prefers_recorded)
        way = Way(
            start.mask,
            masked_output(site, self.written_out, self.zero_masked),
            "processing",
            self.return_sequences,
            self.written_out,
        )
        initial = cell_by_cell(start.initial, order)
        y, finals = run_stages(site, x.value, stages, initial, self.go_backwards, way)
        states = [finals[place] for place in order]
        for name, before, after in zip(self.state_names, start.carried, states, strict=False):
            site.carry(name, before, after)
        output = Tensor(y, start.passed_on if self.return_sequences else None)
        returned = (output, *map(Tensor, states)) if self.return_state else (output,)
        site.penalize(self.activity_regularizer, tuple(t.value for t in returned))
        return returned


class SequenceRecurrent(Recurrent):
    """A recurrent layer on (batch, time, features)."""

    input_dim: PositiveInt | None = None
    """On the first layer: number of features, instead of `input_shape`."""
    input_length: PositiveInt | None = None
    """On the first layer: number of steps, beside `input_dim`; needed where Flatten and then Dense follow."""

    def shape_from_arguments(self, dialect: Dialect) -> list[int | None] | None:
        return None if self.input_dim is None else [self.input_length, self.input_dim]

    def check(self, site: Site, x: Tensor) -> None:
        super().check(site, x)
        require_known(site, x.shape[2], "number of features", "give it in the Input's `shape`, or as `input_dim`")


MANY_STEPS = 64
"""Written-out steps from which on a user is told what they cost when a session starts (benchmarks/lowering.py)."""


class UnrollableRecurrent(SequenceRecurrent):
    """A recurrent layer whose steps can be written out."""

    unroll: bool = False
    """Write out every step instead of a loop; needs a known number of steps."""
    zero_output_for_mask: bool = False
    """Put out zeros at masked steps instead of the previous output (tf.keras, keras3)."""

    @property
    def written_out(self) -> bool:
        return self.unroll

    @property
    def zero_masked(self) -> bool:
        return self.zero_output_for_mask

    def check(self, site: Site, x: Tensor) -> None:
        super().check(site, x)
        if self.unroll:
            self._check_unroll(site, x.shape[1])

    def _check_unroll(self, site: Site, steps: Dim) -> None:
        if not isinstance(steps, int):
            site.fail(
                "G320",
                f"{site.title} has `unroll: true`, and the number of steps is unknown",
                field="unroll",
                hint="set the length in the Input's `shape` (or `input_length`), or leave `unroll` out",
            )
        if steps == 1 and site.dialect.unroll_wants_two_steps:
            site.fail(
                "G322",
                f"{site.title} has `unroll: true` and one step, which Keras 2.0.9 to 2.2.4 refuses",
                field="unroll",
                hint="leave `unroll` out: with one step it changes nothing",
            )
        if steps > MANY_STEPS:
            site.warn(
                "G323",
                f"`unroll: true` writes out {steps} steps: a session of 128 steps of 128 units takes 37 ms to start, "
                "one with a loop 1 ms",
                field="unroll",
                hint="leave `unroll` out: the native node is faster in every case that was measured",
            )

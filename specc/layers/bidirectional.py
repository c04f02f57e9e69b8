"""Bidirectional: one layer forwards, one backwards, and their outputs merged."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import SerializeAsAny

from specc import ops
from specc.layers.base import CalledLayer, Reference
from specc.layers.recurrent import Recurrent
from specc.layers.site import Arguments, Site
from specc.layers.stages import Stage, Way, cell_by_cell, run_both_ways, run_stages, state_shapes
from specc.layers.starting import begin, masked_output
from specc.tensors import Tensor, Value

MergeMode = Literal["concat", "sum", "ave", "mul"]


class Bidirectional(CalledLayer):
    """Runs a recurrent layer over time both ways. x: (batch, time, features).

    With return_sequences the backward outputs are put back in the order of time, then merged step by step;
    without it the forward output of the last step meets the backward output of the first.
    States: the forward ones, then the backward ones. Weights: ``forward/…``, then ``backward/…``.
    """

    holds: ClassVar[str] = "it wants a recurrent layer"
    nested_layers: ClassVar[tuple[str, ...]] = ("layer", "backward_layer")

    layer: SerializeAsAny[Recurrent]
    """The recurrent layer; the backward one is a copy of it with `go_backwards` turned round."""
    merge_mode: MergeMode | None = "concat"
    """How the two outputs are joined; null returns both."""
    backward_layer: SerializeAsAny[Recurrent] | None = None
    """Another layer for the way back (tf.keras, keras3)."""
    initial_state: Reference | list[Reference] | None = None
    """The outputs that the states start from: the forward ones, then the backward ones."""
    mask: Reference | None = None
    """An output (batch, time) of type bool or int to use as the mask instead of the input's own."""
    weights: None = None
    """Initial arrays cannot stand in a spec: give a file with `--weights` or `weights:`."""

    def extra_outputs(self) -> tuple[tuple[str, ...], ...]:
        names: list[tuple[str, ...]] = [("backward",)] if self.merge_mode is None else []
        if self.layer.return_state:
            count = len(self.layer.state_names) + len((self.backward_layer or self.layer).state_names)
            names += [(f"state_{i}",) for i in range(count)]
        return tuple(names)

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        backward = self._backward(site)
        ways = (self.layer, backward)
        field = "layer" if self.backward_layer is None else "backward_layer"
        sites = (site.nested(self.layer.type, "forward", "layer"), site.nested(backward.type, "backward", field))
        for layer, place in zip(ways, sites, strict=True):
            layer.check(place, arguments.masked)
        stages = [layer.stages(place, arguments.masked) for layer, place in zip(ways, sites, strict=True)]
        orders = [w.state_order(p, s) for w, p, s in zip(ways, sites, stages, strict=True)]
        count = len(orders[0])
        order = (*orders[0], *(count + place for place in orders[1]))
        x = arguments.x.value
        shapes = [shape for stack in stages for shape in state_shapes(stack, x)]
        names = [f"state_{i}" for i in range(len(order))]
        starting = [shapes[place] for place in order]
        prefers_recorded = self.layer.prefers_recorded_state(site.dialect)
        start = begin(site, arguments, names, starting, self.layer.stateful, prefers_recorded)
        initial = cell_by_cell(start.initial, order)
        outputs, finals = self._run(x, ways, sites, stages, (initial[:count], initial[count:]), start.mask)
        states = [finals[place] for place in order]
        for name, before, after in zip(names, start.carried, states, strict=False):
            site.carry(name, before, after)
        mask = start.passed_on if self.layer.return_sequences else None
        merged = [Tensor(y, mask) for y in self._merge(site, outputs)]
        returned = (*merged, *map(Tensor, states)) if self.layer.return_state else tuple(merged)
        for layer in ways:
            site.penalize(layer.activity_regularizer, tuple(t.value for t in returned))
        return returned

    def _backward(self, site: Site) -> Recurrent:
        """The layer for the way back; refuses pairs that Keras refuses."""
        if self.backward_layer is None:
            if self.layer.go_backwards and site.dialect.backward_layer_always_reversed:
                site.fail(
                    "V213",
                    f"in {site.dialect.name} the backward layer always goes backwards, so `layer` must not",
                    field="layer",
                    hint="leave `go_backwards` out of `layer`",
                )
            return self.layer.model_copy(update={"go_backwards": not self.layer.go_backwards})
        for flag in ("stateful", "return_sequences", "return_state"):
            if getattr(self.layer, flag) != getattr(self.backward_layer, flag):
                site.fail(
                    "V213",
                    f"`layer` and `backward_layer` must have the same `{flag}`",
                    field="backward_layer",
                )
        if self.layer.go_backwards == self.backward_layer.go_backwards:
            site.fail("V213", "`layer` and `backward_layer` must differ in `go_backwards`", field="backward_layer")
        return self.backward_layer

    def _run(
        self,
        x: Value,
        ways: tuple[Recurrent, Recurrent],
        sites: tuple[Site, Site],
        stages: Sequence[tuple[Stage, ...]],
        initial: tuple[Sequence[Value], Sequence[Value]],
        mask: Value | None,
    ) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
        """The outputs in the order of time, and all states; one op, with both outputs side by side, where both
        ways have the same equations."""
        # Keras sets zero_output_for_mask of both layers itself, whatever they say.
        zero = self.layer.return_sequences and self.layer.zero_masked_both_ways(sites[0].dialect)
        manners = [
            Way(
                mask,
                masked_output(place, layer.written_out, zero),
                "time",
                self.layer.return_sequences,
                layer.written_out,
            )
            for layer, place in zip(ways, sites, strict=True)
        ]
        one, other = stages
        alike = len(one) == len(other) == 1 and one[0].cell == other[0].cell and manners[0] == manners[1]
        if alike and not ways[0].go_backwards and one[0].cell.runs_both_ways:
            y, states = run_both_ways(sites[0], x, (one[0], other[0]), (*initial[0], *initial[1]), manners[0])
            return (y,), states
        (forward, first), (backward, second) = (
            run_stages(place, x, stack, states, layer.go_backwards, manner)
            for layer, place, stack, states, manner in zip(ways, sites, stages, initial, manners, strict=True)
        )
        return (forward, backward), (*first, *second)

    def _merge(self, site: Site, outputs: tuple[Value, ...]) -> tuple[Value, ...]:
        if self.layer.go_backwards and self.layer.return_sequences:
            # Keras leaves the forward output as it was computed, and turns the backward one round.
            outputs = tuple(site.emit_one(ops.Flip(y, 1)) for y in outputs)
        if self.merge_mode == "concat":
            if len(outputs) == 1:
                return outputs
            width = sum(w for w in (y.shape[-1] for y in outputs) if isinstance(w, int))
            return (site.emit_one(ops.Concat(outputs, outputs[0].rank - 1, width)),)
        if len(outputs) == 1:
            outputs = site.emit(ops.Split(outputs[0], 2))
        if self.merge_mode is None:
            return outputs
        forward, backward = outputs
        if forward.shape[-1] != backward.shape[-1]:
            site.fail(
                "G304",
                f"merge_mode `{self.merge_mode}` needs outputs of one width, "
                f"gets {forward.shape[-1]} and {backward.shape[-1]}",
                field="merge_mode",
            )
        kinds: dict[str, Literal["add", "average", "multiply"]] = {
            "sum": "add",
            "ave": "average",
            "mul": "multiply",
        }
        return (site.emit_one(ops.Combine(kinds[self.merge_mode], outputs, forward.shape)),)

"""TimeDistributed: one layer on every step."""

from typing import ClassVar

from pydantic import SerializeAsAny

from specc import ops
from specc.dialects import Dialect
from specc.layers.base import CalledLayer
from specc.layers.lone_cell import LoneCell
from specc.layers.recurrent import Recurrent, missing_time
from specc.layers.rnn import StackedRNNCells
from specc.layers.site import Arguments, Site
from specc.tensors import Dim, DType, Shape, Tensor, Value, show


class TimeDistributed(CalledLayer):
    """Applies a layer to each step of (batch, time, …); its weights are those of the layer, shared by all steps.

    The steps are laid into the batch, (batch*time, …), and taken apart again afterwards.
    """

    holds: ClassVar[str] = "it wants a layer that is called on an input"
    nested_layers: ClassVar[tuple[str, ...]] = ("layer",)

    layer: SerializeAsAny[CalledLayer]
    """The layer for one step."""

    def input_dtype(self) -> DType:
        return self.layer.input_dtype()

    def shape_from_arguments(self, dialect: Dialect) -> list[int | None] | None:
        return None

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        inner = self.layer
        place = site.nested(inner.type, "layer", "layer")
        if x.value.rank < 3:
            site.fail(
                "G301",
                f"{site.title} wants (batch, time, …) with at least 3 dimensions, gets {show(x.shape)}"
                f"{site.source_of()}",
                hint=missing_time(site),
                related=site.places(),
                about_input=True,
            )
        self._refuse_states(site)
        if inner.takes_many:
            site.fail("V216", f"{self.type} cannot hold {inner.type}: it wants a layer with one input", field="layer")
        if inner.along_last_axis:
            (y,) = inner.build(place, Arguments((Tensor(x.value),)))
            return (Tensor(y.value, x.mask),)
        batch, time = x.shape[:2]
        mask = None
        if x.mask is not None and x.mask.rank > 2:
            mask = self._fold(site, x.mask)
        folded = Tensor(self._fold(site, x.value), mask)
        results = inner.build(place, Arguments((folded,)))
        if len(results) != 1:
            message = f"{site.title} cannot hold a layer that returns more than one output"
            site.fail("G340", message, field="layer", hint="leave `return_state` out of the layer inside")
        (y,) = results
        shape: Shape = (batch, time, *y.shape[1:])
        out = site.emit_one(ops.Reshape(y.value, shape, x.value))
        return (Tensor(out, self._output_mask(site, x, y)),)

    def _refuse_states(self, site: Site) -> None:
        inner = getattr(self.layer, "layer", self.layer)
        if isinstance(inner, LoneCell | StackedRNNCells):
            hint = f"put the cell into RNN: `{{type: RNN, cell: {{type: {inner.type}, …}}}}`"
            site.fail("V216", f"{self.type} cannot hold {inner.type}: it has states", field="layer", hint=hint)
        if isinstance(inner, Recurrent) and inner.stateful:
            site.fail(
                "G341",
                f"{site.title} cannot carry the states of a stateful layer: every step would share them",
                field="layer",
                hint="set `stateful: false` on the layer inside",
            )

    @staticmethod
    def _fold(site: Site, value: Value) -> Value:
        batch, time = value.shape[:2]
        joint: Dim = site.dimensions.product(batch, time)
        return site.emit_one(ops.Reshape(value, (joint, *value.shape[2:]), value))

    @staticmethod
    def _output_mask(site: Site, x: Tensor, y: Tensor) -> Value | None:
        """The layer's own mask, taken apart by step; else the input's, a step counting where any part does."""
        if site.dialect.time_distributed_passes_mask:
            return x.mask
        if y.mask is not None:
            shape = (*x.shape[:2], *y.mask.shape[1:])
            return site.emit_one(ops.Reshape(y.mask, shape, x.value))
        mask = x.mask
        while mask is not None and mask.rank > 2:
            mask = site.emit_one(ops.AnyTrue(mask))
        return mask

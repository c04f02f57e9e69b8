"""What layers over steps, images and volumes share: where sizes and channels stand, and how a window moves."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from specc.convolution import CausalPadding, Window
from specc.layers.base import CalledLayer, Layer, PositiveInt, refuse_mask, require_float, require_rank
from specc.layers.recurrent import missing_time
from specc.layers.site import Site
from specc.tensors import Dim, Shape, Tensor, Value, show

PerAxis = PositiveInt | Annotated[list[PositiveInt], Field(min_length=1)]
SIZES = {1: ("time",), 2: ("height", "width"), 3: ("depth", "height", "width")}


class SpatialLayer(CalledLayer):
    """A layer on (batch, *sizes, channels), or (batch, channels, *sizes) under ``data_format: channels_first``."""

    rank: ClassVar[int]

    @property
    def channels_first(self) -> bool:
        """Whether the channels come before the sizes; layers without a ``data_format`` have them last."""
        return getattr(self, "data_format", None) == "channels_first"

    def sizes(self, shape: Shape) -> Shape:
        """The dimensions between batch and channels."""
        return shape[2:] if self.channels_first else shape[1:-1]

    def channels(self, shape: Shape) -> Dim:
        """The number of channels."""
        return shape[1] if self.channels_first else shape[-1]

    def with_sizes(self, shape: Shape, sizes: Shape) -> Shape:
        """The shape with other sizes."""
        return (*shape[:2], *sizes) if self.channels_first else (shape[0], *sizes, shape[-1])

    def check_shape(self, site: Site, x: Tensor) -> None:
        """Refuse another number of dimensions."""
        sizes = SIZES[self.rank]
        layout = ("channels", *sizes) if self.channels_first else (*sizes, "channels")
        hint = missing_time(site) if x.value.rank == 2 else None
        if x.value.rank > self.rank + 2:
            hint = f"put it into TimeDistributed: `{{type: TimeDistributed, layer: {{type: {self.type}, …}}}}`"
        require_rank(site, x, self.rank + 2, show(("batch", *layout)), hint)

    def check_input(self, site: Site, x: Tensor) -> Value:
        """Refuse what no layer of this kind takes: masks, whole numbers, another number of dimensions."""
        refuse_mask(site, x)
        require_float(site, x.value)
        self.check_shape(site, x)
        return x.value


class FormattedLayer(SpatialLayer):
    """A layer whose channels may come first."""

    data_format: Literal["channels_last", "channels_first"] | None = None
    """Whether channels are the last axis (default) or come before the sizes."""


def each(site: Site, layer: Layer, field: str, rank: int) -> tuple[int, ...]:
    """An argument for every axis: one number stands for all."""
    value = getattr(layer, field)
    listed = (value,) * rank if isinstance(value, int) else tuple(value)
    if len(listed) != rank:
        site.fail(
            "V206",
            f"`{field}` must be one number or a list of {rank}, found a list of {len(listed)}",
            field=field,
        )
    return listed


def make_window(
    site: Site, layer: Layer, rank: int, size_field: str, strides: PerAxis | None, padding: CausalPadding
) -> Window:
    """The window that a layer's arguments speak of; strides: None for steps as long as the window."""
    sizes = each(site, layer, size_field, rank)
    steps = sizes if strides is None else each(site, layer, "strides", rank)
    dilations = each(site, layer, "dilation_rate", rank) if hasattr(layer, "dilation_rate") else (1,) * rank
    refuse_both(site, steps, dilations)
    return Window(sizes, steps, dilations, padding)


def refuse_both(site: Site, strides: tuple[int, ...], dilations: tuple[int, ...]) -> None:
    """Strides and dilation exclude each other."""
    if max(strides) > 1 and max(dilations) > 1:
        site.fail(
            "V222",
            f"`strides` {list(strides)} and `dilation_rate` {list(dilations)} are both above 1",
            field="dilation_rate",
            hint="leave one of them at 1",
        )


def slide(site: Site, window: Window, sizes: Shape, shape: Shape, field: str) -> Shape:
    """How many positions a window has along each axis; refuses one that does not fit into the input."""
    lengths: list[Dim] = []
    for axis, size in enumerate(sizes):
        if window.keeps_length(axis):
            lengths.append(size)
        elif not isinstance(size, int):
            lengths.append(site.dimensions.fresh())
        else:
            lengths.append(window.positions(axis, size))
            if window.positions(axis, size) < 1:
                noun = "kernel" if field == "kernel_size" else "window"
                site.fail(
                    "G305",
                    f"the {noun} of {site.title} spans {window.reach(axis)} steps, more than the {size} of the input "
                    f"{show(shape)}{site.source_of()}",
                    field=field,
                    hint="make it smaller, or set `padding: same`",
                    related=site.places(),
                )
    return tuple(lengths)

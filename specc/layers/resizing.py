"""UpSampling, ZeroPadding, Cropping, 1D and 2D: longer or shorter sizes."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from specc import ops
from specc.layers.base import PositiveInt, refuse_mask, require_float
from specc.layers.site import Arguments, Site
from specc.layers.spatial import FormattedLayer, PerAxis, SpatialLayer, each
from specc.tensors import Dim, Shape, Tensor, Value, show

Steps = Annotated[int, Field(ge=0, le=2**31 - 1)]
Ends = Annotated[list[Steps], Field(min_length=1)]
Sides = Annotated[list[Steps | Ends], Field(min_length=1)]
EXACT = ("nearest", "bilinear")


class _Resizing(SpatialLayer):
    """Moves values and computes none, so that whole numbers go through."""

    def take(self, site: Site, x: Tensor) -> Value:
        """The input, checked."""
        refuse_mask(site, x)
        if x.value.dtype == "bool":
            require_float(site, x.value)
        self.check_shape(site, x)
        return x.value

    def around(self, ends: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
        """What happens at the ends of each axis of the input, the batch and the channels among them."""
        none = (0, 0)
        return (none, none, *ends) if self.channels_first else (none, *ends, none)


class UpSampling1D(_Resizing):
    """Repeats each step ``size`` times: (batch, time, channels) -> (batch, time*size, channels)."""

    rank: ClassVar[int] = 1

    size: PositiveInt = 2
    """How often each step is repeated."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        return (Tensor(_repeat(site, self.take(site, arguments.x), 1, self.size)),)


class UpSampling2D(_Resizing, FormattedLayer):
    """Enlarges images: (batch, height, width, channels) -> (batch, height*size, width*size, channels)."""

    rank: ClassVar[int] = 2

    size: PerAxis = 2
    """How often rows and columns are repeated, one number or one for each."""
    interpolation: Literal[
        "nearest", "bilinear", "bicubic", "area", "gaussian", "lanczos3", "lanczos5", "mitchellcubic"
    ] = "nearest"
    """`nearest` repeats pixels, `bilinear` goes evenly from one to the next; specc compiles these two."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = self.take(site, arguments.x)
        height, width = each(site, self, "size", 2)
        self._check_interpolation(site)
        if self.interpolation == "nearest":
            first = 2 if self.channels_first else 1
            return (Tensor(_repeat(site, _repeat(site, x, first, height), first + 1, width)),)
        require_float(site, x)
        sizes = tuple(
            _times(site, dim, factor) for dim, factor in zip(self.sizes(x.shape), (height, width), strict=True)
        )
        origin: Literal["center", "corner"] = "center" if site.dialect.bilinear_from_centers else "corner"
        shape = self.with_sizes(x.shape, sizes)
        return (Tensor(site.emit_one(ops.Interpolate(x, self.channels_first, (height, width), origin, shape))),)

    def _check_interpolation(self, site: Site) -> None:
        if self.interpolation not in EXACT:
            site.fail(
                "L501",
                f"specc cannot compute the interpolation `{self.interpolation}` as TensorFlow does",
                field="interpolation",
                hint="`nearest` and `bilinear` are exact",
            )


class _ZeroPadding(_Resizing):
    """Puts zeros around."""

    def pad(self, site: Site, x: Value, ends: tuple[tuple[int, int], ...]) -> tuple[Tensor, ...]:
        """Zeros before and after each size."""
        sizes = tuple(_plus(site, dim, sum(end)) for dim, end in zip(self.sizes(x.shape), ends, strict=True))
        return (Tensor(site.emit_one(ops.Pad(x, self.around(ends), self.with_sizes(x.shape, sizes)))),)


class ZeroPadding1D(_ZeroPadding, FormattedLayer):
    """Zeros before and after the steps: (batch, time, channels) -> (batch, before + time + after, channels)."""

    rank: ClassVar[int] = 1

    padding: Steps | Ends = 1
    """Steps to add at each end, one number or `[before, after]`."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        return self.pad(site, self.take(site, arguments.x), (_ends(site, self.padding, "padding"),))


class ZeroPadding2D(_ZeroPadding, FormattedLayer):
    """Zeros around images: (batch, height, width, channels) -> the same, larger."""

    rank: ClassVar[int] = 2

    padding: Steps | Sides = 1
    """Pixels to add: one number, `[rows, columns]`, or `[[top, bottom], [left, right]]`."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        return self.pad(site, self.take(site, arguments.x), _sides(site, self.padding, "padding"))


class _Cropping(_Resizing):
    """Cuts off the ends."""

    def crop(self, site: Site, x: Value, ends: tuple[tuple[int, int], ...]) -> tuple[Tensor, ...]:
        """Leave out steps at both ends of each size."""
        for dim, end in zip(self.sizes(x.shape), ends, strict=True):
            if isinstance(dim, int) and sum(end) >= dim:
                site.fail(
                    "G305",
                    f"{site.title} cuts {sum(end)} off the {dim} of {show(x.shape)}{site.source_of()}, which leaves "
                    "nothing",
                    field="cropping" if "cropping" in self.model_fields_set else None,
                    related=site.places(),
                )
        sizes = tuple(_plus(site, dim, -sum(end)) for dim, end in zip(self.sizes(x.shape), ends, strict=True))
        return (Tensor(site.emit_one(ops.Crop(x, self.around(ends), self.with_sizes(x.shape, sizes)))),)


class Cropping1D(_Cropping):
    """Cuts steps off both ends: (batch, time, channels) -> (batch, time - before - after, channels)."""

    rank: ClassVar[int] = 1

    cropping: Steps | Ends = 1
    """Steps to cut off at each end, one number or `[before, after]`."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        return self.crop(site, self.take(site, arguments.x), (_ends(site, self.cropping, "cropping"),))


class Cropping2D(_Cropping, FormattedLayer):
    """Cuts the edges off images: (batch, height, width, channels) -> the same, smaller."""

    rank: ClassVar[int] = 2

    cropping: Steps | Sides = 0
    """Pixels to cut off: one number, `[rows, columns]`, or `[[top, bottom], [left, right]]`."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        return self.crop(site, self.take(site, arguments.x), _sides(site, self.cropping, "cropping"))


def _ends(site: Site, given: int | list[int], field: str) -> tuple[int, int]:
    """Before and after an axis; one number stands for both."""
    if isinstance(given, int):
        return given, given
    _check_two(site, given, field, "[before, after]")
    return given[0], given[1]


def _sides(site: Site, given: int | list[int | list[int]], field: str) -> tuple[tuple[int, int], ...]:
    """The ends of rows and of columns; one number stands for all."""
    if isinstance(given, int):
        return ((given, given),) * 2
    _check_two(site, given, field, "[rows, columns]")
    return tuple(_ends(site, side, field) for side in given)


def _check_two(site: Site, given: Sequence[object], field: str, form: str) -> None:
    if len(given) != 2:
        message = f"`{field}` must be one number or `{form}`, found a list of {len(given)}"
        site.fail("V206", message, field=field)


def _repeat(site: Site, x: Value, axis: int, count: int) -> Value:
    """Each step along an axis several times."""
    if count == 1:
        return x
    shape: Shape = (*x.shape[:axis], _times(site, x.shape[axis], count), *x.shape[axis + 1 :])
    return site.emit_one(ops.RepeatSteps(x, axis, count, shape))


def _times(site: Site, dim: Dim, factor: int) -> Dim:
    if factor == 1:
        return dim
    return dim * factor if isinstance(dim, int) else site.dimensions.fresh()


def _plus(site: Site, dim: Dim, extra: int) -> Dim:
    if extra == 0:
        return dim
    return dim + extra if isinstance(dim, int) else site.dimensions.fresh()

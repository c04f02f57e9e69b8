"""Flatten, Reshape, Permute, RepeatVector: the same numbers in another shape."""

import math
from typing import Annotated, Literal

from pydantic import Field

from specc import ops
from specc.dialects import Dialect
from specc.layers.base import CalledLayer, PositiveInt, refuse_mask, require_rank
from specc.layers.site import Arguments, Site
from specc.tensors import Dim, Shape, Tensor, element_count, show


class Flatten(CalledLayer):
    """(batch, …) -> (batch, product), in C order."""

    data_format: Literal["channels_last", "channels_first"] | None = None
    """`channels_first` moves axis 1 to the end before flattening; default `channels_last`."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        refuse_mask(site, arguments.x)
        x = arguments.x.value
        if x.rank == 1:
            x = site.emit_one(ops.Reshape(x, (x.shape[0], 1)))
        if self.data_format == "channels_first" and x.rank > 2:
            x = site.emit_one(ops.Transpose(x, (0, *range(2, x.rank), 1)))
        count = element_count(x.shape[1:])
        unknown = [d for d in x.shape[1:] if not isinstance(d, int)]
        width: Dim = count if count is not None else site.dimensions.product(*x.shape[1:])
        if len(unknown) == 1 and element_count(tuple(d for d in x.shape[1:] if d != unknown[0])) == 1:
            width = unknown[0]
        return (Tensor(site.emit_one(ops.Reshape(x, (x.shape[0], width), x))),)


class Reshape(CalledLayer):
    """(batch, …) -> (batch, *target_shape), in C order."""

    target_shape: Annotated[list[Annotated[int, Field(ge=-1, le=2**31 - 1)]], Field(min_length=1)]
    """The new shape without the batch; one entry may be -1."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        refuse_mask(site, arguments.x)
        x = arguments.x.value
        target = self.target_shape
        if 0 in target or target.count(-1) > 1:
            site.fail(
                "V206",
                f"target_shape {target} must hold sizes above 0 and at most one -1",
                field="target_shape",
            )
        given, wanted = element_count(x.shape[1:]), math.prod(d for d in target if d != -1)
        fits = True if given is None else (given % wanted == 0 if -1 in target else given == wanted)
        if not fits:
            site.fail(
                "G305",
                f"{site.title} cannot make {show(('batch', *target))} of {show(x.shape)}{site.source_of()}: "
                f"{given} elements are not {'a multiple of ' if -1 in target else ''}{wanted}",
                field="target_shape",
                related=site.places(),
            )
        if given is None and -1 not in target:
            site.fail(
                "G305",
                f"{site.title} cannot know that {show(x.shape)}{site.source_of()} holds {wanted} elements",
                field="target_shape",
                hint="write -1 for the dimension that varies",
                related=site.places(),
            )
        filled: Dim = given // wanted if given is not None else self._unknown(site, x.shape, wanted)
        shape: Shape = (x.shape[0], *(filled if d == -1 else d for d in target))
        return (Tensor(site.emit_one(ops.Reshape(x, shape))),)

    @staticmethod
    def _unknown(site: Site, shape: Shape, wanted: int) -> Dim:
        """The unknown dimension itself where nothing but it is left over, else a new one."""
        unknown = [d for d in shape[1:] if not isinstance(d, int)]
        rest = math.prod(d for d in shape[1:] if isinstance(d, int))
        return unknown[0] if len(unknown) == 1 and rest == wanted else site.dimensions.fresh()


class Permute(CalledLayer):
    """Axes in another order. dims: (2, 1) swaps the first two axes after the batch."""

    dims: Annotated[list[PositiveInt], Field(min_length=1)]
    """The new order of the axes, counted from 1 without the batch."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        refuse_mask(site, arguments.x)
        x = arguments.x.value
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            site.fail(
                "V206",
                f"dims {self.dims} must hold each of 1 to {len(self.dims)} once",
                field="dims",
                hint="axes count from 1, without the batch",
            )
        require_rank(site, arguments.x, len(self.dims) + 1, f"(batch, …) with {len(self.dims)} axes after the batch")
        return (Tensor(site.emit_one(ops.Transpose(x, (0, *self.dims)))),)


class RepeatVector(CalledLayer):
    """(batch, features) -> (batch, n, features)."""

    n: PositiveInt
    """How often the vector is repeated."""
    input_dim: PositiveInt | None = None
    """On the first layer: width of the input, for `input_shape: [input_dim]`."""

    def shape_from_arguments(self, dialect: Dialect) -> list[int | None] | None:
        return None if self.input_dim is None else [self.input_dim]

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        refuse_mask(site, arguments.x)
        require_rank(site, arguments.x, 2, "(batch, features)")
        return (Tensor(site.emit_one(ops.Repeat(arguments.x.value, self.n))),)

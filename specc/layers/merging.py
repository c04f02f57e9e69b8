"""Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate: several inputs become one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from specc import ops
from specc.layers.base import CalledLayer, require_float
from specc.layers.site import Arguments, Site
from specc.tensors import Dim, Shape, Tensor, Value, show


class _Merge(CalledLayer):
    """An elementwise function of two or more inputs.

    Inputs of lower rank get axes of length 1 after the batch, then axes of length 1 are stretched.
    """

    takes_many: ClassVar[bool] = True
    kind: ClassVar[Literal["add", "subtract", "multiply", "average", "maximum", "minimum"]]

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        _require_several(site, arguments.inputs)
        for index, tensor in enumerate(arguments.inputs):
            require_float(site, tensor.value, index)
        rank = max(t.value.rank for t in arguments.inputs)
        shape: Shape = (1,) * rank
        values = []
        for index, tensor in enumerate(arguments.inputs):
            value = tensor.value
            while value.rank < rank:
                value = site.emit_one(ops.Unsqueeze(value, 1))
            shape = _broadcast(site, shape, value.shape, index, arguments.inputs)
            values.append(value)
        masks = [t.mask for t in arguments.inputs]
        joined = None
        if not (site.dialect.merge_needs_every_mask and None in masks):
            joined = join_masks(site, [m for m in masks if m is not None])
        if site.dialect.merge_skips_masked:
            own = [t.mask if t.value.rank == rank else None for t in arguments.inputs]
            steps = [None if mask is None else _over(site, mask, rank) for mask in own]
            return (Tensor(self.combine_unmasked(site, values, steps, shape), joined),)
        return (Tensor(self.combine(site, values, shape), joined),)

    def combine(self, site: Site, values: Sequence[Value], shape: Shape) -> Value:
        """The function of all values, masked or not."""
        return site.emit_one(ops.Combine(self.kind, tuple(values), shape))

    def combine_unmasked(
        self, site: Site, values: Sequence[Value], masks: Sequence[Value | None], shape: Shape
    ) -> Value:
        """The function where a dialect leaves masked steps out of it: the layers that it does so for override this.

        masks: (batch, time, 1, …), of the values' rank.
        """
        return self.combine(site, values, shape)


def _over(site: Site, mask: Value, rank: int) -> Value:
    """A mask with axes of length 1 up to a rank."""
    while mask.rank < rank:
        mask = site.emit_one(ops.Unsqueeze(mask, mask.rank))
    return mask


def _require_several(site: Site, tensors: Sequence[Tensor]) -> None:
    if len(tensors) < 2:
        site.fail(
            "G307",
            f"{site.title} joins two or more inputs, gets {len(tensors)}",
            field="type",
            hint="list them under `inputs`",
        )


def _broadcast(site: Site, left: Shape, right: Shape, index: int, tensors: Sequence[Tensor]) -> Shape:
    """The common shape of what came before and one more input."""
    joined: list[Dim] = []
    for a, b in zip(left, right, strict=True):
        if a == 1 or b == 1:
            joined.append(b if a == 1 else a)
        else:
            joined.append(_same(site, a, b, index, tensors))
    return tuple(joined)


def _same(site: Site, a: Dim, b: Dim, index: int, tensors: Sequence[Tensor]) -> Dim:
    """The dimension that two inputs share; refuses two different sizes."""
    if isinstance(a, int) and isinstance(b, int) and a != b:
        shapes = ", ".join(show(t.shape) for t in tensors)
        site.fail(
            "G304",
            f"{site.title} cannot join inputs of shapes {shapes}: {a} is not {b}",
            related=(*site.places(0), *site.places(index)),
        )
    return site.dimensions.unify(a, b)


def _possible_axes(rank: int) -> str | None:
    """The axes after the batch; None where there is none."""
    if rank < 3:
        return "`axis` may be 1 or -1" if rank == 2 else None
    return f"`axis` may be 1 to {rank - 1}, or -{rank - 1} to -1"


def join_masks(site: Site, masks: Sequence[Value]) -> Value | None:
    """One mask of several, as the dialect joins them."""
    if not masks:
        return None
    if len({m.rank for m in masks}) > 1:
        site.fail("G312", f"{site.title} cannot join masks of different ranks", hint="mask the inputs alike")
    if site.dialect.merge_mask == "drop":
        return None
    if len({id(m) for m in masks}) == 1:
        return masks[0]
    return site.emit_one(ops.Logical(site.dialect.merge_mask, tuple(masks)))


class Add(_Merge):
    """The sum of the inputs."""

    kind: ClassVar[Literal["add"]] = "add"


class Subtract(_Merge):
    """The first of two inputs minus the second."""

    kind: ClassVar[Literal["subtract"]] = "subtract"

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        if len(arguments.inputs) > 2:
            site.fail("G307", f"{site.title} takes two inputs, gets {len(arguments.inputs)}", field="inputs")
        return super().build(site, arguments)


class Multiply(_Merge):
    """The product of the inputs."""

    kind: ClassVar[Literal["multiply"]] = "multiply"


class Average(_Merge):
    """The mean of the inputs."""

    kind: ClassVar[Literal["average"]] = "average"


class Maximum(_Merge):
    """The largest of the inputs."""

    kind: ClassVar[Literal["maximum"]] = "maximum"


class Minimum(_Merge):
    """The smallest of the inputs."""

    kind: ClassVar[Literal["minimum"]] = "minimum"


class Concatenate(CalledLayer):
    """The inputs side by side along an axis; all other dimensions agree."""

    takes_many: ClassVar[bool] = True

    axis: int = -1
    """The axis to join along, counting the batch as 0; negative counts from the end."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        tensors = arguments.inputs
        _require_several(site, tensors)
        rank = tensors[0].value.rank
        for index, tensor in enumerate(tensors):
            if (tensor.value.rank, tensor.value.dtype) != (rank, tensors[0].value.dtype):
                shapes = ", ".join(f"{t.value.dtype} {show(t.shape)}" for t in tensors)
                site.fail(
                    "G304",
                    f"{site.title} wants inputs of one rank and type, gets {shapes}",
                    related=(*site.places(0), *site.places(index)),
                )
        axis = self.axis + rank if self.axis < 0 else self.axis
        if not 1 <= axis < rank:
            site.fail(
                "G308",
                f"axis {self.axis} is not an axis after the batch of {show(tensors[0].shape)}",
                field="axis",
                hint=_possible_axes(rank),
            )
        for index, tensor in enumerate(tensors):
            for a, b, i in zip(tensors[0].shape, tensor.shape, range(rank), strict=True):
                if i != axis:
                    _same(site, a, b, index, tensors)
        lengths = [t.shape[axis] for t in tensors]
        sizes = [d for d in lengths if isinstance(d, int)]
        length: Dim = sum(sizes) if len(sizes) == len(lengths) else site.dimensions.fresh()
        y = site.emit_one(ops.Concat(tuple(t.value for t in tensors), axis, length))
        return (Tensor(y, self._mask(site, tensors, axis, length)),)

    @staticmethod
    def _mask(site: Site, tensors: Sequence[Tensor], axis: int, length: Dim) -> Value | None:
        """Inputs without a mask count as unmasked everywhere."""
        ranks = {t.mask.rank for t in tensors if t.mask is not None}
        if not ranks:
            return None
        if len(ranks) > 1:
            site.fail("G312", f"{site.title} cannot join masks of different ranks", hint="mask the inputs alike")
        rank = ranks.pop()
        masks = tuple(t.mask or site.emit_one(ops.AllTrue(t.value, rank)) for t in tensors)
        if axis < rank:
            return site.emit_one(ops.Concat(masks, axis, length))
        return join_masks(site, masks)

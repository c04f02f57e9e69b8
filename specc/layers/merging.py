"""Add, Subtract, Multiply, Average, Maximum, Minimum, Concatenate: several inputs become one."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from specc import ops
from specc.layers.axes import possible_axes
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
            wide = {id(m): _widen(site, m, rank) for m in own if m is not None}
            return (Tensor(self.combine_unmasked(site, values, [wide.get(id(m)) for m in own], shape), joined),)
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


def _widen(site: Site, mask: Value, rank: int) -> Value:
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
    a, b = site.dimensions.settle(a), site.dimensions.settle(b)
    if isinstance(a, int) and isinstance(b, int) and a != b:
        shapes = ", ".join(show(t.shape) for t in tensors)
        site.fail(
            "G304",
            f"{site.title} cannot join inputs of shapes {shapes}: {a} is not {b}",
            related=(*site.places(0), *site.places(index)),
        )
    return site.dimensions.unify(a, b)


def join_masks(site: Site, masks: Sequence[Value]) -> Value | None:
    """One mask of several, as the dialect joins them."""
    if not masks or site.dialect.merge_mask == "drop":
        return None
    if len({m.rank for m in masks}) > 1:
        site.fail("G312", f"{site.title} cannot join masks of different ranks", hint="mask the inputs alike")
    return _join(site, masks, site.dialect.merge_mask)


def _join(site: Site, masks: Sequence[Value], kind: Literal["and", "or"]) -> Value:
    if all(mask is masks[0] for mask in masks):
        return masks[0]
    return site.emit_one(ops.Logical(kind, tuple(masks)))


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
    """The product of the inputs. In Keras 3 a masked step counts as one; where all are masked the product is zero."""

    kind: ClassVar[Literal["multiply"]] = "multiply"

    def combine_unmasked(
        self, site: Site, values: Sequence[Value], masks: Sequence[Value | None], shape: Shape
    ) -> Value:
        pairs = zip(values, masks, strict=True)
        y = self.combine(site, [v if m is None else site.emit_one(ops.Where(m, v, 1.0)) for v, m in pairs], shape)
        present = [m for m in masks if m is not None]
        return y if len(present) < len(values) else site.emit_one(ops.Where(_join(site, present, "or"), y))


class Average(_Merge):
    """The mean of the inputs."""

    kind: ClassVar[Literal["average"]] = "average"


class _Extreme(_Merge):
    """In Keras 3 a masked step takes what the other inputs hold there."""

    def combine_unmasked(
        self, site: Site, values: Sequence[Value], masks: Sequence[Value | None], shape: Shape
    ) -> Value:
        y, valid = values[0], masks[0]
        for value, mask in zip(values[1:], masks[1:], strict=True):
            x = value if mask is None else site.emit_one(ops.Where(mask, value, y))
            y = y if valid is None else site.emit_one(ops.Where(valid, y, x))
            valid = None if mask is None or valid is None else _join(site, (valid, mask), "or")
            y = self.combine(site, (y, x), ops.broadcast(y.shape, x.shape))
        return y


class Maximum(_Extreme):
    """The largest of the inputs."""

    kind: ClassVar[Literal["maximum"]] = "maximum"


class Minimum(_Extreme):
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
                hint=possible_axes(rank, "axis"),
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
        if not ranks or site.dialect.merge_mask == "drop":
            return None
        if len(ranks) > 1:
            site.fail("G312", f"{site.title} cannot join masks of different ranks", hint="mask the inputs alike")
        rank = ranks.pop()
        masks = tuple(t.mask or site.emit_one(ops.AllTrue(t.value, rank)) for t in tensors)
        if axis < rank:
            return site.emit_one(ops.Concat(masks, axis, length))
        return join_masks(site, masks)

"""Dot: products of two inputs, summed along an axis of each."""

from typing import Annotated, ClassVar

from pydantic import Field

from specc import ops
from specc.layers.axes import find_axis
from specc.layers.base import CalledLayer, require_float
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor, show


class Dot(CalledLayer):
    """The sum of products along one axis of each input, row by row of the batch.

    (batch, …, n, …) and (batch, …, n, …) -> the batch, what is left of the first, what is left of the second; two
    vectors give (batch, 1). The masks of the inputs end here.
    """

    takes_many: ClassVar[bool] = True

    axes: int | Annotated[list[int], Field(min_length=2, max_length=2)]
    """The axis of both inputs, or one for each; the batch counts as 0."""
    normalize: bool = False
    """Scale the vectors along the axis to length one before, so that the result is their cosine."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        if len(arguments.inputs) != 2:
            site.fail(
                "G307",
                f"{site.title} takes two inputs, gets {len(arguments.inputs)}",
                field="type" if len(arguments.inputs) == 1 else "inputs",
                hint="list them under `inputs`",
            )
        for index, tensor in enumerate(arguments.inputs):
            require_float(site, tensor.value, index)
        x, y = (tensor.value for tensor in arguments.inputs)
        wanted = [self.axes, self.axes] if isinstance(self.axes, int) else self.axes
        left, right = find_axis(site, wanted[0], x, "axes", 0), find_axis(site, wanted[1], y, "axes", 1)
        a, b = site.dimensions.settle(x.shape[left]), site.dimensions.settle(y.shape[right])
        if isinstance(a, int) and isinstance(b, int) and a != b:
            site.fail(
                "G304",
                f"{site.title} cannot multiply axis {left} of {show(x.shape)} and axis {right} of {show(y.shape)}: "
                f"{a} is not {b}",
                field="axes",
                related=(*site.places(0), *site.places(1)),
            )
        site.dimensions.unify(a, b)
        for index, tensor in enumerate(arguments.inputs):
            if tensor.mask is not None:
                site.warn("G311", f"{site.title} drops the mask that arrives{site.source_of(index)}")
        if self.normalize:
            smallest = site.dialect.smallest_squared_length
            x = site.emit_one(ops.UnitLength(x, left, smallest))
            y = site.emit_one(ops.UnitLength(y, right, smallest))
        return (Tensor(site.emit_one(ops.Contract(x, y, (left, right)))),)

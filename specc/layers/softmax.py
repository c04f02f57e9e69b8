"""Softmax: shares that add up to one along an axis, or along several at once."""

from specc import ops
from specc.layers.axes import Axes, find_axes
from specc.layers.base import CalledLayer, Reference, require_float
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor, Value, show


class Softmax(CalledLayer):
    """Positive shares that add up to one: e^x over the sum of e^x; keeps the shape and the mask.

    tf.keras and Keras 3 leave masked elements out of the sum; their mask has the shape of the input, or 1 along an
    axis. Where nothing along the axis is valid, tf.keras shares evenly, and Keras 3 puts out zeros.
    """

    axis: Axes = -1
    """The axis, or axes, along which the result adds up to one; the batch counts as 0."""
    mask: Reference | None = None
    """An output of the input's shape, of type bool or int, to use as the mask instead of the input's own."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x.value
        require_float(site, x)
        axes = tuple(sorted(find_axes(site, self.axis, x)))
        mask = arguments.mask if arguments.mask is not None else arguments.x.mask
        masking = site.dialect.softmax_mask
        if mask is None or masking == "ignore":
            return (Tensor(site.emit_one(ops.Softmax(x, axes)), mask),)
        self._check(site, mask, x)
        return (Tensor(site.emit_one(ops.Softmax(x, axes, mask, masking)), mask),)

    def _check(self, site: Site, mask: Value, x: Value) -> None:
        settle = site.dimensions.settle
        pairs = list(zip(map(settle, mask.shape), map(settle, x.shape), strict=False))
        unequal = [(m, d) for m, d in pairs if m not in (1, d) and isinstance(m, int) and isinstance(d, int)]
        if mask.rank != x.rank or unequal:
            site.fail(
                "G312",
                f"{site.title} wants a mask of the shape of its input, {show(x.shape)}, gets {show(mask.shape)}",
                field=None if self.mask is None else "mask",
                hint="`{type: Activation, activation: softmax}` takes any mask, and leaves masked steps alone"
                if self.mask is None
                else None,
                related=() if self.mask else site.places(),
            )
        for m, d in pairs:
            if m != 1:
                site.dimensions.unify(m, d)

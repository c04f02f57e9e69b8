"""Masking: steps that hold nothing but one value count as absent."""

from specc import ops
from specc.layers.base import CalledLayer, require_float
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor, show


class Masking(CalledLayer):
    """Masks each step whose features all equal mask_value, and sets those features to zero.

    x: (batch, time, features), mask: (batch, time) true where any feature differs from mask_value. Keras
    multiplies the input by the mask, so that Masking(5) turns [5, 5] into [0, 0] and leaves [5, 1].
    """

    mask_value: float = 0.0
    """The value of absent features."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x.value
        require_float(site, x)
        if x.rank < 2:
            message = f"{site.title} wants (batch, time, features), gets {show(x.shape)}{site.source_of()}"
            site.fail("G301", message, about_input=True)
        mask = site.emit_one(ops.AnyNotEqual(x, self.mask_value))
        if self.mask_value == 0:  # such steps are zeros already
            return (Tensor(x, mask),)
        wide = site.emit_one(ops.Unsqueeze(mask, x.rank - 1))
        return (Tensor(site.emit_one(ops.Where(wide, x)), mask),)

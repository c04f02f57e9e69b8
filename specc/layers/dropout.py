"""Dropout: random zeros in training, nothing in inference."""

from __future__ import annotations

from typing import ClassVar

from specc import ops
from specc.diagnostics.quote import quote
from specc.layers.base import CalledLayer, Rate, UnknownOrSize
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor


class Dropout(CalledLayer):
    """Sets a share of the inputs to zero in training and scales the rest by 1 / (1 - rate)."""

    along_last_axis: ClassVar[bool] = True

    rate: Rate
    """Share of the inputs to drop, in [0, 1]."""
    noise_shape: list[UnknownOrSize] | None = None
    """Shape of the random mask with the batch; 1 shares it along an axis, `null` follows the input."""
    seed: int | None = None
    """Seed of the random mask."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        noise = None if self.noise_shape is None else tuple(self.noise_shape)
        if noise is not None:
            fits = len(noise) == x.value.rank and all(
                n in (None, 1) or d == n or not isinstance(d, int) for n, d in zip(noise, x.shape, strict=False)
            )
            if not fits:
                site.fail(
                    "G304",
                    f"`noise_shape` {quote(self.noise_shape)} does not broadcast to the input's "
                    f"({', '.join(map(str, x.shape))})",
                    field="noise_shape",
                    hint="one entry for each dimension, the batch included: its size, 1 or null",
                )
        return (Tensor(site.emit_one(ops.Dropout(x.value, self.rate, noise, self.seed)), x.mask),)

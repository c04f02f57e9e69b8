"""Dropout, SpatialDropout, GaussianDropout, AlphaDropout, GaussianNoise: random in training, nothing in inference.

All keep the shape and the mask.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from specc import ops
from specc.diagnostics.quote import quote
from specc.layers.base import CalledLayer, Rate, UnknownOrSize, require_float, require_rank
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor, Value


def _find_noise_shape(site: Site, noise_shape: list[int | None] | None, x: Value) -> tuple[int | None, ...] | None:
    """The shape of the random mask; refuses one that does not broadcast to the input."""
    if noise_shape is None:
        return None
    fits = len(noise_shape) == x.rank and all(
        n in (None, 1) or d == n or not isinstance(d, int) for n, d in zip(noise_shape, x.shape, strict=False)
    )
    if not fits:
        site.fail(
            "G304",
            f"`noise_shape` {quote(noise_shape)} does not broadcast to the input's ({', '.join(map(str, x.shape))})",
            field="noise_shape",
            hint="one entry for each dimension, the batch included: its size, 1 or null",
        )
    return tuple(noise_shape)


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
        noise = _find_noise_shape(site, self.noise_shape, x.value)
        return _drop(site, x, self.rate, noise, self.seed)


class SpatialDropout1D(CalledLayer):
    """Sets a share of the channels to zero in training, at all steps alike. x: (batch, time, channels)."""

    rate: Rate
    """Share of the channels to drop, in [0, 1]."""
    seed: int | None = None
    """Seed of the random mask."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        require_rank(site, arguments.x, 3, "(batch, time, channels)")
        return _drop_channels(site, arguments.x, self.rate, 2, self.seed)


class _SpatialDropout(CalledLayer):
    """Sets a share of the channels to zero in training, at all places alike."""

    sizes: ClassVar[tuple[str, ...]]

    rate: Rate
    """Share of the channels to drop, in [0, 1]."""
    data_format: Literal["channels_last", "channels_first"] | None = None
    """Whether channels are the last axis (default) or come before the sizes."""
    seed: int | None = None
    """Seed of the random mask."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        is_first = self.data_format == "channels_first"
        layout = ("channels", *self.sizes) if is_first else (*self.sizes, "channels")
        require_rank(site, arguments.x, len(layout) + 1, f"(batch, {', '.join(layout)})")
        return _drop_channels(site, arguments.x, self.rate, 1 if is_first else len(layout), self.seed)


class SpatialDropout2D(_SpatialDropout):
    """Sets a share of the channels to zero in training, at all places alike. x: (batch, height, width, channels)."""

    sizes: ClassVar[tuple[str, ...]] = ("height", "width")


class SpatialDropout3D(_SpatialDropout):
    """The same for volumes. x: (batch, depth, height, width, channels)."""

    sizes: ClassVar[tuple[str, ...]] = ("depth", "height", "width")


def _drop_channels(site: Site, x: Tensor, rate: float, channels: int, seed: int | None) -> tuple[Tensor, ...]:
    noise = tuple(None if axis in (0, channels) else 1 for axis in range(x.value.rank))
    return _drop(site, x, rate, noise, seed)


def _drop(site: Site, x: Tensor, rate: float, noise: tuple[int | None, ...] | None, seed: int | None) -> tuple[Tensor]:
    effective = 0.0 if rate == 1 and not site.dialect.full_rate_drops else rate
    return (Tensor(site.emit_one(ops.Dropout(x.value, effective, noise, seed)), x.mask),)


class AlphaDropout(Dropout):
    """Dropout that keeps mean and variance, for layers with `activation: selu`."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        require_float(site, x.value)
        noise = _find_noise_shape(site, self.noise_shape, x.value)
        op = ops.Noise(x.value, "alpha_dropout", self.rate, self.seed, noise)
        return (Tensor(site.emit_one(op), x.mask),)


class GaussianDropout(CalledLayer):
    """Multiplies by random numbers of mean 1 and deviation sqrt(rate / (1 - rate)) in training."""

    along_last_axis: ClassVar[bool] = True

    rate: Rate
    """As of Dropout, which has the same deviation."""
    seed: int | None = None
    """Seed of the random numbers."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        require_float(site, arguments.x.value)
        op = ops.Noise(arguments.x.value, "multiply", self.rate, self.seed)
        return (Tensor(site.emit_one(op), arguments.x.mask),)


class GaussianNoise(CalledLayer):
    """Adds random numbers of mean 0 in training."""

    along_last_axis: ClassVar[bool] = True

    stddev: Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
    """Deviation of the random numbers."""
    seed: int | None = None
    """Seed of the random numbers."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        require_float(site, arguments.x.value)
        op = ops.Noise(arguments.x.value, "add", self.stddev, self.seed)
        return (Tensor(site.emit_one(op), arguments.x.mask),)

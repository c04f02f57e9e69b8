"""Convolutions, there and back. x: (batch, *sizes, channels), or (batch, channels, *sizes)."""

from __future__ import annotations

from dataclasses import dataclass

from specc.convolution import Window
from specc.ops.base import Op, Result
from specc.tensors import Dim, Shape, Value
from specc.weights import Weight


@dataclass(frozen=True, eq=False)
class Spatial(Op):
    """An op on the sizes of x. lengths: the sizes of the result."""

    x: Value
    channels_first: bool
    lengths: Shape

    @property
    def sizes(self) -> Shape:
        """The dimensions of x between batch and channels."""
        return self.x.shape[2:] if self.channels_first else self.x.shape[1:-1]

    @property
    def channels(self) -> Dim:
        """The channels of x."""
        return self.x.shape[1 if self.channels_first else -1]

    def with_channels(self, channels: Dim) -> tuple[Result, ...]:
        """The result, given its channels."""
        batch = self.x.shape[0]
        inner = (channels, *self.lengths) if self.channels_first else (*self.lengths, channels)
        return (((batch, *inner), self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Convolve(Spatial):
    """Cross-correlation with a kernel (*window, channels/groups, filters), plus a bias (filters,).

    Each of ``groups`` equal parts of the channels makes the same part of the filters.
    """

    window: Window
    kernel: Weight
    bias: Weight | None
    groups: int = 1

    def result(self) -> tuple[Result, ...]:
        return self.with_channels(self.kernel.shape[-1])


@dataclass(frozen=True, eq=False)
class ConvolveDepthwise(Spatial):
    """Each channel by itself with kernels of its own: kernel (*window, channels, multiplier), bias
    (channels*multiplier,); the results of one channel lie side by side."""

    window: Window
    kernel: Weight
    bias: Weight | None

    def result(self) -> tuple[Result, ...]:
        return self.with_channels(self.kernel.shape[-2] * self.kernel.shape[-1])


@dataclass(frozen=True, eq=False)
class ConvolveTransposed(Spatial):
    """Each step i of x adds kernel point k to the result at i*stride + k*dilation - crop[0] along each axis.

    kernel (*window, filters, channels), bias (filters,). crops: what is cut off both ends of the full result,
    below 0 what is added in zeros, before the bias.
    """

    kernel: Weight
    bias: Weight | None
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    crops: tuple[tuple[int, int], ...]

    def result(self) -> tuple[Result, ...]:
        return self.with_channels(self.kernel.shape[-2])

"""DepthwiseConv1D/2D, SeparableConv1D/2D: convolutions of each channel by itself."""

from typing import ClassVar

from specc import ops
from specc.availability import missing
from specc.convolution import CausalPadding, Padding, Window, reach
from specc.layers.base import PositiveInt
from specc.layers.convolution import ConvolvingLayer
from specc.layers.parameters import GLOROT_UNIFORM, ConstraintField, InitializerField, RegularizerField
from specc.layers.site import Arguments, Site
from specc.layers.spatial import each, make_window, slide
from specc.tensors import Shape, Tensor, Value
from specc.weights import Weight


class _Depthwise(ConvolvingLayer):
    """A convolution whose kernels see one channel each."""

    depth_multiplier: PositiveInt = 1
    """How many kernels each channel has."""
    depthwise_initializer: InitializerField = GLOROT_UNIFORM
    """How the kernel of each channel starts."""
    depthwise_regularizer: RegularizerField = None
    """Penalty on the kernel of each channel in training."""
    depthwise_constraint: ConstraintField = None
    """What the kernel of each channel is projected on after each training step."""

    def slide_over(self, site: Site, x: Value) -> tuple[Window, Shape]:
        """The window, and the sizes of the output."""
        padding: CausalPadding = getattr(self, "padding", "valid")
        window = make_window(site, self, self.rank, "kernel_size", self.strides, padding)
        return window, slide(site, window, self.sizes(x.shape), x.shape, "kernel_size")

    def depthwise_kernel(self, site: Site, window: Window, channels: int) -> Weight:
        """Declare the kernel (*sizes, channels, depth_multiplier)."""
        return site.weight(
            "depthwise_kernel",
            (*window.sizes, channels, self.depth_multiplier),
            self.depthwise_initializer,
            "depth_multiplier" if self.depth_multiplier > 1 else "kernel_size",
            self.depthwise_regularizer,
            self.depthwise_constraint,
        )


class _DepthwiseConv(_Depthwise):
    """act(depthwise(x, kernel) + bias)."""

    padding: Padding = "valid"
    """`same` pads with zeros; `valid` uses no position beyond the input."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = self.check_input(site, arguments.x)
        channels = self.known_channels(site, x)
        window, lengths = self.slide_over(site, x)
        kernel = self.depthwise_kernel(site, window, channels)
        bias = self.bias(site, channels * self.depth_multiplier, "kernel_size")
        return self.finish(site, ops.ConvolveDepthwise(x, self.channels_first, lengths, window, kernel, bias))


class _SeparableConv(_Depthwise):
    """act(depthwise(x, depthwise_kernel) . pointwise_kernel + bias)."""

    filters: PositiveInt
    """Channels of the output."""
    pointwise_initializer: InitializerField = GLOROT_UNIFORM
    """How the kernel over the channels starts."""
    pointwise_regularizer: RegularizerField = None
    """Penalty on the kernel over the channels in training."""
    pointwise_constraint: ConstraintField = None
    """What the kernel over the channels is projected on after each training step."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = self.check_input(site, arguments.x)
        channels = self.known_channels(site, x)
        window, lengths = self.slide_over(site, x)
        depthwise = self.depthwise_kernel(site, window, channels)
        ones = (1,) * self.rank
        pointwise = site.weight(
            "pointwise_kernel",
            (*ones, channels * self.depth_multiplier, self.filters),
            self.pointwise_initializer,
            "filters",
            self.pointwise_regularizer,
            self.pointwise_constraint,
        )
        bias = self.bias(site, self.filters, "filters")
        deep = site.emit_one(ops.ConvolveDepthwise(x, self.channels_first, lengths, window, depthwise, None))
        point = Window(ones, ones, ones, "valid")
        return self.finish(site, ops.Convolve(deep, self.channels_first, lengths, point, pointwise, bias))


class DepthwiseConv1D(_DepthwiseConv):
    """A convolution of each channel by itself: (batch, time, channels) -> (batch, time', channels*depth_multiplier).

    Weights: depthwise_kernel (size, channels, depth_multiplier), bias (channels*depth_multiplier,).
    """

    rank: ClassVar[int] = 1
    instead: ClassVar[str | None] = "use DepthwiseConv2D between two Reshape, or set `dialect: tf.keras`"


class DepthwiseConv2D(_DepthwiseConv):
    """A convolution of each channel by itself: (batch, height, width, channels) -> channels*depth_multiplier.

    Weights: depthwise_kernel (height, width, channels, depth_multiplier), bias (channels*depth_multiplier,).
    """

    rank: ClassVar[int] = 2


class SeparableConv1D(_SeparableConv):
    """A convolution of each step's neighbours, channel by channel, then one across the channels.

    x: (batch, time, channels) -> (batch, time', filters). Weights: depthwise_kernel (size, channels,
    depth_multiplier), pointwise_kernel (1, channels*depth_multiplier, filters), bias (filters,).
    """

    rank: ClassVar[int] = 1

    padding: CausalPadding = "valid"
    """`same` pads both ends with zeros, `causal` (tf.keras) the start alone; `valid` pads nothing."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        home = missing(site.dialect, f"{self.type}.padding: {self.padding}")
        if home is not None:
            (size,), (dilation,) = (each(site, self, field, 1) for field in ("kernel_size", "dilation_rate"))
            site.fail(
                "V211",
                f"`padding: {self.padding}` of {self.type} does not exist in {site.dialect.name}, only in {home}",
                field="padding",
                hint=f"put ZeroPadding1D with `padding: [{reach(size, dilation) - 1}, 0]` before it",
            )
        return super().build(site, arguments)


class SeparableConv2D(_SeparableConv):
    """A convolution of each position's neighbours, channel by channel, then one across the channels.

    x: (batch, height, width, channels) -> (batch, height', width', filters). Weights: depthwise_kernel (height,
    width, channels, depth_multiplier), pointwise_kernel (1, 1, channels*depth_multiplier, filters), bias (filters,).
    """

    rank: ClassVar[int] = 2

    padding: Padding = "valid"
    """`same` pads with zeros; `valid` uses no position beyond the input."""

"""Conv1D, Conv2D, Conv3D: convolutions over steps, images and volumes."""

from typing import ClassVar

from specc import ops
from specc.activations import ActivationName
from specc.convolution import CausalPadding, Padding
from specc.layers.activation import activate
from specc.layers.base import PositiveInt, require_known
from specc.layers.parameters import (
    GLOROT_UNIFORM,
    ZEROS,
    ConstraintField,
    InitializerField,
    RegularizerField,
)
from specc.layers.site import Arguments, Site
from specc.layers.spatial import FormattedLayer, PerAxis, make_window, slide
from specc.tensors import Tensor, Value
from specc.weights import Weight


class ConvolvingLayer(FormattedLayer):
    """What all convolutions take, transposed, depthwise and separable ones among them."""

    kernel_size: PerAxis
    """Size of the kernels, one number or one for each axis."""
    strides: PerAxis = 1
    """Steps of the kernel over the input; above 1 it excludes dilation."""
    dilation_rate: PerAxis = 1
    """Distance between the points of the kernel over the input; above 1 it excludes strides."""
    activation: ActivationName | None = None
    """Activation on the output; default: none (linear)."""
    use_bias: bool = True
    """Whether a bias is added."""
    bias_initializer: InitializerField = ZEROS
    """How the bias starts."""
    bias_regularizer: RegularizerField = None
    """Penalty on the bias in training."""
    activity_regularizer: RegularizerField = None
    """Penalty on the output in training."""
    bias_constraint: ConstraintField = None
    """What the bias is projected on after each training step."""

    def known_channels(self, site: Site, x: Value) -> int:
        """The channels of the input, which the kernel's size hangs on."""
        where = "first" if self.channels_first else "last"
        hint = f"they are the {where} entry of the input's `shape`: the kernel's size hangs on them"
        return require_known(site, self.channels(x.shape), "number of channels", hint)

    def bias(self, site: Site, width: int, blame: str) -> Weight | None:
        """The bias, where there is one."""
        if not self.use_bias:
            return None
        return site.weight("bias", (width,), self.bias_initializer, blame, self.bias_regularizer, self.bias_constraint)

    def finish(self, site: Site, op: ops.Op) -> tuple[Tensor, ...]:
        """The layer's output: the op, then the activation."""
        y = activate(site, site.emit_one(op), self.activation)
        site.penalize(self.activity_regularizer, (y,))
        return (Tensor(y),)


class KernelLayer(ConvolvingLayer):
    """A convolution with one kernel for all channels."""

    filters: PositiveInt
    """Channels of the output."""
    kernel_initializer: InitializerField = GLOROT_UNIFORM
    """How the kernel starts."""
    kernel_regularizer: RegularizerField = None
    """Penalty on the kernel in training."""
    kernel_constraint: ConstraintField = None
    """What the kernel is projected on after each training step."""

    def kernel(self, site: Site, shape: tuple[int, ...]) -> Weight:
        """Declare the kernel."""
        return site.weight(
            "kernel", shape, self.kernel_initializer, "filters", self.kernel_regularizer, self.kernel_constraint
        )


class _Conv(KernelLayer):
    """act(x * kernel + bias), where * is cross-correlation: the kernel is not flipped."""

    groups: PositiveInt = 1
    """Equal parts of the channels, each with a part of the filters to itself; tf.keras and keras3."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = self.check_input(site, arguments.x)
        channels = self.known_channels(site, x)
        self._check_groups(site, channels)
        padding: CausalPadding = getattr(self, "padding", "valid")
        window = make_window(site, self, self.rank, "kernel_size", self.strides, padding)
        lengths = slide(site, window, self.sizes(x.shape), x.shape, "kernel_size")
        kernel = self.kernel(site, (*window.sizes, channels // self.groups, self.filters))
        bias = self.bias(site, self.filters, "filters")
        return self.finish(site, ops.Convolve(x, self.channels_first, lengths, window, kernel, bias, self.groups))

    def _check_groups(self, site: Site, channels: int) -> None:
        if channels % self.groups or self.filters % self.groups:
            site.fail(
                "G360",
                f"{site.title} cannot split {channels} channels{site.source_of()} and {self.filters} filters into "
                f"{self.groups} equal groups",
                field="groups",
                hint="both must be multiples of `groups`",
                related=site.places(),
            )


class Conv1D(_Conv):
    """A convolution over steps: (batch, time, channels) -> (batch, time', filters).

    Weights: kernel (size, channels/groups, filters), bias (filters,).
    """

    rank: ClassVar[int] = 1

    padding: CausalPadding = "valid"
    """`same` pads both ends with zeros, `causal` the start alone; `valid` uses no step beyond the input."""


class Conv2D(_Conv):
    """A convolution over images: (batch, height, width, channels) -> (batch, height', width', filters).

    Weights: kernel (height, width, channels/groups, filters), bias (filters,).
    """

    rank: ClassVar[int] = 2

    padding: Padding = "valid"
    """`same` pads with zeros; `valid` uses no position beyond the input."""


class Conv3D(_Conv):
    """A convolution over volumes: (batch, depth, height, width, channels) -> the same with other sizes and filters.

    Weights: kernel (depth, height, width, channels/groups, filters), bias (filters,).
    """

    rank: ClassVar[int] = 3

    padding: Padding = "valid"
    """`same` pads with zeros; `valid` uses no position beyond the input."""

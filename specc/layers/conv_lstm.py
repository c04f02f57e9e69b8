"""ConvLSTM1D, ConvLSTM2D, ConvLSTM3D: LSTM whose products are convolutions (Shi et al. 2015)."""

from typing import ClassVar, Literal

from specc import ops
from specc.activations import ActivationName
from specc.convolution import Padding, output_length
from specc.dialects import Dialect
from specc.layers.activation import find_step_activation
from specc.layers.base import PositiveInt, Rate, require_known
from specc.layers.cells import RecurrentWeights
from specc.layers.lstm import warn_of_forget_bias
from specc.layers.recurrent import Recurrent
from specc.layers.site import Site
from specc.layers.spatial import PerAxis, each, refuse_both
from specc.layers.stages import Stage
from specc.tensors import Tensor, show


class _ConvLSTM(RecurrentWeights, Recurrent):
    """z_g = conv(x_t, K_g; strides, padding, dilation) + b_g + conv(h, R_g; stride 1, same), then as LSTM.

    Weights, in both data formats: kernel (*sizes, channels, 4*filters), recurrent_kernel (*sizes, filters,
    4*filters), bias (4*filters,); blocks i|f|c|o on the last axis. States h and c have the shape of one output.
    """

    rank: ClassVar[int]
    defaults_by_dialect: ClassVar[dict[str, str]] = {"recurrent_activation": "conv_recurrent_activation"}

    otherwise: ClassVar[dict[str, str]] = {
        "unroll": "leave it out: Keras writes out no ConvLSTM, and specc does so by itself where it is faster",
        "implementation": "leave it out: there is one way to compute a ConvLSTM",
    }

    filters: PositiveInt
    """Channels of the output and of the state."""
    kernel_size: PerAxis
    """Size of the kernels, one number or one for each axis."""
    strides: PerAxis = 1
    """Steps of the kernel over the input; above 1 it excludes dilation."""
    padding: Padding = "valid"
    """`same` pads with zeros; `valid` uses no position beyond the input."""
    data_format: Literal["channels_last", "channels_first"] | None = None
    """Whether channels are the last axis (default) or come before the sizes."""
    dilation_rate: PerAxis = 1
    """Distance between the points of the kernel over the input; above 1 it excludes strides."""
    activation: ActivationName | None = "tanh"
    """Activation of the candidate and of the output; null is linear."""
    recurrent_activation: ActivationName | None = "hard_sigmoid"
    """Activation of the gates; keras3 defaults to `sigmoid`."""
    use_bias: bool = True
    """Whether a bias is added."""
    unit_forget_bias: bool = True
    """Start the bias of the forget gate at one, whatever `bias_initializer` says of the others."""
    dropout: Rate = 0.0
    """Share of the inputs to drop in training, in [0, 1]."""
    recurrent_dropout: Rate = 0.0
    """Share of the state to drop in training, in [0, 1]."""

    @property
    def input_layout(self) -> tuple[str, ...]:
        sizes = ("depth", "height", "width")[3 - self.rank :]
        inner = ("channels", *sizes) if self.data_format == "channels_first" else (*sizes, "channels")
        return ("batch", "time", *inner)

    @property
    def state_names(self) -> tuple[str, ...]:
        return ("state_h", "state_c")

    def zero_masked_both_ways(self, dialect: Dialect) -> bool:
        return dialect.conv_lstm_zero_masked_in_bidirectional

    def check(self, site: Site, x: Tensor) -> None:
        super().check(site, x)
        require_known(site, x.shape[self._channel_axis], "number of channels", "give it in the Input's `shape`")
        for dim in self._sizes(x):
            require_known(site, dim, "size of the images", "give it in the Input's `shape`: padding depends on it")
        refuse_both(site, each(site, self, "strides", self.rank), each(site, self, "dilation_rate", self.rank))
        if x.mask is not None and site.dialect.conv_lstm_rejects_masks:
            message = f"{site.title} does not take masks in Keras before 2.2.5"
            self.refuse_mask(site, "G310", message, "set `keras_version` to 2.2.5 or later, which runs this model")

    @property
    def _channel_axis(self) -> int:
        return 2 if self.data_format == "channels_first" else 2 + self.rank

    def _sizes(self, x: Tensor) -> tuple[int | str, ...]:
        start = 3 if self.data_format == "channels_first" else 2
        return x.shape[start : start + self.rank]

    def stages(self, site: Site, x: Tensor) -> tuple[Stage, ...]:
        if self.use_bias:
            warn_of_forget_bias(site, self.unit_forget_bias, self.bias_initializer)
        cell = self._cell(site)
        self._check_room(site, x, cell)
        channels = x.shape[self._channel_axis]
        assert isinstance(channels, int)
        wide = 4 * self.filters
        shapes = (*cell.kernel_size, channels, wide), (*cell.kernel_size, self.filters, wide)
        bias = (wide,) if self.use_bias else None
        start = self.bias_initializer._replace(block_of_ones=(1, 4) if self.unit_forget_bias else None)
        return (Stage(cell, *self.declare(site, "filters", *shapes, bias, start)),)

    def _cell(self, site: Site) -> ops.ConvLstm:
        return ops.ConvLstm(
            units=self.filters,
            activation=find_step_activation(site, self.activation),
            dropout=float(self.dropout),
            recurrent_dropout=float(self.recurrent_dropout),
            mask_per_gate=True,
            recurrent_activation=find_step_activation(site, self.recurrent_activation, "recurrent_activation"),
            kernel_size=each(site, self, "kernel_size", self.rank),
            strides=each(site, self, "strides", self.rank),
            padding=self.padding,
            dilation_rate=each(site, self, "dilation_rate", self.rank),
            channels_first=self.data_format == "channels_first",
        )

    def _check_room(self, site: Site, x: Tensor, cell: ops.ConvLstm) -> None:
        for size, kernel, stride, dilation in zip(
            cell.input_sizes(x.shape), cell.kernel_size, cell.strides, cell.dilation_rate, strict=True
        ):
            if output_length(size, kernel, stride, self.padding, dilation) < 1:
                site.fail(
                    "G305",
                    f"the kernel of {site.title} spans more than the input {show(x.shape)}{site.source_of()}",
                    field="kernel_size",
                    hint="make it smaller, or set `padding: same`",
                    related=site.places(),
                )


class ConvLSTM1D(_ConvLSTM):
    """LSTM over time whose products are convolutions over one axis.

    x: (batch, time, width, channels) -> (batch, width', filters), or with time under return_sequences.
    Weights: kernel (k, channels, 4*filters), recurrent_kernel (k, filters, 4*filters), bias (4*filters,).
    """

    rank: ClassVar[int] = 1


class ConvLSTM2D(_ConvLSTM):
    """LSTM over time whose products are convolutions over images.

    x: (batch, time, height, width, channels) -> (batch, height', width', filters), or with time under
    return_sequences; channels before the sizes with data_format channels_first.
    Weights: kernel (kh, kw, channels, 4*filters), recurrent_kernel (kh, kw, filters, 4*filters), bias (4*filters,).
    """

    rank: ClassVar[int] = 2


class ConvLSTM3D(_ConvLSTM):
    """LSTM over time whose products are convolutions over volumes.

    x: (batch, time, depth, height, width, channels). Weights as ConvLSTM2D with one size more.
    """

    rank: ClassVar[int] = 3

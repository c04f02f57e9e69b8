"""Conv1DTranspose and Conv2DTranspose: convolutions run backwards, from short to long."""

from typing import Annotated, ClassVar

from pydantic import Field

from specc import ops
from specc.convolution import Padding, reach, spread
from specc.layers.convolution import KernelLayer
from specc.layers.site import Arguments, Site
from specc.layers.spatial import each, refuse_both
from specc.tensors import Dim, Tensor

Extra = Annotated[int, Field(ge=0, le=2**31 - 1)]


class _ConvTranspose(KernelLayer):
    """Each step of the input adds a kernel, weighed by it, to the output; then bias and activation.

    Output length n*stride with padding `same`, n*stride + max(kernel - stride, 0) with `valid`.
    """

    padding: Padding = "valid"
    """`same` cuts the output to the input's length times the stride; `valid` keeps all that the kernel reaches."""
    output_padding: Extra | Annotated[list[Extra], Field(min_length=1)] | None = None
    """Steps on top of the shortest possible output, below the stride; default: as `padding` says."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = self.check_input(site, arguments.x)
        channels = self.known_channels(site, x)
        sizes, strides, dilations = (
            each(site, self, field, self.rank) for field in ("kernel_size", "strides", "dilation_rate")
        )
        refuse_both(site, strides, dilations)
        extras: tuple[int | None, ...] = (None,) * self.rank
        if self.output_padding is not None:
            extras = each(site, self, "output_padding", self.rank)
        crops, lengths = [], []
        for length, size, stride, dilation, extra in zip(
            self.sizes(x.shape), sizes, strides, dilations, extras, strict=True
        ):
            self._check_extra(site, extra, stride, reach(size, dilation))
            way = spread(length, size, stride, self.padding, dilation, extra)
            crops.append(way.crop)
            keeps = stride == 1 and reach(size, dilation) - sum(way.crop) == 1
            longer: Dim = site.dimensions.fresh() if way.length is None and not keeps else way.length or length
            lengths.append(longer)
        kernel = self.kernel(site, (*sizes, self.filters, channels))
        bias = self.bias(site, self.filters, "filters")
        op = ops.ConvolveTransposed(
            x, self.channels_first, tuple(lengths), kernel, bias, strides, dilations, tuple(crops)
        )
        return self.finish(site, op)

    def _check_extra(self, site: Site, extra: int | None, stride: int, span: int) -> None:
        """Refuse an output_padding whose output would not lead back to the input's length."""
        if extra is None:
            return
        low = 0 if self.padding == "valid" or span % 2 else 1
        if not low <= extra < stride:
            fits = "none does" if low >= stride else f"{low} does" if low == stride - 1 else f"{low} to {stride - 1} do"
            site.fail(
                "V223",
                f"`output_padding` {extra} does not fit strides of {stride} and a kernel that spans {span} steps: "
                f"{fits}",
                field="output_padding",
                hint="leave `output_padding` out to get the length that `padding` names",
            )


class Conv1DTranspose(_ConvTranspose):
    """A transposed convolution over steps: (batch, time, channels) -> (batch, time', filters).

    Weights: kernel (size, filters, channels), bias (filters,).
    """

    rank: ClassVar[int] = 1
    instead: ClassVar[str | None] = "use Conv2DTranspose between two Reshape, or set `dialect: tf.keras`"


class Conv2DTranspose(_ConvTranspose):
    """A transposed convolution over images: (batch, height, width, channels) -> (batch, height', width', filters).

    Weights: kernel (height, width, filters, channels), bias (filters,).
    """

    rank: ClassVar[int] = 2

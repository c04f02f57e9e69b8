"""MaxPooling and AveragePooling, 1D to 3D: the largest or the mean of each window."""

from typing import ClassVar, Literal

from specc import ops
from specc.convolution import Padding
from specc.layers.site import Arguments, Site
from specc.layers.spatial import FormattedLayer, PerAxis, make_window, slide
from specc.tensors import Tensor


class _Pooling(FormattedLayer):
    """A window moves over the sizes, over each channel by itself. Padding counts neither as a value nor as a step."""

    kind: ClassVar[Literal["max", "average"]]

    pool_size: PerAxis = 2
    """Size of the window, one number or one for each axis."""
    strides: PerAxis | None = None
    """Steps of the window over the input; default: `pool_size`, so that windows lie side by side."""
    padding: Padding = "valid"
    """`same` lets windows reach beyond the input; `valid` leaves out what fills no whole window."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = self.check_input(site, arguments.x)
        window = make_window(site, self, self.rank, "pool_size", self.strides, self.padding)
        lengths = slide(site, window, self.sizes(x.shape), x.shape, "pool_size")
        return (Tensor(site.emit_one(ops.Pool(x, self.channels_first, lengths, self.kind, window))),)


class MaxPooling1D(_Pooling):
    """The largest of each window over steps: (batch, time, channels) -> (batch, time', channels)."""

    rank: ClassVar[int] = 1
    kind: ClassVar[Literal["max"]] = "max"


class MaxPooling2D(_Pooling):
    """The largest of each window over images (batch, height, width, channels)."""

    rank: ClassVar[int] = 2
    kind: ClassVar[Literal["max"]] = "max"


class MaxPooling3D(_Pooling):
    """The largest of each window over volumes (batch, depth, height, width, channels)."""

    rank: ClassVar[int] = 3
    kind: ClassVar[Literal["max"]] = "max"


class AveragePooling1D(_Pooling):
    """The mean of each window over steps: (batch, time, channels) -> (batch, time', channels)."""

    rank: ClassVar[int] = 1
    kind: ClassVar[Literal["average"]] = "average"


class AveragePooling2D(_Pooling):
    """The mean of each window over images (batch, height, width, channels)."""

    rank: ClassVar[int] = 2
    kind: ClassVar[Literal["average"]] = "average"


class AveragePooling3D(_Pooling):
    """The mean of each window over volumes (batch, depth, height, width, channels)."""

    rank: ClassVar[int] = 3
    kind: ClassVar[Literal["average"]] = "average"

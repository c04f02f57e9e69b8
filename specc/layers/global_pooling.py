"""GlobalMaxPooling and GlobalAveragePooling, 1D to 3D: the largest or the mean of each channel."""

from typing import ClassVar, Literal

from specc import ops
from specc.layers.base import require_float
from specc.layers.site import Arguments, Site
from specc.layers.spatial import FormattedLayer
from specc.tensors import Tensor, Value, show


class _GlobalPooling(FormattedLayer):
    """(batch, *sizes, channels) -> (batch, channels)."""

    kind: ClassVar[Literal["max", "average"]]

    keepdims: bool = False
    """Whether the sizes stay, with length 1; tf.keras and keras3."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        return self._pool(site, self.check_input(site, arguments.x))

    def _pool(self, site: Site, x: Value, mask: Value | None = None) -> tuple[Tensor, ...]:
        return (Tensor(site.emit_one(ops.GlobalPool(x, self.channels_first, self.kind, self.keepdims, mask))),)


class GlobalMaxPooling1D(_GlobalPooling):
    """The largest of all steps: (batch, time, channels) -> (batch, channels). Masked steps count like others."""

    rank: ClassVar[int] = 1
    kind: ClassVar[Literal["max"]] = "max"


class GlobalMaxPooling2D(_GlobalPooling):
    """The largest of each image: (batch, height, width, channels) -> (batch, channels)."""

    rank: ClassVar[int] = 2
    kind: ClassVar[Literal["max"]] = "max"


class GlobalMaxPooling3D(_GlobalPooling):
    """The largest of each volume: (batch, depth, height, width, channels) -> (batch, channels)."""

    rank: ClassVar[int] = 3
    kind: ClassVar[Literal["max"]] = "max"


class GlobalAveragePooling1D(_GlobalPooling):
    """The mean of all steps: (batch, time, channels) -> (batch, channels).

    Under a mask it is the mean of the steps that count, and not a number in a row without any; Keras before 2.2.3
    takes no mask.
    """

    rank: ClassVar[int] = 1
    kind: ClassVar[Literal["average"]] = "average"

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        if x.mask is None:
            return super().build(site, arguments)
        if not site.dialect.average_pooling_uses_mask:
            site.fail(
                "G310",
                f"{site.title} does not take masks before Keras 2.2.3, and a mask arrives{site.source_of()}",
                hint="from 2.2.3 on it averages the steps that count: set `keras_version`, or leave the mask out",
                related=site.places(),
            )
        require_float(site, x.value)
        self.check_shape(site, x)
        (steps,) = self.sizes(x.shape)
        if isinstance(steps, int) and isinstance(x.mask.shape[1], int) and steps != x.mask.shape[1]:
            site.fail(
                "G312",
                f"{site.title} averages {steps} steps, and the mask {show(x.mask.shape)}{site.source_of()} speaks of "
                f"{x.mask.shape[1]}",
                hint="a mask follows axis 1 of its input; with `channels_first` the steps are axis 2",
                related=site.places(),
            )
        return self._pool(site, x.value, x.mask)


class GlobalAveragePooling2D(_GlobalPooling):
    """The mean of each image: (batch, height, width, channels) -> (batch, channels)."""

    rank: ClassVar[int] = 2
    kind: ClassVar[Literal["average"]] = "average"


class GlobalAveragePooling3D(_GlobalPooling):
    """The mean of each volume: (batch, depth, height, width, channels) -> (batch, channels)."""

    rank: ClassVar[int] = 3
    kind: ClassVar[Literal["average"]] = "average"

"""LeakyReLU, PReLU, ELU, ReLU, ThresholdedReLU: activations with arguments, and one with weights.

All keep the shape and the mask.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from specc import ops
from specc.activations import Activation
from specc.layers.axes import find_axes
from specc.layers.base import CalledLayer, PositiveInt, require_float, require_known
from specc.layers.parameters import ZEROS, ConstraintField, InitializerField, RegularizerField
from specc.layers.site import Arguments, Site
from specc.ops import Op
from specc.tensors import Tensor, Value, show

NotNegative = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class _Rectifier(CalledLayer):
    """A function of every element by itself."""

    along_last_axis: ClassVar[bool] = True

    def op(self, x: Value) -> Op:
        """The op that computes it."""
        raise NotImplementedError

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        require_float(site, x.value)
        return (Tensor(site.emit_one(self.op(x.value)), x.mask),)


class LeakyReLU(_Rectifier):
    """Keeps what is above zero, and multiplies the rest by alpha."""

    otherwise: ClassVar[dict[str, str]] = {
        "alpha": "here it is called `negative_slope`",
        "negative_slope": "here it is called `alpha`",
    }

    alpha: NotNegative = 0.3
    """Slope below zero; keras3 calls it `negative_slope`."""
    negative_slope: NotNegative | None = None
    """Slope below zero, as keras3 calls it; default: 0.3."""

    def op(self, x: Value) -> Op:
        slope = self.alpha if self.negative_slope is None else self.negative_slope
        return ops.Activate(x, Activation("leaky_relu", slope))


class ELU(_Rectifier):
    """Keeps what is above zero; the rest becomes alpha * (e^x - 1)."""

    alpha: Annotated[float, Field(allow_inf_nan=False)] = 1.0
    """Scale below zero."""

    def op(self, x: Value) -> Op:
        return ops.Activate(x, Activation("elu", self.alpha))


class ReLU(_Rectifier):
    """Keeps what is above the threshold, up to max_value; the rest becomes negative_slope * (x - threshold).

    At the threshold itself the result is 0, in every Keras, whatever the documentation says.
    """

    max_value: NotNegative | None = None
    """The largest result; `null` is no limit."""
    negative_slope: NotNegative = 0.0
    """Slope below the threshold."""
    threshold: NotNegative = 0.0
    """Where the function starts."""

    def op(self, x: Value) -> Op:
        return ops.Rectify(x, self.threshold, self.negative_slope, self.max_value)


class ThresholdedReLU(_Rectifier):
    """Keeps what is above theta; the rest becomes zero."""

    instead: ClassVar[str | None] = "use ReLU with `threshold`, which computes the same"

    theta: NotNegative = 1.0
    """The threshold."""

    def op(self, x: Value) -> Op:
        return ops.Rectify(x, self.theta, 0.0, None)


class PReLU(CalledLayer):
    """Keeps what is above zero, and multiplies the rest by weights.

    Weights: alpha, of the shape of the input without the batch, 1 along `shared_axes`.
    """

    alpha_initializer: InitializerField = ZEROS
    """How the slopes start."""
    alpha_regularizer: RegularizerField = None
    """Penalty on the slopes in training."""
    alpha_constraint: ConstraintField = None
    """What the slopes are projected on after each training step."""
    shared_axes: PositiveInt | Annotated[list[PositiveInt], Field(min_length=1)] | None = None
    """Axes along which all places share a slope, counting the batch as 0: 1 is time."""

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        require_float(site, x.value)
        shared = () if self.shared_axes is None else find_axes(site, self.shared_axes, x.value, "shared_axes")
        shape = tuple(
            1 if axis in shared else require_known(site, x.shape[axis], f"size of axis {axis}", _hint(axis, x))
            for axis in range(1, x.value.rank)
        )
        alpha = site.weight(
            "alpha", shape, self.alpha_initializer, "shared_axes", self.alpha_regularizer, self.alpha_constraint
        )
        return (Tensor(site.emit_one(ops.RectifyEach(x.value, alpha)), x.mask),)


def _hint(axis: int, x: Tensor) -> str:
    return f"every place of {show(x.shape)} has a slope of its own: `shared_axes: [{axis}]` shares them"

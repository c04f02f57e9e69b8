"""Dense: a product with a matrix on the last axis."""

from typing import ClassVar

from specc import ops
from specc.activations import ActivationName
from specc.dialects import Dialect
from specc.layers.activation import activate
from specc.layers.base import CalledLayer, PositiveInt, require_float, require_known
from specc.layers.parameters import (
    GLOROT_UNIFORM,
    ZEROS,
    ConstraintField,
    InitializerField,
    RegularizerField,
)
from specc.layers.site import Arguments, Site
from specc.tensors import Tensor


class Dense(CalledLayer):
    """act(x . kernel + bias). x: (batch, …, in) -> (batch, …, units).

    Weights: kernel (in, units), bias (units,).
    """

    along_last_axis: ClassVar[bool] = True

    units: PositiveInt
    """Width of the output."""
    activation: ActivationName | None = None
    """Activation on the output; default: none (linear)."""
    use_bias: bool = True
    """Whether a bias is added."""
    kernel_initializer: InitializerField = GLOROT_UNIFORM
    """How the kernel starts."""
    bias_initializer: InitializerField = ZEROS
    """How the bias starts."""
    kernel_regularizer: RegularizerField = None
    """Penalty on the kernel in training."""
    bias_regularizer: RegularizerField = None
    """Penalty on the bias in training."""
    activity_regularizer: RegularizerField = None
    """Penalty on the output in training."""
    kernel_constraint: ConstraintField = None
    """What the kernel is projected on after each training step."""
    bias_constraint: ConstraintField = None
    """What the bias is projected on after each training step."""
    input_dim: PositiveInt | None = None
    """On the first layer: width of the input, for `input_shape: [input_dim]`."""

    def shape_from_arguments(self, dialect: Dialect) -> list[int | None] | None:
        return None if self.input_dim is None else [self.input_dim]

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        x = arguments.x
        if x.value.rank < 2:
            site.fail(
                "G301", f"{site.title} wants (batch, …, features), gets no features{site.source_of()}", about_input=True
            )
        require_float(site, x.value)
        if x.mask is not None and site.dialect.dense_rejects_masks:
            site.fail(
                "G310",
                f"{site.title} does not take masks in keras1, and a mask arrives{site.source_of()}",
                hint="wrap it in TimeDistributed",
                related=site.places(),
            )
        width = require_known(
            site,
            x.shape[-1],
            "last dimension",
            "after Flatten, the length must be known: set `input_length` (or the lengths in `shape`) on the input",
        )
        kernel = site.weight(
            "kernel",
            (width, self.units),
            self.kernel_initializer,
            "units",
            self.kernel_regularizer,
            self.kernel_constraint,
        )
        bias = None
        if self.use_bias:
            bias = site.weight(
                "bias",
                (self.units,),
                self.bias_initializer,
                "units",
                self.bias_regularizer,
                self.bias_constraint,
            )
        y = activate(site, site.emit_one(ops.Linear(x.value, kernel, bias)), self.activation)
        site.penalize(self.activity_regularizer, (y,))
        return (Tensor(y, x.mask),)

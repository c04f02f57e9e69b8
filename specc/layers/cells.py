"""What recurrent cells share, inside a layer of their own (LSTM), inside RNN, and alone."""

from typing import Any, ClassVar

from specc import ops
from specc.activations import ActivationName
from specc.dialects import Dialect
from specc.layers.activation import find_step_activation
from specc.layers.base import CalledLayer, Implementation, PositiveInt, Rate
from specc.layers.parameters import (
    GLOROT_UNIFORM,
    ORTHOGONAL,
    ZEROS,
    ConstraintField,
    InitializerField,
    RegularizerField,
)
from specc.layers.recurrent import UnrollableRecurrent
from specc.layers.site import Site
from specc.layers.stages import Stage
from specc.tensors import Tensor
from specc.weights import Initializer, Weight


class RecurrentWeights(CalledLayer):
    """How the three weights of a recurrent layer start, and what training does to them."""

    kernel_initializer: InitializerField = GLOROT_UNIFORM
    """How the kernel (for the inputs) starts."""
    recurrent_initializer: InitializerField = ORTHOGONAL
    """How the recurrent kernel (for the state) starts."""
    bias_initializer: InitializerField = ZEROS
    """How the bias starts."""
    kernel_regularizer: RegularizerField = None
    """Penalty on the kernel in training."""
    recurrent_regularizer: RegularizerField = None
    """Penalty on the recurrent kernel in training."""
    bias_regularizer: RegularizerField = None
    """Penalty on the bias in training."""
    kernel_constraint: ConstraintField = None
    """What the kernel is projected on after each training step."""
    recurrent_constraint: ConstraintField = None
    """What the recurrent kernel is projected on after each training step."""
    bias_constraint: ConstraintField = None
    """What the bias is projected on after each training step."""

    def declare(
        self,
        site: Site,
        blame: str,
        kernel: tuple[int, ...],
        recurrent_kernel: tuple[int, ...],
        bias: tuple[int, ...] | None,
        bias_start: Initializer,
    ) -> tuple[Weight, Weight, Weight | None]:
        """Declare kernel, recurrent kernel and bias by their shapes; ``blame`` is the field that decides them."""
        inputs = site.weight(
            "kernel", kernel, self.kernel_initializer, blame, self.kernel_regularizer, self.kernel_constraint
        )
        state = site.weight(
            "recurrent_kernel",
            recurrent_kernel,
            self.recurrent_initializer,
            blame,
            self.recurrent_regularizer,
            self.recurrent_constraint,
        )
        if bias is None:
            return inputs, state, None
        return inputs, state, site.weight("bias", bias, bias_start, blame, self.bias_regularizer, self.bias_constraint)


class CellWeights(RecurrentWeights):
    """The weights of a cell, and how they start and are kept in training.

    kernel (features, gates*units), recurrent_kernel (units, gates*units), bias.
    """

    gates: ClassVar[int]
    cell_states: ClassVar[tuple[str, ...]]

    units: PositiveInt
    """Width of the state and of the output."""

    def check_cell(self, site: Site) -> None:
        """Refuse combinations of arguments that the cell cannot have."""

    def cell(self, site: Site) -> ops.Cell:
        """The equations, for the targets."""
        raise NotImplementedError

    def bias_shape(self) -> tuple[int, ...] | None:
        """The shape of the bias; None where there is none."""
        return (self.gates * self.units,)

    def bias_start(self) -> Initializer:
        """How the bias starts."""
        return self.bias_initializer

    def stage(self, site: Site, features: int) -> Stage:
        """Declare the cell and its weights."""
        self.check_cell(site)
        width = self.gates * self.units
        shapes = (features, width), (self.units, width), self.bias_shape()
        return Stage(self.cell(site), *self.declare(site, "units", *shapes, self.bias_start()))


class CellArguments(CellWeights):
    """What the plain cells have beside their weights."""

    activation: ActivationName | None = "tanh"
    """Activation of the candidate (and, for LSTM, of the output); null is linear."""
    use_bias: bool = True
    """Whether a bias is added."""
    dropout: Rate = 0.0
    """Share of the inputs to drop in training, in [0, 1]."""
    recurrent_dropout: Rate = 0.0
    """Share of the state to drop in training, in [0, 1]."""

    def bias_shape(self) -> tuple[int, ...] | None:
        return super().bias_shape() if self.use_bias else None

    def draws_mask_per_gate(self, dialect: Dialect) -> bool:
        """Whether dropout draws a mask for each gate."""
        return False

    def cell_arguments(self, site: Site) -> dict[str, Any]:
        """The arguments that every cell has."""
        return {
            "units": self.units,
            "activation": find_step_activation(site, self.activation),
            "dropout": float(self.dropout),
            "recurrent_dropout": float(self.recurrent_dropout),
            "mask_per_gate": self.draws_mask_per_gate(site.dialect),
        }


class GatedCellArguments(CellArguments):
    """What GRU and LSTM have beside that."""

    defaults_by_dialect: ClassVar[dict[str, str]] = {
        "recurrent_activation": "recurrent_activation",
        "implementation": "implementation",
    }

    recurrent_activation: ActivationName | None = "hard_sigmoid"
    """Activation of the gates; tf.keras and keras3 default to `sigmoid`."""
    implementation: Implementation = 1
    """How products are grouped: 0, 1 one product per gate, 2 one for all gates. It changes no result."""

    def draws_mask_per_gate(self, dialect: Dialect) -> bool:
        if self.recurrent_dropout > 0 and dialect.recurrent_dropout_splits_gates:
            return True
        return self.implementation != 2

    @property
    def has_fast_form(self) -> bool:
        """Whether the equations are those of cuDNN."""
        functions = (self.activation, self.recurrent_activation)
        return functions == ("tanh", "sigmoid") and self.use_bias and not self.recurrent_dropout

    def cell_arguments(self, site: Site) -> dict[str, Any]:
        gate = find_step_activation(site, self.recurrent_activation, "recurrent_activation")
        return {**super().cell_arguments(site), "recurrent_activation": gate}


class SingleCell(CellArguments, UnrollableRecurrent):
    """A layer that is one cell over time."""

    @property
    def state_names(self) -> tuple[str, ...]:
        return self.cell_states

    def stages(self, site: Site, x: Tensor) -> tuple[Stage, ...]:
        features = x.shape[2]
        assert isinstance(features, int)
        return (self.stage(site, features),)


class GatedSingleCell(GatedCellArguments, SingleCell):
    """LSTM and GRU as layers."""

    def draws_mask_per_gate(self, dialect: Dialect) -> bool:
        is_fast = self.has_fast_form and not self.unroll
        if is_fast and dialect.fast_form_shares_mask:
            return False
        return super().draws_mask_per_gate(dialect)

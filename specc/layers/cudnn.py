"""CuDNNGRU and CuDNNLSTM: Keras 2's layers for one GPU library. They compute plain GRU and LSTM.

Their weights lie as cuDNN wants them (``specc.stores.layouts`` has the permutations), with one bias for the
inputs and one for the state. The activations are fixed: tanh, and sigmoid for the gates; GRU is of the
reset_after kind.
"""

from typing import ClassVar

from specc import ops
from specc.activations import Activation
from specc.dialects import Dialect
from specc.layers.cells import CellWeights
from specc.layers.lstm import warn_of_forget_bias
from specc.layers.recurrent import SequenceRecurrent
from specc.layers.site import Site
from specc.layers.stages import Stage
from specc.tensors import Tensor
from specc.weights import Initializer


class _CuDNN(CellWeights, SequenceRecurrent):
    """Weights: kernel (features, gates*units), recurrent_kernel (units, gates*units), bias (2*gates*units,)."""

    otherwise: ClassVar[dict[str, str]] = {
        "activation": "leave it out: it is always tanh. LSTM and GRU take others",
        "recurrent_activation": "leave it out: it is always sigmoid. LSTM and GRU take others",
        "use_bias": "leave it out: there is always a bias. LSTM and GRU do without",
        "dropout": "use LSTM or GRU, which have it",
        "recurrent_dropout": "use LSTM or GRU, which have it",
        "implementation": "leave it out: it changes no result",
        "unroll": "leave it out, or use LSTM or GRU, which have it",
    }

    @property
    def state_names(self) -> tuple[str, ...]:
        return self.cell_states

    def prefers_recorded_state(self, dialect: Dialect) -> bool:
        return False

    def bias_shape(self) -> tuple[int, ...]:
        return (2 * self.gates * self.units,)

    def check(self, site: Site, x: Tensor) -> None:
        super().check(site, x)
        if x.mask is not None:
            self.refuse_mask(site, "G315", f"{site.title} does not take masks", self.instead)

    def stages(self, site: Site, x: Tensor) -> tuple[Stage, ...]:
        features = x.shape[2]
        assert isinstance(features, int)
        return (self.stage(site, features)._replace(cudnn=True),)


class CuDNNLSTM(_CuDNN):
    """LSTM with tanh and sigmoid, its weights in cuDNN's layout."""

    gates: ClassVar[int] = 4
    cell_states: ClassVar[tuple[str, ...]] = ("state_h", "state_c")
    instead: ClassVar[str | None] = "use LSTM with `recurrent_activation: sigmoid`, which computes the same"

    unit_forget_bias: bool = True
    """Start the bias of the forget gate at one."""

    def check_cell(self, site: Site) -> None:
        warn_of_forget_bias(site, self.unit_forget_bias, self.bias_initializer)

    def bias_start(self) -> Initializer:
        # The ones stand in the second half, the bias of the state.
        return self.bias_initializer._replace(block_of_ones=(5, 8) if self.unit_forget_bias else None)

    def cell(self, site: Site) -> ops.Cell:
        return ops.Lstm(self.units, Activation("tanh"), 0.0, 0.0, False, Activation("sigmoid"))


class CuDNNGRU(_CuDNN):
    """GRU with tanh, sigmoid and reset_after, its weights in cuDNN's layout."""

    gates: ClassVar[int] = 3
    cell_states: ClassVar[tuple[str, ...]] = ("state",)
    otherwise: ClassVar[dict[str, str]] = {
        **_CuDNN.otherwise,
        "reset_after": "leave it out: it is always true. GRU has both",
    }
    instead: ClassVar[str | None] = "use GRU with sigmoid gates and `reset_after: true`, which computes the same"

    def cell(self, site: Site) -> ops.Cell:
        return ops.Gru(self.units, Activation("tanh"), 0.0, 0.0, False, Activation("sigmoid"), reset_after=True)

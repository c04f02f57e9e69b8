"""LSTM: long short-term memory (Hochreiter & Schmidhuber 1997)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc import ops
from specc.activations import ActivationName
from specc.layers.activation import find_activation
from specc.layers.recurrent import SingleCell
from specc.layers.site import Site
from specc.tensors import Tensor
from specc.weights import Initializer


class LSTM(SingleCell):
    """Blocks i|f|c|o on the last axis of each weight, z = x.K + b + h.R:

    c' = ra(zf)*c + ra(zi)*act(zc), h' = ra(zo)*act(c')

    x: (batch, time, features) -> (batch, units), or (batch, time, units) with return_sequences.
    Weights: kernel (features, 4*units), recurrent_kernel (units, 4*units), bias (4*units,).
    """

    gates: ClassVar[int] = 4
    state_names: ClassVar[tuple[str, ...]] = ("state_h", "state_c")
    defaults_by_dialect: ClassVar[dict[str, str]] = {
        "recurrent_activation": "recurrent_activation",
        "implementation": "implementation",
    }

    recurrent_activation: ActivationName | None = "hard_sigmoid"
    """Activation of the gates; tf.keras and keras3 default to `sigmoid`."""
    unit_forget_bias: bool = True
    """Start the bias of the forget gate at one, whatever `bias_initializer` says of the others."""

    def check(self, site: Site, x: Tensor) -> None:
        super().check(site, x)
        if self.use_bias and self.unit_forget_bias and self.bias_initializer.kind != "zeros":
            site.warn(
                "V220",
                f"`unit_forget_bias: true` starts the forget gate's bias at one and leaves the rest to "
                f"`{self.bias_initializer.kind}`: the documentation says that it forces zeros, Keras does not",
                field="bias_initializer",
                hint="set `unit_forget_bias: false` to have the initializer on all gates",
            )

    def bias_start(self) -> Initializer:
        return replace(self.bias_initializer, unit_forget_bias=self.unit_forget_bias)

    def cell(self, site: Site) -> ops.Cell:
        return ops.Lstm(
            **self.cell_arguments(site),
            recurrent_activation=find_activation(site, self.recurrent_activation, "recurrent_activation"),
        )

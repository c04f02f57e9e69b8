"""Cells, and their way over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from specc.activations import Activation
from specc.ops.base import Op, Part, Result
from specc.tensors import Shape, Value
from specc.weights import Weight


@dataclass(frozen=True)
class Cell:
    """What every recurrent cell has: a width, an activation, and dropouts (training only).

    Dropout multiplies x, and h before its product with R, by masks that are drawn once a call and stay for all steps.
    mask_per_gate: each gate has masks of its own, else one serves all gates.
    """

    units: int
    activation: Activation
    dropout: float
    recurrent_dropout: float
    mask_per_gate: bool

    state_count: ClassVar[int] = 1
    runs_both_ways: ClassVar[bool] = True

    def state_shape(self, x: Shape) -> Shape:
        """The shape of each state, for inputs (batch, time, …)."""
        return (x[0], self.units)


@dataclass(frozen=True)
class SimpleRnn(Cell):
    """h' = act(x.K + b + h.R)."""


@dataclass(frozen=True)
class Gru(Cell):
    """Blocks z|r|h: h' = z*h + (1-z)*act(...). reset_after: the reset gate acts after the product with R, and
    the bias is (2, 3*units): input row, recurrent row.

    mixes_dropped_state: under recurrent dropout the h of z*h is the dropped one too.
    """

    recurrent_activation: Activation
    reset_after: bool
    mixes_dropped_state: bool = False


@dataclass(frozen=True)
class Lstm(Cell):
    """Blocks i|f|c|o: c' = f*c + i*act(...), h' = o*act(c')."""

    recurrent_activation: Activation

    state_count: ClassVar[int] = 2


@dataclass(frozen=True, eq=False)
class Pass(Part):
    """One way through time, with its own weights. kernel: (features, gates*units).

    initial: the states before the first step, each (batch, units); empty for zeros.
    cudnn: the weights lie in cuDNN's layout, the bias (2*gates*units,) first for the inputs, then for the state.
    """

    reverse: bool
    kernel: Weight
    recurrent_kernel: Weight
    bias: Weight | None
    initial: tuple[Value, ...] = ()
    cudnn: bool = False


@dataclass(frozen=True, eq=False)
class Recurrent(Op):
    """A cell run over time, in one pass or in both directions at once.

    x: (batch, time, features), or as a ConvLstm takes it; mask: bool (batch, time). Where the mask is false a step
    changes no state.
    masked_output: what such a step puts out: "previous" output (zero before the first), "zero", or the "state".
    order: whether a reverse pass lists its outputs by "time" or in its own "processing" order.
    Results: the outputs (batch, time, passes*units), or the last ones (batch, passes*units); then the final
    states of each pass, each (batch, units).
    """

    x: Value
    cell: Cell
    passes: tuple[Pass, ...]
    mask: Value | None
    masked_output: Literal["previous", "zero", "state"]
    order: Literal["time", "processing"]
    return_sequences: bool
    unroll: bool

    def result(self) -> tuple[Result, ...]:
        shape = self.cell.state_shape(self.x.shape)
        batch, *inner, width = shape
        assert isinstance(width, int)
        steps = (self.x.shape[1],) if self.return_sequences else ()
        y: Shape = (batch, *steps, *inner, width * len(self.passes))
        state: Result = (shape, "float32")
        return ((y, "float32"), *[state] * (len(self.passes) * self.cell.state_count))

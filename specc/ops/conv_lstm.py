"""The cell whose products are convolutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from specc.activations import Activation
from specc.convolution import Padding, output_length
from specc.ops.recurrent import Cell
from specc.tensors import Shape


@dataclass(frozen=True)
class ConvLstm(Cell):
    """LSTM whose products are convolutions; ``units`` are the filters. x: (batch, time, sizes, channels), or
    (batch, time, channels, sizes); the kernel of the state has stride 1 and padding `same`."""

    recurrent_activation: Activation
    kernel_size: tuple[int, ...]
    strides: tuple[int, ...]
    padding: Padding
    dilation_rate: tuple[int, ...]
    channels_first: bool

    state_count: ClassVar[int] = 2
    runs_both_ways: ClassVar[bool] = False

    def input_sizes(self, x: Shape) -> tuple[int, ...]:
        """The lengths that the kernel moves along, which are known."""
        start = 3 if self.channels_first else 2
        return tuple(d for d in x[start : start + len(self.kernel_size)] if isinstance(d, int))

    def output_sizes(self, x: Shape) -> tuple[int, ...]:
        """The same of the output and of the states."""
        axes = zip(self.input_sizes(x), self.kernel_size, self.strides, self.dilation_rate, strict=True)
        return tuple(output_length(size, k, s, self.padding, d) for size, k, s, d in axes)

    def state_shape(self, x: Shape) -> Shape:
        sizes = self.output_sizes(x)
        return (x[0], self.units, *sizes) if self.channels_first else (x[0], *sizes, self.units)

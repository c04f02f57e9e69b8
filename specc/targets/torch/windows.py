"""Convolutions and pools in PyTorch want channels before the sizes, and padding on both sides of an axis alike; Keras
puts the channels last, and of an odd padding one more at the end."""

from __future__ import annotations

from dataclasses import dataclass

from specc import ops
from specc.convolution import Window, pads


@dataclass(frozen=True)
class Padding:
    """What goes around each axis: numbers, or None where only a run knows the length of the axis."""

    window: Window
    around: tuple[tuple[int, int] | None, ...]

    @classmethod
    def of(cls, op: ops.Spatial, window: Window) -> Padding:
        return cls(window, tuple(window.pads(axis, size) for axis, size in enumerate(op.sizes)))

    @property
    def is_nothing(self) -> bool:
        return all(ends == (0, 0) for ends in self.around)

    @property
    def is_known(self) -> bool:
        return None not in self.around

    @property
    def known(self) -> list[tuple[int, int]]:
        return [ends for ends in self.around if ends is not None]

    @property
    def is_even(self) -> bool:
        """Whether each axis has as much before as after, and something has."""
        return self.is_known and not self.is_nothing and all(before == after for before, after in self.known)

    def flat(self) -> tuple[int, ...]:
        """As F.pad takes it: the last axis first."""
        assert self.is_known
        return tuple(end for ends in reversed(self.around) if ends is not None for end in ends)

    def lines(self) -> list[tuple[int, int, int]]:
        """For each axis, the last first: where it stands from behind, the window's reach and its stride."""
        rank = len(self.around)
        return [(axis - rank, self.window.reach(axis), self.window.strides[axis]) for axis in reversed(range(rank))]


@dataclass(frozen=True)
class StatePadding:
    """The padding of a ConvLstm's convolutions, as F.pad takes it: of the input, and of the state."""

    input: tuple[int, ...]
    state: tuple[int, ...]


def state_padding(op: ops.Recurrent) -> StatePadding:
    cell = op.cell
    assert isinstance(cell, ops.ConvLstm)
    axes = zip(cell.input_sizes(op.x.shape), cell.kernel_size, cell.strides, cell.dilation_rate, strict=True)
    outer = [pads(size, k, stride, cell.padding, dilation) for size, k, stride, dilation in axes]
    inner = [
        pads(size, k, 1, "same", 1) for size, k in zip(cell.output_sizes(op.x.shape), cell.kernel_size, strict=True)
    ]
    return StatePadding(*(tuple(end for ends in reversed(around) for end in ends) for around in (outer, inner)))

"""What templates ask about windows that move over some axes: convolutions and pools."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from specc import ops
from specc.convolution import Window
from specc.targets.python import Module
from specc.targets.python.environment import arguments, code
from specc.targets.python.literals import literal
from specc.tensors import Shape

_SIZES = ("time", "height, width", "depth, height, width")
_AT = ("t", "yx", "zyx")
_POINT = ("i", "ij", "ijk")


@dataclass(frozen=True)
class Letters:
    """How the axes of a window are called. at, point: letters for einsum, of the positions and of the window."""

    sizes: Markup
    window: Markup
    at: Markup
    point: Markup


@dataclass(frozen=True)
class Move:
    """A window on its way over an array. pads: before and after each axis; None where it hangs on a run's length."""

    window: Window
    pads: tuple[tuple[int, int] | None, ...]

    @classmethod
    def over(cls, window: Window, sizes: Shape) -> Move:
        return cls(window, tuple(window.pads(axis, size) for axis, size in enumerate(sizes)))

    @property
    def is_padded(self) -> bool:
        return any(ends is None or any(ends) for ends in self.pads)


class Windows(Module):
    """pads, strides, dilations, fills: whether any window of the model needs them; if none does, no code speaks of
    them."""

    @cached_property
    def pads(self) -> bool:
        return any(move.is_padded for move in self._moves)

    @cached_property
    def strides(self) -> bool:
        return any(stride != 1 for move in self._moves for stride in move.window.strides)

    @cached_property
    def dilations(self) -> bool:
        return any(dilation != 1 for move in self._moves for dilation in move.window.dilations)

    @cached_property
    def fills(self) -> bool:
        """Whether padding is ever anything else than zero."""
        pools = (step.op for step in self.outline.program.steps if isinstance(step.op, ops.Pool))
        return self.pads and any(op.kind == "max" for op in pools)

    @cached_property
    def _moves(self) -> list[Move]:
        found: list[Move] = []
        for step in self.outline.program.steps:
            if isinstance(step.op, ops.Convolve | ops.ConvolveDepthwise | ops.Pool):
                found.append(Move.over(step.op.window, step.op.sizes))
            elif isinstance(step.op, ops.Recurrent) and isinstance(step.op.cell, ops.ConvLstm):
                found += _moves_of_cell(step.op.cell, step.op.x.shape)
        return found

    def window_arguments(
        self, op: ops.Convolve | ops.ConvolveDepthwise | ops.Pool, first: tuple[object, ...]
    ) -> Markup:
        """The arguments of a function that moves the window of an op, after the array."""
        move = Move.over(op.window, op.sizes)
        return arguments(*first, *self._arguments(move, op))

    def conv_lstm_arguments(self, op: ops.Recurrent) -> tuple[Markup, ...]:
        """The same of a convolutional cell, for its inputs and for its state."""
        assert isinstance(op.cell, ops.ConvLstm)
        return tuple(arguments(*self._arguments(move, None)) for move in _moves_of_cell(op.cell, op.x.shape))

    def _arguments(self, move: Move, op: ops.Spatial | None) -> Iterator[object]:
        if self.pads:
            yield code(tuple(self._ends(move, axis, op) for axis in range(len(move.pads))))
        if self.strides:
            yield move.window.strides
        if self.dilations:
            yield move.window.dilations

    def _ends(self, move: Move, axis: int, op: ops.Spatial | None) -> Markup:
        """The padding before and after an axis."""
        known = move.pads[axis]
        if known is not None:
            return Markup(literal(known))
        assert op is not None, "the sizes that a cell moves over are known"
        length = Markup(f"{self.read(op.x)}.shape[{axis + (2 if op.channels_first else 1)}]")
        run = self.macros["same_pads"](self)
        return Markup(f"{run}({arguments(length, move.window.reach(axis), move.window.strides[axis])})")

    def channels(self, op: ops.Spatial, run: Markup, more: Markup) -> Markup:
        """A call of a function that takes the channels last, on an op whose channels may come first."""
        x = self.read(op.x)
        if not op.channels_first:
            return Markup(f"{run}({x}, {more})")
        return Markup(f"np.moveaxis({run}(np.moveaxis({x}, 1, -1), {more}), -1, 1)")

    def letters(self, rank: int) -> Letters:
        """The names of 1, 2 or 3 axes."""
        sizes = Markup(_SIZES[rank - 1])
        window = Markup(", ".join(f"k_{name}" for name in _SIZES[rank - 1].split(", ")))
        return Letters(sizes, window, Markup(_AT[rank - 1]), Markup(_POINT[rank - 1]))

    def ranked(self, name: str, rank: int) -> str:
        """``convolve_2d``."""
        return f"{name}_{rank}d"

    def last_axes(self, rank: int) -> int | tuple[int, ...]:
        return -1 if rank == 1 else tuple(range(-rank, 0))


def _moves_of_cell(cell: ops.ConvLstm, x: Shape) -> tuple[Move, Move]:
    """Over the inputs of a step, and over the state."""
    ones = (1,) * len(cell.kernel_size)
    of_inputs = Window(cell.kernel_size, cell.strides, cell.dilation_rate, cell.padding)
    of_state = Window(cell.kernel_size, ones, ones, "same")
    return Move.over(of_inputs, cell.input_sizes(x)), Move.over(of_state, cell.output_sizes(x))

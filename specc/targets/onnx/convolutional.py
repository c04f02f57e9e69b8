"""Convolutional LSTM in ONNX: convolutions step by step.

One convolution a gate, of the input and of the state, their sum at once followed by the gate's activation:
onnxruntime fuses the three, and keeps the state in its blocked layout. Few steps are written out, many or an
unknown number run in a Scan. Explicit padding always: auto_pad fails in onnxruntime with dilation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from specc import ops
from specc.activations import Activation
from specc.convolution import pads
from specc.targets.onnx.activations import print_activation
from specc.targets.onnx.builder import Array, Builder
from specc.targets.onnx.loop import Loop, States, zero_states

WRITE_OUT_UP_TO = 32
"""Steps that are written out: faster by a tenth than a Scan, but a session starts later with each
(benchmarks/lowering.py)."""


@dataclass(frozen=True)
class ConvLstmStep:
    """Blocks i|f|c|o, each a convolution of the input plus one of the state.

    kernels: per gate, of the input with its bias, and of the state. States without a name are zero.
    """

    cell: ops.ConvLstm
    kernels: tuple[tuple[str, str, str], ...]
    input_pads: list[int]
    state_pads: list[int]

    def __call__(self, b: Builder, given: str, states: States) -> States:
        h, c = states
        gate, act = self.cell.recurrent_activation, self.cell.activation
        # Step by step, one axis moves at a time: onnxruntime is slow at any other transposition.
        x = _channels_first(b, given, self.cell)
        i, f, candidate, o = (self._gate(b, x, h, number) for number in range(4))
        new_c = b.op("Mul", self._activate(b, i, gate), self._activate(b, candidate, act))
        if c:
            new_c = b.op("Add", b.op("Mul", self._activate(b, f, gate), c), new_c)
        return (b.op("Mul", self._activate(b, o, gate), self._activate(b, new_c, act)), new_c)

    def _activate(self, b: Builder, x: str, activation: Activation) -> str:
        """A softmax goes along the last axis as the layer's data_format has it."""
        if not activation.is_over_last_axis:
            return print_activation(b, x, activation)
        return _channels_first(b, print_activation(b, _as_given(b, x, self.cell), activation), self.cell)

    def _gate(self, b: Builder, x: str, h: str, number: int) -> str:
        kernel, bias, recurrent = self.kernels[number]
        inputs = b.op(
            "Conv",
            x,
            kernel,
            *([bias] if bias else []),
            strides=list(self.cell.strides),
            dilations=list(self.cell.dilation_rate),
            pads=self.input_pads,
        )
        return b.op("Add", inputs, b.op("Conv", h, recurrent, pads=self.state_pads)) if h else inputs


def print_convolutional(b: Builder, op: ops.Recurrent, arrays: Mapping[str, Array]) -> tuple[str, ...]:
    """Append the nodes of a convolutional op (one pass): its output, then h and c."""
    cell, way = op.cell, op.passes[0]
    assert isinstance(cell, ops.ConvLstm)
    time = op.x.shape[1]
    sizes = cell.output_sizes(op.x.shape)
    dims = (op.x.shape[0], cell.units, *sizes)
    written_out = isinstance(time, int) and time <= WRITE_OUT_UP_TO
    start = tuple(_channels_first(b, b[value], cell) for value in way.initial)
    if not start:
        # Written out, the first step needs no state. Zeros of an unknown batch would also hide from onnxruntime
        # that its sums are of one shape, and keep it from fusing them into the convolutions.
        start = ("", "") if written_out else zero_states(b, b[op.x], dims, 2)
    loop = Loop.of(
        op,
        way,
        _step(b, op, cell, arrays),
        start,
        dims,
        "" if op.mask is None else b[op.mask],
        turn=lambda inner, y: _as_given(inner, y, cell),
    )
    if written_out:
        done = loop.write_out(b, _slices(b, op, cell))
        sequence = b.op("Concat", *(b.op("Unsqueeze", y, b.int64(1)) for y in done.steps), axis=1)
    else:
        done = loop.scan(b, _time_major(b, b[op.x], op.x.rank), list(op.x.shape[2:]))
        assert isinstance(done.steps, str)
        sequence = _time_major(b, done.steps, op.x.rank)
    output = sequence if op.return_sequences else done.last
    return (output, *(_as_given(b, state, cell) for state in done.states))


def _slices(b: Builder, op: ops.Recurrent, cell: ops.ConvLstm) -> list[str]:
    """The steps of the input, one by one."""
    time = op.x.shape[1]
    assert isinstance(time, int)
    parts = b.split(b[op.x], time, axis=1) if time > 1 else (b[op.x],)
    return [b.op("Squeeze", part, b.int64(1)) for part in parts]


def _time_major(b: Builder, x: str, rank: int) -> str:
    """(batch, time, …) <-> (time, batch, …)."""
    return b.op("Transpose", x, perm=[1, 0, *range(2, rank)])


def _step(b: Builder, op: ops.Recurrent, cell: ops.ConvLstm, arrays: Mapping[str, Array]) -> ConvLstmStep:
    way = op.passes[0]
    rank = len(cell.kernel_size)
    turned = (rank + 1, rank, *range(rank))  # (sizes, in, out) -> (out, in, sizes)
    kernels = np.split(arrays[way.kernel.name].transpose(turned), 4)
    recurrent = np.split(arrays[way.recurrent_kernel.name].transpose(turned), 4)
    biases = [None] * 4 if way.bias is None else np.split(arrays[way.bias.name], 4)
    named = tuple(
        (
            b.weight(f"{way.kernel.name}_{gate}", np.ascontiguousarray(k)),
            "" if bias is None else b.weight(f"{way.kernel.name}_bias_{gate}", bias),
            b.weight(f"{way.recurrent_kernel.name}_{gate}", np.ascontiguousarray(r)),
        )
        for gate, k, bias, r in zip("ifco", kernels, biases, recurrent, strict=True)
    )
    sizes = cell.input_sizes(op.x.shape)
    axes = zip(sizes, cell.kernel_size, cell.strides, cell.dilation_rate, strict=True)
    around = [pads(size, k, s, cell.padding, d) for size, k, s, d in axes]
    inner = [
        pads(size, k, 1, "same", 1) for size, k in zip(cell.output_sizes(op.x.shape), cell.kernel_size, strict=True)
    ]
    return ConvLstmStep(cell, named, _flat(around), _flat(inner))


def _flat(around: list[tuple[int, int]]) -> list[int]:
    """ONNX lists all the beginnings, then all the ends."""
    return [before for before, _ in around] + [after for _, after in around]


def _channels_first(b: Builder, state: str, cell: ops.ConvLstm) -> str:
    rank = len(cell.kernel_size)
    return state if cell.channels_first else b.op("Transpose", state, perm=[0, rank + 1, *range(1, rank + 1)])


def _as_given(b: Builder, state: str, cell: ops.ConvLstm) -> str:
    rank = len(cell.kernel_size)
    return state if cell.channels_first else b.op("Transpose", state, perm=[0, *range(2, rank + 2), 1])

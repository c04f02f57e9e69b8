"""One step of each cell in plain nodes, for activations that the native nodes lack and for written-out steps.

The projection of the inputs, x.K + b, is taken out of the loop; a step gets its slice (batch, gates * units).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from specc import ops
from specc.targets.arrays import pass_arrays
from specc.targets.onnx.activations import print_activation
from specc.targets.onnx.builder import Array, Builder
from specc.targets.onnx.loop import States, StepPrinter


@dataclass(frozen=True)
class SimpleRnnStep:
    """h' = act(z + h.R)."""

    cell: ops.SimpleRnn
    recurrent: str

    def __call__(self, b: Builder, given: str, states: States) -> States:
        z = b.op("Add", given, b.op("MatMul", states[0], self.recurrent))
        return (print_activation(b, z, self.cell.activation),)


@dataclass(frozen=True)
class LstmStep:
    """Blocks i|f|c|o: c' = f*c + i*act(c~), h' = o*act(c')."""

    cell: ops.Lstm
    recurrent: str

    def __call__(self, b: Builder, given: str, states: States) -> States:
        h, c = states
        gate, act = self.cell.recurrent_activation, self.cell.activation
        z = b.op("Add", given, b.op("MatMul", h, self.recurrent))
        i, f, candidate, o = b.split(z, 4, axis=1)
        kept = b.op("Mul", print_activation(b, f, gate), c)
        added = b.op("Mul", print_activation(b, i, gate), print_activation(b, candidate, act))
        new_c = b.op("Add", kept, added)
        new_h = b.op("Mul", print_activation(b, o, gate), print_activation(b, new_c, act))
        return (new_h, new_c)


@dataclass(frozen=True)
class GruStep:
    """Blocks z|r|h: h' = z*h + (1-z)*hh.

    recurrent: all of R with reset_after, its blocks z|r else. candidate: block h of R without reset_after.
    bias: the recurrent bias (3*units,) of reset_after, or empty.
    """

    cell: ops.Gru
    recurrent: str
    candidate: str
    bias: str

    def __call__(self, b: Builder, given: str, states: States) -> States:
        (h,) = states
        gate, act = self.cell.recurrent_activation, self.cell.activation
        xz, xr, xh = b.split(given, 3, axis=1)
        product = b.op("MatMul", h, self.recurrent)
        if self.cell.reset_after:
            if self.bias:
                product = b.op("Add", product, self.bias)
            hz, hr, hh = b.split(product, 3, axis=1)
        else:
            hz, hr = b.split(product, 2, axis=1)
        z = print_activation(b, b.op("Add", xz, hz), gate)
        r = print_activation(b, b.op("Add", xr, hr), gate)
        after = self.cell.reset_after
        inner = b.op("Mul", r, hh) if after else b.op("MatMul", b.op("Mul", r, h), self.candidate)
        new = print_activation(b, b.op("Add", xh, inner), act)
        # z*h + (1-z)*new, written with one product less
        return (b.op("Add", new, b.op("Mul", z, b.op("Sub", h, new))),)


def prepare(
    b: Builder, cell: ops.Cell, way: ops.Pass, arrays: Mapping[str, Array]
) -> tuple[StepPrinter, Array, Array | None]:
    """The step of a pass, and the kernel and the bias of its input projection."""
    kernel, recurrent, bias = pass_arrays(cell, way, arrays)
    if isinstance(cell, ops.Gru):
        if cell.reset_after:
            inner = "" if bias is None else b.weight(f"{b.scope}/recurrent_bias", bias[1])
            step = GruStep(cell, b.weight(way.recurrent_kernel.name, recurrent), "", inner)
            return step, kernel, None if bias is None else bias[0]
        gates, candidate = np.split(recurrent, [2 * cell.units], axis=1)
        name = way.recurrent_kernel.name
        step = GruStep(cell, b.weight(f"{name}_zr", gates), b.weight(f"{name}_h", candidate), "")
        return step, kernel, bias
    shared = b.weight(way.recurrent_kernel.name, recurrent)
    if isinstance(cell, ops.Lstm):
        return LstmStep(cell, shared), kernel, bias
    assert isinstance(cell, ops.SimpleRnn)
    return SimpleRnnStep(cell, shared), kernel, bias

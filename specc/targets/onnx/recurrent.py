"""Recurrent layers in ONNX: which graph is the fastest, by measurement (see docs/decisions/recurrent-lowering.md).

- LSTM and GRU: the native node, always. With a mask, the valid steps of each row are moved to the front first
  (``compaction``), and the node runs with sequence_lens.
- SimpleRNN: the native node is slow in onnxruntime but for tiny layers, so a Scan with the input projection
  taken out of the loop.
- Activations that the native nodes lack, for any layer: the same Scan.
- ``unroll: true``: the steps written out.
"""

from __future__ import annotations

from collections.abc import Mapping

from specc import ops
from specc.targets.onnx import activations
from specc.targets.onnx.builder import Array, Builder
from specc.targets.onnx.convolutional import print_convolutional
from specc.targets.onnx.native import print_native
from specc.targets.onnx.stepwise import print_stepwise

SMALL_SIMPLE_RNN = 64
"""batch * units below which the native RNN node beats a Scan (onnxruntime 1.32, CPU; benchmarks/lowering.py)."""
LIKELY_BATCH = 2
"""What an unknown batch counts as there: at 16 units the node wins up to batch 4, at 32 units up to batch 2."""


def print_recurrent(b: Builder, op: ops.Recurrent, arrays: Mapping[str, Array]) -> tuple[str, ...]:
    """Append the nodes of a recurrent op: its output, then the final states of each pass."""
    if isinstance(op.cell, ops.ConvLstm):
        return print_convolutional(b, op, arrays)
    return print_native(b, op, arrays) if _wants_native(op) else print_stepwise(b, op, arrays)


def _wants_native(op: ops.Recurrent) -> bool:
    cell = op.cell
    functions = [cell.activation]
    if isinstance(cell, ops.Gru | ops.Lstm):
        functions.append(cell.recurrent_activation)
    if op.unroll or not all(activations.is_native(f) for f in functions):
        return False
    if isinstance(cell, ops.SimpleRnn):
        if op.x.shape[1] == 1:
            return False  # one step is one product
        batch = op.x.shape[0] if isinstance(op.x.shape[0], int) else LIKELY_BATCH
        return op.mask is None and batch * cell.units < SMALL_SIMPLE_RNN
    return True

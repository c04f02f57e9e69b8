"""The native LSTM, GRU and RNN nodes, with masks by compaction.

Y: (time, passes, batch, units); Y_h, Y_c: (passes, batch, units).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from specc import ops
from specc.stores import layouts
from specc.targets.arrays import pass_arrays
from specc.targets.onnx import activations, compaction
from specc.targets.onnx.builder import Array, Builder
from specc.targets.onnx.compaction import Compact
from specc.targets.onnx.layout import TIME_MAJOR, batch_major, time_major

_KINDS: dict[type[ops.Cell], str] = {ops.Lstm: "LSTM", ops.Gru: "GRU", ops.SimpleRnn: "RNN"}


def print_native(b: Builder, op: ops.Recurrent, arrays: Mapping[str, Array]) -> tuple[str, ...]:
    """Append the node of the cell's kind, and what Keras's conventions need around it."""
    compact = None if op.mask is None else compaction.find(b, op.mask)
    x = time_major(b, b[op.x]) if compact is None else compact.gather(b, b[op.x])
    initial = _initial_states(b, op)
    lengths = "" if compact is None else compact.lengths
    y, *finals = _node(b, op, arrays, x, lengths, initial)
    raw = list(finals)
    if compact is not None:
        # A row without a valid step keeps its initial state; the node ran one step of it all the same.
        finals = [
            b.op("Where", compact.some, final, initial[i] if initial else b.scalar(0)) for i, final in enumerate(finals)
        ]
    if op.return_sequences:
        output = _sequence(b, op, y, compact)
    else:
        output = _last(b, op, finals[0] if compact is None else _last_output(b, op, raw[0], finals[0], compact))
    return (output, *_by_pass(b, finals, len(op.passes)))


def _node(
    b: Builder,
    op: ops.Recurrent,
    arrays: Mapping[str, Array],
    x: str,
    lengths: str,
    initial: list[str],
) -> tuple[str, ...]:
    kind = _KINDS[type(op.cell)]
    attributes: dict[str, Any] = {"hidden_size": op.cell.units, **_activations(op)}
    attributes["direction"] = _direction(op)
    if isinstance(op.cell, ops.Gru):
        attributes["linear_before_reset"] = int(op.cell.reset_after)
    states = (*initial, *[""] * (op.cell.state_count - len(initial)))
    inputs = _weights(b, op, arrays)
    outputs = ["Y", "Y_h", "Y_c"][: 1 + op.cell.state_count]
    return b.ops(kind, x, *inputs, lengths, *states, outputs=outputs, **attributes)


def _weights(b: Builder, op: ops.Recurrent, arrays: Mapping[str, Array]) -> list[str]:
    """W, R and B with the passes stacked; no B where no pass has a bias."""
    w, r, biases = zip(*(_pass_weights(op.cell, way, arrays) for way in op.passes), strict=True)
    inputs = [b.weight(f"{b.scope}/W", np.concatenate(w)), b.weight(f"{b.scope}/R", np.concatenate(r))]
    some = next((bias for bias in biases if bias is not None), None)
    if some is None:
        return [*inputs, ""]
    full = [np.zeros_like(some) if bias is None else bias for bias in biases]
    return [*inputs, b.weight(f"{b.scope}/B", np.concatenate(full))]


def _pass_weights(cell: ops.Cell, way: ops.Pass, arrays: Mapping[str, Array]) -> tuple[Array, Array, Array | None]:
    kernel, recurrent, bias = pass_arrays(cell, way, arrays)
    if isinstance(cell, ops.Lstm):
        return layouts.onnx_lstm(kernel, recurrent, bias)
    if isinstance(cell, ops.Gru):
        return layouts.onnx_gru(kernel, recurrent, bias, cell.reset_after)
    return layouts.onnx_simple_rnn(kernel, recurrent, bias)


def _activations(op: ops.Recurrent) -> dict[str, Any]:
    cell = op.cell
    functions = [cell.activation]
    if isinstance(cell, ops.Lstm):
        functions = [cell.recurrent_activation, cell.activation, cell.activation]
    elif isinstance(cell, ops.Gru):
        functions = [cell.recurrent_activation, cell.activation]
    found = activations.attributes(functions * len(op.passes))
    standard = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}
    default = standard[_KINDS[type(cell)]] * len(op.passes)
    return {} if found["activations"] == default else found


def _direction(op: ops.Recurrent) -> str:
    if len(op.passes) == 2:
        return "bidirectional"
    return "reverse" if op.passes[0].reverse else "forward"


def _initial_states(b: Builder, op: ops.Recurrent) -> list[str]:
    """For each state (passes, batch, units); empty for zeros."""
    if not op.passes[0].initial:
        return []
    states = []
    for i in range(op.cell.state_count):
        parts = [b.op("Unsqueeze", b[way.initial[i]], b.int64(0)) for way in op.passes]
        states.append(parts[0] if len(parts) == 1 else b.op("Concat", *parts, axis=0))
    return states


def _sequence(b: Builder, op: ops.Recurrent, y: str, compact: Compact | None) -> str:
    """The outputs of all steps, (batch, time, passes * units)."""
    reverse = len(op.passes) == 1 and op.passes[0].reverse
    if compact is not None:
        return compact.spread(b, op, y)
    if len(op.passes) == 2:
        # Two forms, of which the unused one falls away: as the next recurrent node wants it, and batch-major.
        stacked = b.op("Reshape", b.op("Transpose", y, perm=[0, 2, 1, 3]), b.int64(0, 0, -1))
        output = b.op("Reshape", b.op("Transpose", y, perm=[2, 0, 1, 3]), b.int64(0, 0, -1))
        b.twins[TIME_MAJOR, output] = stacked
        return output
    steps = b.op("Squeeze", y, b.int64(1))
    if reverse and op.order == "processing":
        steps = b.flip(steps, 0)
    return batch_major(b, steps)


def _last_output(b: Builder, op: ops.Recurrent, raw: str, final: str, compact: Compact) -> str:
    """The last output where steps are masked, (passes, batch, units)."""
    if op.masked_output == "state" or not op.passes[0].initial:
        last = final
    else:  # without a valid step there is no output to repeat
        last = b.op("Where", compact.some, raw, b.scalar(0))
    if op.masked_output == "zero":
        last = b.op("Where", compact.last_step(b, [way.reverse for way in op.passes]), last, b.scalar(0))
    return last


def _last(b: Builder, op: ops.Recurrent, last: str) -> str:
    """(passes, batch, units) -> (batch, passes * units)."""
    if len(op.passes) == 1:
        return b.op("Squeeze", last, b.int64(0))
    return b.op("Reshape", b.op("Transpose", last, perm=[1, 0, 2]), b.int64(0, -1))


def _by_pass(b: Builder, finals: list[str], passes: int) -> list[str]:
    """The states of the first pass, then those of the second, each (batch, units)."""
    if passes == 1:
        return [b.op("Squeeze", final, b.int64(0)) for final in finals]
    return [b.op("Gather", final, b.constant(np.int64(way)), axis=0) for way in range(passes) for final in finals]

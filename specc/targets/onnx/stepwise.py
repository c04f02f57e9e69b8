"""Recurrent layers step by step: in a Scan, or written out where the spec says `unroll: true`."""

from __future__ import annotations

from collections.abc import Mapping

from specc import ops
from specc.targets.onnx.builder import Array, Builder
from specc.targets.onnx.cells import prepare
from specc.targets.onnx.layout import batch_major, time_major
from specc.targets.onnx.loop import Loop, States, zero_states


def print_stepwise(b: Builder, op: ops.Recurrent, arrays: Mapping[str, Array]) -> tuple[str, ...]:
    """Append the nodes of every pass, and join their outputs."""
    results = [_print_pass(b, op, way, arrays) for way in op.passes]
    outputs = [output for output, _ in results]
    states = [state for _, states in results for state in states]
    if len(outputs) == 1:
        return (outputs[0], *states)
    return (b.op("Concat", *outputs, axis=2 if op.return_sequences else 1), *states)


def _print_pass(b: Builder, op: ops.Recurrent, way: ops.Pass, arrays: Mapping[str, Array]) -> tuple[str, States]:
    step, kernel, bias = prepare(b, op.cell, way, arrays)
    dims = op.cell.state_shape(op.x.shape)
    start = tuple(b[value] for value in way.initial) or zero_states(b, b[op.x], dims, op.cell.state_count)
    loop = Loop.of(op, way, step, start, dims, "" if op.mask is None else b[op.mask])
    time = op.x.shape[1]
    written_out = op.unroll or time == 1
    x = b[op.x] if written_out else time_major(b, b[op.x])
    projected = b.op("MatMul", x, b.weight(way.kernel.name, kernel))
    if bias is not None:
        projected = b.op("Add", projected, b.weight(f"{way.kernel.name}_bias", bias))
    if not written_out:
        done = loop.scan(b, projected, [kernel.shape[1]])
        assert isinstance(done.steps, str)
        return batch_major(b, done.steps) if op.return_sequences else done.last, done.states
    assert isinstance(time, int)
    done = loop.write_out(b, _slices(b, projected, time))
    if not op.return_sequences:
        return done.last, done.states
    rows = b.op("Concat", *done.steps, axis=1)
    return b.op("Reshape", rows, b.int64(0, time, op.cell.units)), done.states


def _slices(b: Builder, projected: str, time: int) -> list[str]:
    """The steps of the projection (batch, time, gates * units), each (batch, gates * units)."""
    if time == 1:
        return [b.op("Squeeze", projected, b.int64(1))]
    flat = b.op("Reshape", projected, b.int64(0, -1))
    return list(b.split(flat, time, axis=1))

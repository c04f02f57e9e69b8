"""Recurrent layers step by step: in a Scan, or written out where the spec says `unroll: true`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from onnx import TensorProto, helper

from specc import ops
from specc.targets.onnx.builder import Array, Builder
from specc.targets.onnx.cells import StepPrinter, prepare
from specc.targets.onnx.layout import batch_major, time_major

States = tuple[str, ...]


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
    start = tuple(b[value] for value in way.initial) or _zeros(b, op)
    # Where the states start at zero, a state that a mask keeps is the previous output itself.
    repeats = op.mask is not None and op.masked_output == "previous" and bool(way.initial)
    loop = _Loop(op, way, step, start, repeats)
    projected = b.op("MatMul", b[op.x] if op.unroll else time_major(b, b[op.x]), b.weight(way.kernel.name, kernel))
    if bias is not None:
        projected = b.op("Add", projected, b.weight(f"{way.kernel.name}_bias", bias))
    return loop.write_out(b, projected) if op.unroll else loop.scan(b, projected)


def _zeros(b: Builder, op: ops.Recurrent) -> States:
    """Zero states (batch, units), one for each state of the cell."""
    batch, units = op.x.shape[0], op.cell.units
    if isinstance(batch, int):
        zero = b.constant(np.zeros((batch, units), np.float32))
    else:
        shape = b.op("Concat", b.size(b[op.x], 0), b.int64(units), axis=0)
        zero = b.op("ConstantOfShape", shape)
    return (zero,) * op.cell.state_count


@dataclass(frozen=True)
class _Loop:
    """One pass over time. The loop's variables are the states, then the previous output where it ``repeats``."""

    op: ops.Recurrent
    way: ops.Pass
    step: StepPrinter
    start: States
    repeats: bool

    def advance(self, b: Builder, projected: str, mask: str, before: States) -> tuple[States, str]:
        """One step: the loop's variables after it, and its output."""
        states = before[: len(self.start)]
        new = self.step(b, projected, states)
        if not mask:
            return new, new[0]
        kept = tuple(b.op("Where", mask, after, old) for after, old in zip(new, states, strict=True))
        if self.op.masked_output == "zero":
            return kept, b.op("Where", mask, new[0], b.scalar(0))
        if self.repeats:
            output = b.op("Where", mask, new[0], before[-1])
            return (*kept, output), output
        return kept, kept[0]

    def _begin(self, b: Builder) -> States:
        if not self.repeats:
            return self.start
        return (*self.start, b.op("Sub", self.start[0], self.start[0]))

    def scan(self, b: Builder, projected: str) -> tuple[str, States]:
        """projected: (time, batch, gates * units)."""
        op, body = self.op, b.subgraph()
        float_, bool_ = TensorProto.FLOAT, TensorProto.BOOL
        begin = self._begin(b)
        variables = [b.names.unique(f"{body.scope}/state") for _ in begin]
        x = b.names.unique(f"{body.scope}/x")
        inputs = [helper.make_tensor_value_info(v, float_, ["N", op.cell.units]) for v in variables]
        inputs.append(helper.make_tensor_value_info(x, float_, ["N", None]))
        scanned, mask = [projected], ""
        if op.mask is not None:
            mask = b.names.unique(f"{body.scope}/mask")
            inputs.append(helper.make_tensor_value_info(mask, bool_, ["N", 1]))
            turned = b.op("Transpose", b[op.mask], perm=[1, 0])
            scanned.append(b.op("Unsqueeze", turned, b.int64(2)))
        after, output = self.advance(body, x, mask, tuple(variables))
        # A loop's outputs must be distinct, and none of them an input.
        names = [body.op("Identity", name) for name in (*after, output)]
        outputs = [helper.make_tensor_value_info(n, float_, ["N", op.cell.units]) for n in names]
        graph = helper.make_graph(body.nodes, "step", inputs, outputs)
        backwards = int(self.way.reverse)
        in_time = int(self.way.reverse and op.order == "time")
        *finals, sequence = b.ops(
            "Scan",
            *begin,
            *scanned,
            outputs=[*["final"] * len(begin), "steps"],
            body=graph,
            num_scan_inputs=len(scanned),
            scan_input_directions=[backwards] * len(scanned),
            scan_output_directions=[in_time],
        )
        states = tuple(finals[: len(self.start)])
        if op.return_sequences:
            return batch_major(b, sequence), states
        if op.mask is not None and op.masked_output == "zero":
            return b.op("Gather", sequence, b.constant(np.int64(0 if in_time else -1)), axis=0), states
        return finals[-1 if self.repeats else 0], states

    def write_out(self, b: Builder, projected: str) -> tuple[str, States]:
        """projected: (batch, time, gates * units), the time known."""
        op = self.op
        time = op.x.shape[1]
        assert isinstance(time, int)
        slices = self._slices(b, projected, time)
        masks = [""] * time
        if op.mask is not None:
            masks = list(b.split(b[op.mask], time, axis=1)) if time > 1 else [b[op.mask]]
        steps = list(range(time))[:: -1 if self.way.reverse else 1]
        variables = self._begin(b)
        outputs: dict[int, str] = {}
        for t in steps:
            variables, outputs[t] = self.advance(b, slices[t], masks[t], variables)
        states = variables[: len(self.start)]
        if not op.return_sequences:
            return outputs[steps[-1]], states
        order = sorted(steps) if op.order == "time" else steps
        rows = b.op("Concat", *(outputs[t] for t in order), axis=1)
        return b.op("Reshape", rows, b.int64(0, time, op.cell.units)), states

    def _slices(self, b: Builder, projected: str, time: int) -> list[str]:
        """The steps of the projection, each (batch, gates * units)."""
        if time == 1:
            return [b.op("Squeeze", projected, b.int64(1))]
        flat = b.op("Reshape", projected, b.int64(0, -1))
        return list(b.split(flat, time, axis=1))

"""One pass over time, step by step: in a Scan, or written out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from onnx import TensorProto, helper

from specc import ops
from specc.targets.onnx.builder import Builder

States = tuple[str, ...]


class StepPrinter(Protocol):
    """Prints one step: from what the loop is given at it, and the states, to the new states, the output first."""

    def __call__(self, b: Builder, given: str, states: States) -> States: ...


@dataclass(frozen=True)
class Outcome:
    """What a loop leaves. steps: one value (time, batch, …), or each step's own in the order of the op.

    last: the output of the step that was processed last.
    """

    steps: str | list[str]
    last: str
    states: States


@dataclass(frozen=True)
class Loop:
    """A step, repeated. Its variables are the states, then the previous output where it has to be kept apart.

    start: the states before the first step, of the shape ``dims`` (batch, …); no names where they are zero and
    the step, written out, can do without.
    """

    step: StepPrinter
    start: States
    dims: tuple[int | str, ...]
    reverse: bool
    order: Literal["time", "processing"]
    mask: str
    masked_output: Literal["previous", "zero", "state"]
    starts_at_zero: bool
    turn: Callable[[Builder, str], str]

    @classmethod
    def of(
        cls,
        op: ops.Recurrent,
        way: ops.Pass,
        step: StepPrinter,
        start: States,
        dims: Sequence[int | str],
        mask: str,
        turn: Callable[[Builder, str], str] = lambda b, y: y,
    ) -> Loop:
        """The loop of one pass of a recurrent op. mask: the printed mask, or empty. turn: prints what each step
        does to its output at the end."""
        return cls(step, start, tuple(dims), way.reverse, op.order, mask, op.masked_output, not way.initial, turn)

    @property
    def repeats(self) -> bool:
        """Whether the previous output is a variable of its own: from a start at zero it is the first state."""
        return bool(self.mask) and self.masked_output == "previous" and not self.starts_at_zero

    def _begin(self, b: Builder) -> States:
        if not self.repeats:
            return self.start
        return (*self.start, b.op("Sub", self.start[0], self.start[0]))

    def _advance(self, b: Builder, given: str, mask: str, before: States) -> tuple[States, str]:
        """One step: the variables after it, and its output."""
        states = before[: len(self.start)]
        new = self.step(b, given, states)
        if not mask:
            return new, new[0]
        kept = tuple(b.op("Where", mask, after, old or b.scalar(0)) for after, old in zip(new, states, strict=True))
        if self.masked_output == "zero":
            return kept, b.op("Where", mask, new[0], b.scalar(0))
        if self.repeats:
            output = b.op("Where", mask, new[0], before[-1])
            return (*kept, output), output
        return kept, kept[0]

    def scan(self, b: Builder, given: str, given_dims: Sequence[int | str | None]) -> Outcome:
        """In a Scan over given (time, batch, …). given_dims: what follows the batch."""
        body = b.subgraph()
        float_, bool_ = TensorProto.FLOAT, TensorProto.BOOL
        dims = ["N", *self.dims[1:]]
        begin = self._begin(b)
        variables = [b.names.unique(f"{body.scope}/state") for _ in begin]
        x = b.names.unique(f"{body.scope}/x")
        inputs = [helper.make_tensor_value_info(v, float_, dims) for v in variables]
        inputs.append(helper.make_tensor_value_info(x, float_, ["N", *given_dims]))
        scanned, mask = [given], ""
        if self.mask:
            mask = b.names.unique(f"{body.scope}/mask")
            inputs.append(helper.make_tensor_value_info(mask, bool_, ["N", *[1] * (len(dims) - 1)]))
            turned = b.op("Transpose", self.mask, perm=[1, 0])
            scanned.append(b.op("Unsqueeze", turned, b.int64(*range(2, len(dims) + 1))))
        after, output = self._advance(body, x, mask, tuple(variables))
        # A loop's outputs must be distinct, and none of them an input.
        names = [body.op("Identity", name) for name in (*after, self.turn(body, output))]
        outputs = [helper.make_tensor_value_info(n, float_, dims) for n in names[:-1]]
        outputs.append(helper.make_tensor_value_info(names[-1], float_, ["N", *[None] * (len(dims) - 1)]))
        in_time = int(self.reverse and self.order == "time")
        *finals, steps = b.ops(
            "Scan",
            *begin,
            *scanned,
            outputs=[*["final"] * len(begin), "steps"],
            body=helper.make_graph(body.nodes, "step", inputs, outputs, body.take_weights()),
            num_scan_inputs=len(scanned),
            scan_input_directions=[int(self.reverse)] * len(scanned),
            scan_output_directions=[in_time],
        )
        last = self.turn(b, finals[-1 if self.repeats else 0])
        if self.mask and self.masked_output == "zero":
            last = b.op("Gather", steps, b.constant(np.int64(0 if in_time else -1)), axis=0)
        return Outcome(steps, last, tuple(finals[: len(self.start)]))

    def write_out(self, b: Builder, given: Sequence[str]) -> Outcome:
        """Step after step; ``given`` lists what each is given, in the order of time."""
        masks = self._split_mask(b, len(given))
        order = range(len(given))[:: -1 if self.reverse else 1]
        variables = self._begin(b)
        outputs: dict[int, str] = {}
        for t in order:
            variables, output = self._advance(b, given[t], masks[t], variables)
            outputs[t] = self.turn(b, output)
        listed = sorted(outputs) if self.order == "time" else order
        return Outcome([outputs[t] for t in listed], outputs[order[-1]], variables[: len(self.start)])

    def _split_mask(self, b: Builder, time: int) -> Sequence[str]:
        """The mask of each step, (batch, 1, …)."""
        if not self.mask:
            return [""] * time
        masks = b.split(self.mask, time, axis=1) if time > 1 else (self.mask,)
        inner = range(2, len(self.dims))
        return [b.op("Unsqueeze", mask, b.int64(*inner)) for mask in masks] if inner else masks


def zero_states(b: Builder, x: str, dims: Sequence[int | str], count: int) -> States:
    """States of zeros; ``x`` (batch, …) tells a batch that only a run knows."""
    batch, *inner = dims
    if isinstance(batch, int):
        zero = b.constant(np.zeros(tuple(int(d) for d in dims), np.float32))
    else:
        shape = b.op("Concat", b.size(x, 0), b.int64(*(int(d) for d in inner)), axis=0)
        zero = b.op("ConstantOfShape", shape)
    return (zero,) * count

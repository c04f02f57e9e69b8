"""How each recurrent op is computed: by nn.LSTM, nn.GRU and nn.RNN where they are the same function, else step by step.

They are, with the usual activations, but for a GRU whose reset gate acts before the product, and in training for
dropout of the state or of each gate by itself. Masks do not stand in their way: the valid steps of each row move to
the front first (``compaction`` of the ONNX target has the reasoning), so that what follows them changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from specc import ops
from specc.ops import Program
from specc.targets.python.printing import UNUSED
from specc.tensors import Value
from specc.weights import Weight

if TYPE_CHECKING:
    from specc.targets.torch.module import TorchModule


@dataclass(frozen=True)
class Form:
    """native: by a module of PyTorch's. joint: one module runs both passes."""

    native: bool
    joint: bool


def is_active(rate: float) -> bool:
    """Whether cells drop anything; at a rate of 1 they drop nothing, in every Keras."""
    return 0 < rate < 1


def find_forms(program: Program) -> Mapping[int, Form]:
    """The form of each recurrent op, by its id. Ops that share weights have one form."""
    found = [step.op for step in program.steps if isinstance(step.op, ops.Recurrent)]
    apart = {id(_kernel(op)) for op in found if not _may_join(op)}
    return {id(op): Form(_is_native(op.cell), _may_join(op) and id(_kernel(op)) not in apart) for op in found}


def _kernel(op: ops.Recurrent) -> Weight:
    return op.passes[0].kernel


def _may_join(op: ops.Recurrent) -> bool:
    """Whether one module may run both passes: each draws dropout masks of its own, and meets other steps first."""
    return len(op.passes) == 2 and _is_native(op.cell) and op.mask is None and not is_active(op.cell.dropout)


def _is_native(cell: ops.Cell) -> bool:
    if is_active(cell.recurrent_dropout) or (is_active(cell.dropout) and cell.mask_per_gate):
        return False
    if isinstance(cell, ops.SimpleRnn):
        return cell.activation.name in ("tanh", "relu")
    if not isinstance(cell, ops.Lstm | ops.Gru) or (isinstance(cell, ops.Gru) and not cell.reset_after):
        return False
    return cell.activation.name == "tanh" and cell.recurrent_activation.name == "sigmoid"


@dataclass(frozen=True)
class After:
    """The states that a native module returns, each with a leading axis for the passes.

    target: what to assign them to. states: their names. given: statements that hand them on.
    """

    target: Markup
    states: tuple[Markup, ...]
    given: Markup


@dataclass(frozen=True)
class Way:
    """One pass of an op.

    x, mask: as the pass sees them, a reverse one from the end. initial: the states before. zeros: what to call a state
    of zeros that stands for them. states: the states before, as a native module takes them. steps: what to call the
    outputs of all steps. finals: the states after. result: what the pass puts out.
    """

    kernel: Weight
    recurrent_kernel: Weight
    bias: Weight | None
    cudnn: bool
    x: Markup
    mask: Markup | None
    initial: tuple[Markup, ...]
    zeros: Markup | None
    states: Markup | None
    steps: Markup
    finals: tuple[Markup, ...]
    after: After
    result: Markup

    @property
    def reads_states(self) -> bool:
        """Whether anything reads the states after."""
        return any(final != UNUSED for final in self.finals)

    @property
    def masked_target(self) -> Markup:
        return Markup(", ").join([self.steps, *self.finals]) if self.reads_states else self.steps


def ways_of(m: TorchModule, op: ops.Recurrent, y: Markup, finals: Sequence[Markup]) -> list[Way]:
    """The passes of an op that puts out ``y`` and final states."""
    native = m.form(op).native
    count, both = op.cell.state_count, len(op.passes) == 2
    base = next((name for name in (y, *finals) if name != UNUSED), y)
    zeros = None if native or op.passes[0].initial else m.fresh(f"{base}_zeros")
    ways = []
    for number, way in enumerate(op.passes):
        part = "" if not both else "_backward" if way.reverse else "_forward"
        own = tuple(finals[number * count : (number + 1) * count])
        initial = tuple(m.read(value) for value in way.initial)
        turned = op.return_sequences and way.reverse and op.order == "time"
        by_state = native and op.mask is None and not op.return_sequences
        steps = UNUSED if by_state or y == UNUSED else m.fresh(f"{base}{part}_steps")
        after = m.after(op, Markup(f"{base}{part}"), own, needed=by_state)
        result = steps
        if by_state and y != UNUSED:
            result = after.states[0] + Markup("[0]")
        elif y != UNUSED:
            result = steps + Markup(".flip(1)" if turned else "" if op.return_sequences else "[:, -1]")
        ways.append(
            Way(
                way.kernel,
                way.recurrent_kernel,
                way.bias,
                way.cudnn,
                x=_turned(m, op.x, way.reverse),
                mask=None if op.mask is None else _turned(m, op.mask, way.reverse),
                initial=initial if zeros is None else (zeros,) * count,
                zeros=None if number else zeros,
                states=native_states([initial]) if initial else None,
                steps=steps,
                finals=own,
                after=after,
                result=result,
            )
        )
    return ways


def after_of(m: TorchModule, op: ops.Recurrent, base: Markup, finals: Sequence[Markup], needed: bool) -> After:
    """needed: whether the output is read off the states."""
    if not needed and all(final == UNUSED for final in finals):
        return After(UNUSED, (), Markup())
    names = tuple(m.fresh(f"{base}_{state}") for state in ("h_n", "c_n")[: op.cell.state_count])
    target = names[0] if len(names) == 1 else Markup(f"({', '.join(names)})")
    lines = [
        Markup(f"{final} = {names[i % len(names)]}[{i // len(names)}]")
        for i, final in enumerate(finals)
        if final != UNUSED
    ]
    return After(target, names, Markup("\n").join(lines))


def native_states(initial: Sequence[Sequence[Markup]]) -> Markup:
    """The states before, as a native module takes them: each with a leading axis for the passes."""
    states = list(zip(*initial, strict=True))
    stacked = [
        Markup(f"{ways[0]}.unsqueeze(0)") if len(ways) == 1 else Markup(f"torch.stack(({', '.join(ways)}))")
        for ways in states
    ]
    return stacked[0] if len(stacked) == 1 else Markup(f"({', '.join(stacked)})")


def _turned(m: TorchModule, x: Value, reverse: bool) -> Markup:
    return m.read(x) + Markup(".flip(1)" if reverse else "")


@dataclass(frozen=True)
class Steps:
    """What a class that takes step after step has to say of an op.

    shown: what a masked step puts out. inner: the axes of a state behind the batch. triples: one mask of the state
    stands for those of all three gates.
    """

    biased: bool
    masked: bool
    shown: str
    inner: int
    drops_input: bool
    drops_state: bool
    per_gate: bool
    triples: bool
    keeps_time: bool

    @property
    def drops(self) -> bool:
        return self.drops_input or self.drops_state

    @property
    def mask_argument(self) -> Markup:
        return Markup("mask: Tensor, " if self.masked else "")


def steps_of(op: ops.Recurrent) -> Steps:
    """The needs of an op. From a start at zero the previous output is the state."""
    cell = op.cell
    shown = op.masked_output
    if shown == "previous" and not op.passes[0].initial:
        shown = "state"
    per_gate = cell.mask_per_gate
    before = isinstance(cell, ops.Gru) and not cell.reset_after and not cell.mixes_dropped_state
    return Steps(
        biased=op.passes[0].bias is not None,
        masked=op.mask is not None,
        shown=shown,
        inner=len(cell.state_shape(op.x.shape)) - 1,
        drops_input=is_active(cell.dropout),
        drops_state=is_active(cell.recurrent_dropout),
        per_gate=per_gate,
        triples=before and not per_gate,
        keeps_time=not isinstance(cell, ops.ConvLstm),
    )

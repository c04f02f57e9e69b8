"""Whether two values are the same function of a model's inputs and weights, however they came about.

Every value gets a number; values that are computed alike get the same one. What changes no result does not count:
names, whether steps are written out, cuDNN's layout of weights. What can be computed in one op or in several counts
alike: both directions at once, a reverse pass in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from specc import ops
from specc.ops import Step
from specc.tensors import Value
from specc.weights import Weight

Term = tuple[Any, ...]  # nested: names, numbers of terms, records
_NO_RESULT = frozenset(("unroll", "reference", "cudnn", "length", "lengths", "shape"))
"""Fields of ops that say how a result is computed or how large it is, not what it is."""
_DROPS = frozenset(("dropout", "recurrent_dropout", "mask_per_gate", "mixes_dropped_state"))
_IN_TRAINING: dict[type, frozenset[str]] = {
    ops.SimpleRnn: _DROPS,
    ops.Gru: _DROPS,
    ops.Lstm: _DROPS,
    ops.ConvLstm: _DROPS,
    ops.BatchNorm: frozenset(("momentum", "degrees", "frozen", "keeps", "mask")),
    ops.Dropout: frozenset(("rate", "noise_shape", "seed")),
    ops.Noise: frozenset(("kind", "amount", "noise_shape", "seed")),
}
"""Fields that matter in training alone."""


@dataclass
class Terms:
    """The numbers of the values of some programs. Values that no op makes are inputs, known by their names.

    training: whether what matters in training alone counts too.
    """

    training: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    """Other names of inputs."""
    _made: dict[int, tuple[ops.Op, int]] = field(default_factory=dict)
    _numbers: dict[Term, int] = field(default_factory=dict)
    _terms: list[Term] = field(default_factory=list)
    _known: dict[int, int] = field(default_factory=dict)
    _kept: list[Value] = field(default_factory=list)
    """Keeps the values alive, whose identities are the keys."""

    def learn(self, steps: Iterable[Step]) -> None:
        """Learn how the values of some steps are made."""
        for step in steps:
            for index, value in enumerate(step.outputs):
                self._made[id(value)] = (step.op, index)
                self._kept.append(value)

    def maker(self, value: Value) -> ops.Op | None:
        """The op that makes a value; None for an input."""
        return self._made[id(value)][0] if id(value) in self._made else None

    def equate(self, value: Value, other: Value) -> None:
        """Let a value count as another from here on."""
        self._kept.append(value)
        self._known[id(value)] = self[other]

    def __getitem__(self, value: Value) -> int:
        if id(value) not in self._known:
            self._kept.append(value)
            self._known[id(value)] = self._number_of(value)
        return self._known[id(value)]

    def _number_of(self, value: Value) -> int:
        if id(value) not in self._made:
            return self._number(("input", self.aliases.get(value.name, value.name)))
        op, index = self._made[id(value)]
        if isinstance(op, ops.Recurrent):
            return self._recurrent(op, index)
        if isinstance(op, ops.Flip):
            return self._flipped(self[op.x], op.axis)
        if isinstance(op, ops.Concat):
            parts = tuple(self[x] for x in op.xs)
            return self._number(("Concat", 0, parts, op.axis)) if len(parts) > 1 else parts[0]
        if isinstance(op, ops.Combine) and op.kind in ("maximum", "minimum"):
            return self._number(("Combine", 0, op.kind, *(n for x in op.xs for n in self._parts_of(x, op.kind))))
        if isinstance(op, ops.Split):
            return self._part(op, index)
        if isinstance(op, ops.Reshape) and _is_the_same(op):
            return self[op.x]
        if isinstance(op, ops.Cast) and op.x.dtype in ("int32", "int64") and op.dtype in ("int32", "int64"):
            return self[op.x]
        return self._number((type(op).__name__, index, *self._fields(op)))

    def _recurrent(self, op: ops.Recurrent, index: int) -> int:
        """One pass at a time, each in the order of time."""
        count = op.cell.state_count
        if index:
            way, state = divmod(index - 1, count)
            return self._number(("state", state, self._pass(op, op.passes[way])))
        outputs = [self._output(op, way) for way in op.passes]
        if len(outputs) == 1:
            return outputs[0]
        rank = len(op.cell.state_shape(op.x.shape)) + op.return_sequences
        return self._number(("Concat", 0, tuple(outputs), rank - 1))

    def _output(self, op: ops.Recurrent, way: ops.Pass) -> int:
        masked = "none" if op.mask is None else op.masked_output
        if masked == "state" and not way.initial:
            masked = "previous"  # a state that starts at zero is the output before it
        y = self._number(("output", op.return_sequences, masked, self._pass(op, way)))
        in_time = not way.reverse or not op.return_sequences or op.order == "time"
        return y if in_time else self._flipped(y, 1)

    def _pass(self, op: ops.Recurrent, way: ops.Pass) -> int:
        mask = None if op.mask is None else self[op.mask]
        return self._number(("pass", self[op.x], self._record(op.cell), mask, self._record(way)))

    def _flipped(self, number: int, axis: int) -> int:
        """Turned round twice is not turned round."""
        term = self._terms[number]
        return int(term[2]) if term[:2] == ("Flip", axis) else self._number(("Flip", axis, number))

    def _parts_of(self, value: Value, kind: str) -> tuple[int, ...]:
        """The largest of the largest of some and of others is the largest of all."""
        number = self[value]
        term = self._terms[number]
        return tuple(term[3:]) if term[:3] == ("Combine", 0, kind) else (number,)

    def _part(self, op: ops.Split, index: int) -> int:
        """What was laid side by side before is taken apart again."""
        term = self._terms[self[op.x]]
        if term[0] == "Concat" and len(term[2]) == op.parts:
            return int(term[2][index])
        return self._number(("Split", index, *self._fields(op)))

    def _fields(self, record: object) -> Term:
        left_out = _NO_RESULT | self._without_effect(record)
        return tuple(
            self._entry(getattr(record, item.name))
            for item in fields(record)  # type: ignore[arg-type]
            if item.name not in left_out
        )

    def _without_effect(self, record: object) -> frozenset[str]:
        """The fields that do not count: what is for training, and how to drop what is not dropped."""
        if not self.training:
            return _IN_TRAINING.get(type(record), frozenset())
        if not isinstance(record, ops.Cell) or record.recurrent_dropout:
            return frozenset()
        return frozenset(("mixes_dropped_state",)) if record.dropout else _DROPS

    def _record(self, record: object) -> Term:
        return (type(record).__name__, *self._fields(record))

    def _entry(self, value: object) -> object:
        if isinstance(value, Value):
            return ("value", self[value])
        if isinstance(value, Weight):
            return ("weight", value.name)
        if isinstance(value, tuple):
            return tuple(None if isinstance(entry, str) and _is_dim(entry) else self._entry(entry) for entry in value)
        if isinstance(value, ops.Part | ops.Cell):
            return self._record(value)
        return value

    def _number(self, term: Term) -> int:
        if term not in self._numbers:
            self._numbers[term] = len(self._terms)
            self._terms.append(term)
        return self._numbers[term]


def _is_dim(text: str) -> bool:
    """Whether this is the name of an unknown dimension, which no two programs need to share."""
    return text.startswith(("batch", "time"))


def _is_the_same(op: ops.Reshape) -> bool:
    """Whether a reshape only learns what an unknown dimension is."""
    if len(op.target) != op.x.rank:
        return False
    unequal = [a for a, b in zip(op.x.shape, op.target, strict=True) if a != b]
    return all(isinstance(a, str) for a in unequal)

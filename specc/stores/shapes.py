"""Compares what a file holds with what the layers declare, before anything is read: one finding, one mistake.

A layer of another width shows in all its arrays, and in the kernel of the layer that follows: only the first
of them is reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from specc.diagnostics import Diagnostic, Findings
from specc.stores.arrays import StoredArray, StoreFile
from specc.stores.cells import A_CELL, Part, count_gates
from specc.tensors import show
from specc.weights import Weight

Shape = tuple[int, ...]
Sizes = set[tuple[int, int]]

# What a layer's width is multiplied by in shapes: gates, two directions side by side, two biases.
_MULTIPLES = (1, 2, 3, 4, 6, 8)


@dataclass(frozen=True)
class Pair:
    """A stored array, the weight that it goes to, and the shape that it must have in the file.

    blocks: how many times the layer's width its last axis holds.
    """

    stored: StoredArray
    weight: Weight
    shape: Shape
    blocks: int


@dataclass
class Comparison:
    """Compares layer by layer, in the order of the model.

    narrowed: (declared, found) widths of the layers so far, which explain the input widths of later ones.
    """

    store: StoreFile
    findings: Findings
    narrowed: Sizes = field(default_factory=set)

    def compare_layer(self, parts: Sequence[tuple[Part, Sequence[Pair]]]) -> None:
        """Report the arrays of one layer whose shapes are wrong, each mistake once."""
        widths: Sizes = set()
        inputs: Sizes = set()
        for part, pairs in parts:
            if self._is_other_cell(part, pairs):
                return
            for pair in pairs:
                if pair.stored.shape != pair.shape and not self._explains(pair, widths, inputs):
                    self._report(pair)
                    _note(pair, widths, inputs)
        self.narrowed |= widths

    def _explains(self, pair: Pair, widths: Sizes, inputs: Sizes) -> bool:
        """Whether every wrong dimension follows from one that was reported."""
        found, expected = pair.stored.shape, pair.shape
        if len(found) != len(expected):
            return False
        for axis, (size, wanted) in enumerate(zip(found, expected, strict=True)):
            known = widths
            if _has_inputs(pair) and axis == len(expected) - 2:
                known = inputs | self.narrowed
            if size != wanted and (wanted, size) not in known:
                return False
        return True

    def _is_other_cell(self, part: Part, pairs: Sequence[Pair]) -> bool:
        """Report a cell of another kind: an LSTM's arrays for a GRU."""
        if not part.gates or len(pairs) != len(part.weights):
            return False
        kernel, recurrent = pairs[0].stored.shape, pairs[1].stored.shape
        gates = count_gates(recurrent)
        if gates is None or gates == part.gates or kernel[-1:] != recurrent[-1:]:
            return False
        weight = part.weights[0]
        message = (
            f"`{self.store.title}` holds {A_CELL[gates]} of {recurrent[-2]} units for "
            f"`{weight.name.rpartition('/')[0]}`, expected {A_CELL[part.gates]} of {part.units}"
        )
        hint = f"its kernel is {show(kernel)}, its recurrent_kernel {show(recurrent)}"
        self.findings.add(Diagnostic("W406", (*weight.path[:-1], "type"), message, hint))
        return True

    def _report(self, pair: Pair) -> None:
        weight, found = pair.weight, show(pair.stored.shape)
        place = f"`{self.store.title}`"
        if pair.stored.name != weight.name:
            place += f" (as `{pair.stored.name}`)"
        message = f"`{weight.name}` in {place}: found {found}, expected {show(pair.shape)}"
        self.findings.add(Diagnostic("W406", weight.path, message, _explain(pair)))


def add_once(diagnostic: Diagnostic, findings: Findings) -> None:
    """Add a finding that both halves of a Bidirectional would give."""
    if diagnostic not in findings.diagnostics:
        findings.add(diagnostic)


def report_bias_form(pair: Pair, part: Part, found: str, store: StoreFile, findings: Findings) -> None:
    """Report a GRU in the file that contradicts ``reset_after``. found: what the file holds, in words."""
    declared, needed = ("true", "false") if part.reset_after else ("false", "true")
    message = f"`{store.title}` holds {found}, expected a bias {show(pair.weight.shape)} for `reset_after: {declared}`"
    path = (*pair.weight.path[:-1], "reset_after")
    add_once(Diagnostic("W410", path, message, f"set `reset_after: {needed}`"), findings)


def is_other_bias_form(pair: Pair, part: Part) -> bool:
    """Whether a GRU's bias has the form that goes with the other ``reset_after``, at any width."""
    shape = pair.stored.shape
    if part.gates != 3 or part.is_cudnn or pair.weight is not part.bias:
        return False
    return len(shape) == 1 if part.reset_after else len(shape) == 2 and shape[0] == 2


def _note(pair: Pair, widths: Sizes, inputs: Sizes) -> None:
    """Keep what a wrong shape says of the layer's width and of its input's, as (declared, found)."""
    found, expected = pair.stored.shape, pair.shape
    if len(found) != len(expected):
        return
    if _has_inputs(pair) and found[-2] != expected[-2]:
        inputs.add((expected[-2], found[-2]))
    width = _width(pair)
    if width is not None and found[-1] != expected[-1]:
        declared = expected[-1] // pair.blocks
        widths |= {(declared * k, width * k) for k in _MULTIPLES}


def _has_inputs(pair: Pair) -> bool:
    """Whether the last axis but one is the width of the layer's input."""
    return len(pair.shape) >= 2 and pair.weight.name.endswith("/kernel")


def _width(pair: Pair) -> int | None:
    """The width of the layer that the file holds, as far as this array tells."""
    last = pair.stored.shape[-1:]
    return last[0] // pair.blocks if last and last[0] % pair.blocks == 0 else None


def _explain(pair: Pair) -> str | None:
    """What the shape in the file tells."""
    found, expected = pair.stored.shape, pair.shape
    if len(found) != len(expected):
        return f"the file's array has {len(found)} dimension{'s'[: len(found) != 1]}, expected {len(expected)}"
    if found == expected[::-1]:
        return "the array is transposed: Keras keeps the inputs first, the units last"
    if pair.weight.name.endswith("/embeddings"):
        return f"the file holds a table of input_dim {found[0]} and output_dim {found[1]}"
    width = _width(pair)
    if found[-1] != expected[-1] and width is not None:
        field_name = pair.weight.path[-1] if pair.weight.path else None
        return f"the file holds {width} {'filters' if field_name == 'filters' else 'units'}"
    if _has_inputs(pair) and found[-2] != expected[-2]:
        return f"the file's layer takes {found[-2]} input features"
    return None

"""Models of a file, taken apart: every layer becomes an entry, every further call of it a Shared one.

A model inside a model becomes its layers, named ``<model>_<layer>``; where it is called its inputs are what it is
called on. Layers and models alike are ``Part``s: they can be called, again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from specc.diagnostics import Path
from specc.keras_files.layers import Item
from specc.keras_files.masks import Mask, Masks
from specc.keras_files.replacements import replace_operation
from specc.keras_files.reporting import Report
from specc.keras_files.writer import Writer
from specc.stores.members import Member

Reference = str | Mask | None
"""An output in the spec; a mask that Keras 3 wrote out; None for what a layer with mistakes would have put out."""


@dataclass(frozen=True)
class Given:
    """What a part is called on, in references of the spec. path: of the call in the text."""

    inputs: tuple[Reference, ...]
    states: tuple[Reference, ...] = ()
    masks: tuple[Reference, ...] = ()
    path: Path = ()

    @property
    def is_lost(self) -> bool:
        return None in (*self.inputs, *self.states, *self.masks)


class Outputs(Protocol):
    """What a call puts out, by index."""

    def __call__(self, index: int) -> Reference: ...


class Part(Protocol):
    """A layer or a model that can be called."""

    def call(self, given: Given) -> Outputs: ...

    def member(self) -> Member: ...


def lost(index: int) -> Reference:
    """The outputs of a call that could not be translated."""
    return None


@dataclass
class Leaf:
    """A layer. item: None where it has mistakes. name: in the spec. keras_name, class_name: in the file."""

    item: Item | None
    name: str
    keras_name: str
    class_name: str
    writer: Writer
    masks: Masks
    form: str | None = None
    is_wrapped: bool = False
    calls: int = field(default=0, init=False)

    @property
    def title(self) -> str:
        """The layer as findings call it."""
        return f"{self.class_name} `{self.keras_name}`"

    def call(self, given: Given) -> Outputs:
        if self.item is None or given.is_lost:
            return lost
        inputs = tuple(reference for reference in given.inputs if isinstance(reference, str))
        states = tuple(reference for reference in given.states if isinstance(reference, str))
        operation = next((r for r in (*given.inputs, *given.states) if isinstance(r, Mask)), None)
        if operation is not None:
            refuse_operation(operation, self.title, self.writer.report)
            return lost
        mask, fits = self._explicit_mask(given, inputs)
        if not fits:
            return lost
        name = self.name
        if not self.calls:
            self.writer.add(self.item, name, inputs, states, mask, given.path)
        else:
            name = self.writer.names.give(f"{self.name}_{self.calls}", is_own=False)
            again = Item("Shared", self.item.path, {"layer": self.name})
            self.writer.add(again, name, inputs, states, mask, given.path)
        self.calls += 1
        self.masks.note(name, self.item.type, self.item.fields, inputs)
        item = self.item
        return lambda index: _reference(item, name, index)

    def _explicit_mask(self, given: Given, inputs: tuple[str, ...]) -> tuple[str | None, bool]:
        """The mask that the entry must name, and whether it can."""
        assert self.item is not None
        wanted: list[str] = []
        for mask in given.masks:
            if isinstance(mask, str):
                wanted.append(mask)
            elif mask is not None and (given.states or not self.masks.comes_anyway(mask, inputs)):
                wanted.append(mask.source or "")
        if not wanted:
            return None, True
        if len(wanted) == 1 and wanted[0] and _takes_mask(self.item.type):
            return wanted[0], True
        message = f"{self.title} is called with a mask that a spec cannot name"
        hint = "specc hands on masks of Embedding and Masking; an explicit one must be an input or ids that are not 0"
        self.writer.report.error("K714", given.path or self.item.path, message, hint)
        return None, False

    def member(self) -> Member:
        return Member(
            self.keras_name,
            self.class_name,
            self.name,
            trainable=self.item is None or self.item.trainable,
            form=self.form,
            is_wrapped=self.is_wrapped,
            scopes=() if self.item is None else self.item.scopes,
        )


def refuse_operation(operation: Mask, user: str, report: Report) -> None:
    """Report an operation on tensors where somebody computes with what it puts out."""
    message = f"{operation.title} is an operation on tensors, which specc cannot do; {user} needs it"
    report.error("K711", (*operation.path, "class_name"), message, replace_operation(operation.title))


def _takes_mask(name: str) -> bool:
    from specc import layers

    cls = layers.find(name)
    return cls is not None and "mask" in cls.model_fields


def _reference(item: Item, name: str, index: int) -> str:
    """An output of a layer: the first goes by the layer's name, states by their number."""
    if index == 0:
        return name
    if item.type == "Bidirectional" and "merge_mode" in item.fields and item.fields["merge_mode"] is None:
        return f"{name}.backward" if index == 1 else f"{name}.state_{index - 2}"
    return f"{name}.state_{index - 1}"


@dataclass
class Chain:
    """A Sequential, or a TimeDistributed of one: each part takes what the one before puts out."""

    title: str
    class_name: str
    parts: Sequence[Part]
    trainable: bool = True
    inside: str = "layers"

    def call(self, given: Given) -> Outputs:
        outputs: Outputs = lost
        for number, part in enumerate(self.parts):
            outputs = part.call(given if not number else Given((outputs(0),), path=given.path))
        if not self.parts:
            return lambda index: given.inputs[index]
        return outputs

    def member(self) -> Member:
        members = tuple(part.member() for part in self.parts)
        return Member(self.title, self.class_name, None, members, self.inside, self.trainable)


@dataclass
class Branches:
    """The models that a first Merge of Keras 1 joins, and the layer that joins them."""

    branches: Sequence[Part]
    joined: Part

    def call(self, given: Given) -> Outputs:
        results = [branch.call(Given((x,))) for branch, x in zip(self.branches, given.inputs, strict=True)]
        return self.joined.call(Given(tuple(result(0) for result in results)))

    def member(self) -> Member:
        members = [branch.member() for branch in self.branches]
        return Member("merge", "Merge", None, (*members, self.joined.member()))


def flatten_first(member: Member) -> Member:
    """Keras 1 saves the layers of the models that a first Merge joins as if they were its own."""
    if member.type != "Sequential" or not member.members or member.members[0].type != "Merge":
        return member
    first, *rest = member.members
    inner = [layer for branch in first.members for layer in flatten_first(branch).members or (branch,)]
    inner = list(dict.fromkeys(inner))
    return Member(member.name, member.type, None, (*inner, *rest), member.inside, member.trainable)

"""A module in the making: its identifiers, the functions that it needs, and a statement for every op.

The templates of a target hold one macro an op, called like the op: ``batch_norm(m, op, y)`` writes the statements
that compute the output ``y``; ``m`` is the module in the making. What an op needs beside (an equation, a helper) the
macro defines in a call block, and gets its name; the same text is defined once, another one under another name:

    {% call(name) m.define("sigmoid") %}
    def {{ name }}(x: Array) -> Array:
        ...
    {% endcall %}
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, overload

from markupsafe import Markup

from specc import ops
from specc.data import shipped
from specc.diagnostics import Diagnostic, SpecError
from specc.targets.python.environment import environment
from specc.targets.python.literals import docstring_text
from specc.targets.python.names import Names, identifier, state_name
from specc.targets.python.outline import Layer, Outline, Passage
from specc.tensors import Value, show
from specc.weights import Weight

Macro = Callable[..., Markup]
UNUSED = Markup("_")


class Unsupported(Exception):
    """A target cannot print an op; it becomes a finding at the layer's place. message: what it lacks."""

    def __init__(self, message: str, hint: str | None = None, field: str | None = None) -> None:
        self.message = message
        self.hint = hint
        self.field = field
        super().__init__(message)


@dataclass(frozen=True)
class Block:
    """A layer in the module: its introduction, and the statements that compute it, unindented."""

    layer: Layer
    statements: Markup

    @property
    def comment(self) -> Markup:
        """``# lstm: LSTM, (batch, 80, 128) -> (batch, 64)``, in as many lines as it needs."""
        taken = " and ".join(show(shape) for shape in self.layer.inputs)
        given = show(self.layer.outputs[0][1].shape)
        text = docstring_text(f"{self.layer.name}: {self.layer.type}, {taken} -> {given}")
        return Markup("\n".join(textwrap.wrap(text, 78, initial_indent="# ", subsequent_indent="#   ")))


class Module:
    """What a macro works on. ``m[x]`` is the code of a value or a weight. Each target has a class of its own.

    target: the folder of the templates. reserved: identifiers that the skeleton uses. passes_on: ops that only hand
    on their input.
    """

    target: ClassVar[str]
    reserved: ClassVar[Sequence[str]] = ()
    passes_on: ClassVar[tuple[type[ops.Op], ...]] = (ops.Dropout, ops.Noise)

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.names = Names((*self.reserved, "_"))
        self.macros = _find_macros(self.target)
        self.definitions: list[Markup] = []
        """What the ops need beside: the texts, in the order of definition."""
        self._defined: dict[tuple[str, Markup], Markup] = {}
        self._codes: dict[int, Markup] = {}
        self._aliases: dict[int, Value] = {}
        self._read = _find_read(outline.program)
        for value in outline.program.inputs:
            self._codes[id(value)] = self.fresh(value.name)
        for state in outline.program.states:
            self._codes[id(state.before)] = self.fresh(state_name(state.layer, state.state))
            self._codes[id(state.after)] = self.fresh(f"{state_name(state.layer, state.state)}_after")
        self._name_outputs()

    def read_weight(self, weight: Weight) -> Markup:
        """How the target's code reads a weight."""
        raise NotImplementedError

    @overload
    def __getitem__(self, item: Value | Weight) -> Markup: ...

    @overload
    def __getitem__(self, item: None) -> None: ...

    def __getitem__(self, item: Value | Weight | None) -> Markup | None:
        if item is None:
            return None
        return self.read_weight(item) if isinstance(item, Weight) else self.read(item)

    def read(self, item: Value) -> Markup:
        """The identifier of a value."""
        item = self.origin(item)
        if id(item) not in self._codes:
            self._codes[id(item)] = self.fresh(_plain(item.name))
        return self._codes[id(item)]

    def origin(self, value: Value) -> Value:
        """The value that this one only hands on, at the end of the chain."""
        while id(value) in self._aliases:
            value = self._aliases[id(value)]
        return value

    def fresh(self, wanted: str) -> Markup:
        """A new identifier."""
        return Markup(self.names.unique(wanted))

    def define(self, wanted: str, caller: Macro) -> Markup:
        """Define a function (a class, a constant) unless it is there already; returns its name."""
        key = (wanted, caller(Markup(identifier(wanted))))
        if key not in self._defined:
            self._defined[key] = self.fresh(wanted)
            self.definitions.append(caller(self._defined[key]).strip())
        return self._defined[key]

    def blocks(self) -> list[Block]:
        """The layers with their statements. Raises SpecError where the target cannot print an op."""
        blocks, findings = [], []
        for passage in self.outline.passages():
            try:
                blocks.append(self._block(passage))
            except Unsupported as error:
                findings.append(self._finding(passage.layer, error))
        if findings:
            raise SpecError(findings)
        return blocks

    def _block(self, passage: Passage) -> Block:
        printed = [self.print_step(step) for step in passage.steps]
        return Block(passage.layer, Markup("\n").join(text.strip("\n") for text in printed if text.strip()))

    def print_step(self, step: ops.Step) -> Markup:
        """The statements of a step; none where it hands on its input."""
        handed_on = self._handed_on(step.op)
        if handed_on is not None:
            self._aliases[id(step.outputs[0])] = handed_on
            return Markup()
        macro = self.macros.get(_snake(type(step.op).__name__))
        if macro is None:
            raise Unsupported(f"has no way to compute {type(step.op).__name__}")
        results = [self.read(value) if id(value) in self._read else UNUSED for value in step.outputs]
        return macro(self, step.op, *results)

    def _handed_on(self, op: ops.Op) -> Value | None:
        """The input of an op that changes nothing."""
        if isinstance(op, self.passes_on):
            return next(op.operands())
        if isinstance(op, ops.Activate) and op.activation.is_linear:
            return op.x
        if isinstance(op, ops.Cast) and op.dtype == op.x.dtype:
            return op.x
        if isinstance(op, ops.Reshape) and op.target == op.x.shape:
            return op.x
        if isinstance(op, ops.Crop | ops.Pad) and not any(map(any, op.around)):
            return op.x
        return None

    def _finding(self, layer: Layer, error: Unsupported) -> Diagnostic:
        path = layer.path if error.field is None else (*layer.path, error.field)
        message = f"{layer.type} `{layer.name}`: the {self.target} target {error.message}"
        return Diagnostic("T601", path, message, error.hint)

    def _name_outputs(self) -> None:
        """Give what the layers put out their names, where a step makes it."""
        steps = self.outline.program.steps
        made = {id(value) for step in steps if self._handed_on(step.op) is None for value in step.outputs}
        for name, value in (output for layer in self.outline.layers for output in layer.outputs):
            if id(value) in made and id(value) not in self._codes:
                base, _, part = name.partition(".")
                self._codes[id(value)] = self.fresh(state_name(base, part) if part else base)


def _find_read(program: ops.Program) -> set[int]:
    """The values that anything reads."""
    read = {id(value) for step in program.steps for value in step.op.operands()}
    wanted = (*(value for _, value in program.outputs), *(state.after for state in program.states))
    return read | {id(value) for value in wanted}


def _find_macros(target: str) -> Mapping[str, Macro]:
    """The macros of a target, from all its templates but the skeleton."""
    found: dict[str, Macro] = {}
    for name in _templates(target):
        module = environment().get_template(name).module
        found |= {key: macro for key, macro in vars(module).items() if callable(macro) and not key.startswith("_")}
    return found


def _templates(target: str) -> Iterator[str]:
    for file in sorted((shipped("templates") / target).glob("*.py.jinja")):
        if file.name != "module.py.jinja":
            yield f"{target}/{file.name}"


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _plain(name: str) -> str:
    """The name of a value between layers, without its number: ``dense/linear_3`` is ``dense_linear``."""
    return re.sub(r"_\d+(_\d+)?$", "", name)

"""The docstring of a generated module: what model it is, who wrote it, how it is called."""

from __future__ import annotations

import textwrap
from typing import Protocol

from markupsafe import Markup

from specc import __version__
from specc.targets.python.layout import WIDTH
from specc.targets.python.literals import docstring_text
from specc.targets.python.outline import Outline
from specc.tensors import Value, show


class Named(Protocol):
    """A module in the making, as far as its docstring goes: it knows what inputs and states are called."""

    outline: Outline

    def __getitem__(self, value: Value) -> Markup: ...


def introduction(m: Named, framework: str) -> Markup:
    """The docstring, quotes included. framework: what the module is for, as users write it."""
    outline = m.outline
    title = docstring_text(outline.name)
    text = docstring_text(outline.description)
    about = f"{title}: {text}" if text else f"The model {title}."
    facts = ", ".join(f"{key} {docstring_text(value)}" for key, value in outline.facts.items())
    written = f"Written by specc {__version__} for {framework}" + (f"; {facts}." if facts else ".")
    paragraphs = [about, written, "\n".join(_usage(m))]
    lines = "\n\n".join(p if p.startswith(" ") else textwrap.fill(p, WIDTH - 4) for p in paragraphs)
    return Markup(f'"""{lines}\n"""')


def _usage(m: Named) -> list[str]:
    program = m.outline.program
    inputs = ", ".join(m[value] for value in program.inputs)
    results = [docstring_text(name).replace(".", "_") for name, _ in program.outputs]
    states = [str(m[state.before]) for state in program.states]
    lines = ["    model = load()", f"    {', '.join([*results, *states])} = model({inputs})"]
    lines += ["", *(f"    {m[value]}: {_describe(value)}" for value in program.inputs)]
    lines += [f"    -> {docstring_text(name)}: {_describe(value)}" for name, value in program.outputs]
    if states:
        lines += ["", "    The states go on from call to call; model.reset_states() starts anew."]
    return lines


def _describe(value: Value) -> str:
    return f"{value.dtype} {show(value.shape)}"

"""Jinja2 as the Python targets use it: whatever a template prints is code by construction or becomes a literal.

Code is ``Markup``: a template's own text, what a macro returns, and the identifiers that ``names`` hands out. Every
other value that reaches the output goes through ``literals``, so that no string of a user's is ever code.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from specc.data import shipped
from specc.targets.python.literals import literal


@cache
def environment() -> Environment:
    """The environment of all Python targets; templates are named ``numpy/module.py.jinja``."""
    made = Environment(
        loader=FileSystemLoader(shipped("templates")),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.globals |= {"args": arguments, "targets": targets}
    return made


def code(value: Any) -> Markup:
    """A value as source text: code as it is, else the literal. Raises TypeError where there is none."""
    if isinstance(value, StrictUndefined):
        str(value)  # raises, naming what is undefined
    if isinstance(value, tuple | list) and any(isinstance(entry, Markup) for entry in value):
        inner = ", ".join(map(code, value))
        if isinstance(value, list):
            return Markup(f"[{inner}]")
        return Markup(f"({inner},)" if len(value) == 1 else f"({inner})")
    return value if isinstance(value, Markup) else Markup(literal(value))


def arguments(*given: Any, **named: Any) -> Markup:
    """The arguments of a call; None is left out, a tuple of code is listed, one of values is a literal.

    ``args(x, None, (h, c), (1, 2), axis=1)`` gives ``x, h, c, (1, 2), axis=1``.
    """
    flat = [entry for value in given for entry in (value if _is_all_code(value) else (value,))]
    parts = [code(value) for value in flat if value is not None]
    parts += [Markup(f"{key}={code(value)}") for key, value in named.items() if value is not None]
    return Markup(", ").join(parts)


def _is_all_code(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(isinstance(entry, Markup) for entry in value)


def targets(*names: Any) -> Markup:
    """The left side of an assignment: names, and tuples of them."""
    return arguments(*names)

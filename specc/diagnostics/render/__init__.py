"""Shows findings in one of the formats: for people, for editors and scripts, for the places where CI reads them.

A format is a module here, imported when it is asked for, with ``render(run, color)``: it takes the sources that were
checked, in order, and gives text as soon as it can. What stands in several formats has a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from specc.diagnostics import Checked, Diagnostic, Document

Renderer = Callable[[Iterable[Checked], bool], Iterator[str]]

FORMATS = ("text", "concise", "json", "github", "sarif", "junit")


def render_run(run: Iterable[Checked], format: str = "text", color: bool = False) -> Iterator[str]:
    """The findings on all sources, in pieces ready to be written. color: whether to paint what people read."""
    renderer: Renderer = import_module(f"specc.diagnostics.render.{format}").render
    return renderer(run, color)


def render(
    diagnostics: Iterable[Diagnostic], document: Document | None, format: str = "text", color: bool = False
) -> str:
    """The findings on one document."""
    name = document.name if document else ""
    return "".join(render_run([Checked(name, document, tuple(diagnostics))], format, color))

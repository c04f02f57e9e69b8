"""Specs in a few words, and what becomes of them."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from specc.diagnostics import Diagnostic, SpecError
from specc.diagnostics import Path as Place
from specc.model import Model, check
from specc.source import parse

FRAGMENTS = Path(__file__).parent / "expansion" / "fragments"
"""A folder that a spec may include from."""


def spec(layers: str, **top: str) -> str:
    """A spec with one layer a line, and other top-level keys as they would stand in YAML."""
    lines = [f"  - {{{line.strip()}}}" for line in layers.strip().splitlines()]
    return "\n".join(["specc: 1", *(f"{key}: {value}" for key, value in top.items()), "layers:", *lines, ""])


def load_text(text: str, dialect: str | None = None, folder: Path = FRAGMENTS, **given: Any) -> Model:
    """The model of a spec; SpecError where it has mistakes. given: values for its vars."""
    return check(parse(textwrap.dedent(text), "spec.yaml", lenient=True), folder, dialect=dialect, vars=given)


def findings(text: str, dialect: str | None = None, folder: Path = FRAGMENTS) -> list[Diagnostic]:
    """All findings on a spec, warnings among them."""
    try:
        return list(load_text(text, dialect, folder).diagnostics)
    except SpecError as error:
        return list(error.diagnostics)


def codes(text: str) -> list[tuple[str, Place]]:
    """The code and the place of each finding."""
    return [(finding.code, finding.path) for finding in findings(text)]

"""What a spec expands to, in few words."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from specc.expansion import Expansion, expand
from specc.source import parse
from tests.loading import FRAGMENTS


def expansion(text: str, folder: Path | None = FRAGMENTS, **given: Any) -> Expansion:
    """The expansion of a spec; ``specc: 1`` stands before the text."""
    return expand(parse(f"specc: 1\n{textwrap.dedent(text)}", "spec.yaml"), folder, given)


def plain(text: str, folder: Path | None = FRAGMENTS, **given: Any) -> Any:
    """The data of a spec that expands without a word."""
    found = expansion(text, folder, **given)
    assert found.diagnostics == ()
    return found.data


def layers(text: str, folder: Path | None = FRAGMENTS, **given: Any) -> Any:
    """Its layers."""
    return plain(text, folder, **given)["layers"]

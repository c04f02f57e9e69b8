"""The spec room: source data becomes validated layers, each with its place in the source."""

from __future__ import annotations

from specc.spec.entries import Entry
from specc.spec.reading import Spec, read_spec

__all__ = ["Entry", "Spec", "read_spec"]

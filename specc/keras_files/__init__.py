"""The room of Keras's own files: an architecture of any era becomes the data of a spec.

What comes out is what a person would write by hand, so every later room treats it as any spec. Names, renamed
arguments, defaults of old versions and models inside models end here.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from specc.diagnostics import Diagnostic
from specc.keras_files.document import Translated
from specc.keras_files.reading import Architecture, find_in_text, read_binary, read_binary_stdin

if TYPE_CHECKING:
    from specc.keras_files.era import Era
    from specc.stores.members import Member

__all__ = [
    "Architecture",
    "KerasModel",
    "Translated",
    "find_in_text",
    "open_architecture",
    "read_binary",
    "read_binary_stdin",
]


class KerasModel(NamedTuple):
    """A file of Keras, translated.

    document: the spec, whose findings point into Keras's text. members: the layers as weight files know them.
    weights: the file itself, where it holds arrays. renamed: what Keras called a layer -> its name in the spec.
    dropped: what the spec leaves out, in words.
    """

    document: Translated
    members: tuple[Member, ...]
    era: Era
    weights: os.PathLike[str] | None
    renamed: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]
    dropped: tuple[str, ...]


def open_architecture(architecture: Architecture, dialect: str | None = None) -> KerasModel:
    """Translate what a file holds. dialect: instead of the file's own. SpecError for what specc cannot say."""
    # Whoever opens a spec does not pay for these.
    from specc.keras_files.era import find_era
    from specc.keras_files.translation import translate

    era = find_era(architecture.data, architecture.version, architecture.backend, dialect)
    found = translate(architecture.data, architecture.path, architecture.source, era)
    return KerasModel(
        found.document,
        found.members,
        era,
        architecture.weights,
        found.renamed,
        tuple(found.report.findings),
        (*architecture.dropped, *found.report.dropped),
    )

"""Places as other programs want them: a file in the repository, lines where the file has any."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path as FilePath

from specc.diagnostics import Checked, Span
from specc.diagnostics.render.place import Spot


@dataclass(frozen=True)
class InFile:
    """A place in a file. span: None where the file has no lines, such as HDF5; words: the path there."""

    file: str
    span: Span | None
    words: str


def in_file(spot: Spot, checked: Checked) -> InFile:
    """Where a finding on a source stands. The lines of a text that lies inside the file are not the file's own."""
    document = spot.document
    is_main = document is None or document is checked.document
    file = checked.name if is_main or document is None else document.name
    is_text = document is not None and document.name == file
    return InFile(file, spot.span if is_text else None, spot.words)


def root() -> FilePath:
    """The folder that paths are relative to in CI: the repository around the current folder, or that folder itself."""
    here = FilePath.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


def from_root(file: str, top: FilePath) -> str | None:
    """A file's path below the root, with slashes; None for one outside. Links are not followed."""
    path = FilePath(os.path.abspath(file))
    return path.relative_to(top).as_posix() if path.is_relative_to(top) else None

"""Which sources the paths on a command line mean: files, what folders hold, what globs match, ``-`` for stdin.

A folder means its specs: files called ``*.specc.yaml``, ``*.specc.yml`` or ``*.specc.json``, and every other YAML or
JSON file with ``specc`` among its keys at the top. Models that Keras wrote are build products more often than sources,
and slow to open: they are checked where a path or a glob names them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from specc.diagnostics import Checked
from specc.source import STDIN

_ENDINGS = (".yaml", ".yml", ".json")
_CERTAIN = tuple(f".specc{ending}" for ending in _ENDINGS)
_SKIPPED = frozenset(("node_modules", "__pycache__"))
_SNIFFED = 2**20
"""Bytes of a file that are searched for its key ``specc``."""

Excludes = Callable[[Path], bool]


def find_sources(path: str, excludes: Excludes) -> Iterator[str | Checked]:
    """The names of the sources that a path means, or what stands in the way. Named files are never excluded."""
    if path == STDIN or os.path.isfile(path):
        yield path
    elif os.path.isdir(path):
        yield from _walk(path, excludes)
    elif _has_magic(path) and not os.path.lexists(path):
        yield from _match(path, excludes)
    else:
        yield path  # reading it says what is wrong


def _has_magic(text: str) -> bool:
    return any(character in text for character in "*?[")


def _match(pattern: str, excludes: Excludes) -> Iterator[str | Checked]:
    """What a glob matches that no shell has expanded."""
    import glob

    fixed = len(_fixed_parts(pattern))
    is_any = False
    for found in sorted(glob.iglob(pattern, recursive=True)):
        is_any = True
        parts = Path(found).parts[fixed:]
        if any(part in _SKIPPED for part in parts[:-1]) or excludes(Path(found)):
            continue
        if os.path.isfile(found):
            yield found
        elif not pattern.endswith("**"):  # that has matched what the folder holds
            yield from _walk(found, excludes)
    if not is_any:
        yield Checked(pattern, failure=f"no file matches `{pattern}`")


def _fixed_parts(pattern: str) -> list[str]:
    """The parts of a pattern that stand for themselves, up to the first that does not."""
    parts = list(Path(pattern).parts)
    return parts[: next((number for number, part in enumerate(parts) if _has_magic(part)), len(parts))]


def _walk(folder: str, excludes: Excludes) -> Iterator[str | Checked]:
    """The specs in a folder, in the order of their names; links to folders are not followed."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield Checked(folder, failure=f"cannot read `{folder}`: {(error.strerror or str(error)).lower()}")
        return
    for entry in entries:
        path = os.path.normpath(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if not _is_skipped(entry) and not excludes(Path(path)):
                yield from _walk(path, excludes)
        elif entry.name.endswith(_ENDINGS) and entry.is_file() and not excludes(Path(path)) and _is_spec(path):
            yield path


def _is_skipped(entry: os.DirEntry[str]) -> bool:
    """Folders that hold no specs of the user's: hidden ones, packages, environments."""
    is_environment = os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
    return entry.name.startswith(".") or entry.name in _SKIPPED or is_environment


def _is_spec(path: str) -> bool:
    if path.endswith(_CERTAIN):
        return True
    from specc.source.sniffing import top_level_keys

    try:
        with open(path, "rb") as file:
            content = file.read(_SNIFFED)
    except OSError:
        return True  # reading it will say why it cannot be read
    return b"specc" in content and "specc" in top_level_keys(content.decode(errors="replace"))

"""The table ``[tool.specc]`` of pyproject.toml: how a project wants its specs checked.

The nearest pyproject.toml above a file that has such a table speaks for the file; the command line speaks louder.
"""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from specc.cli.exits import UsageError
from specc.cli.patterns import matches
from specc.cli.selection import ALL, Selection, read_codes
from specc.diagnostics.render import FORMATS

FILE = "pyproject.toml"
TABLE = "tool.specc"
_MENTION = rb"""(?m)\btool\s*\.\s*["']?specc\b|^\s*["']?specc["']?\s*[.=]"""
"""What a file says that has such a table: only then it is worth the time to read it."""


class Configuration(NamedTuple):
    """What a table says. folder: that of its file, where its patterns start."""

    folder: Path
    select: tuple[str, ...] = (ALL,)
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    format: str = FORMATS[0]
    max_errors: int | None = None
    per_file_ignores: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def excludes(self, path: Path) -> bool:
        """Whether a file or folder is to be left out of what folders and globs hold."""
        return bool(self.exclude) and matches(self.exclude, _from(self.folder, path))

    def selection(self, path: Path) -> Selection:
        """Which findings on a file are shown."""
        name = _from(self.folder, path) if self.per_file_ignores else ""
        more = [codes for pattern, codes in self.per_file_ignores.items() if matches([pattern], name)]
        return Selection(self.select, (*self.ignore, *(code for codes in more for code in codes)))


def _from(folder: Path, path: Path) -> str:
    """A path as patterns see it: from the folder that they start in, with slashes."""
    whole = Path(os.path.abspath(path))
    try:
        return Path(os.path.relpath(whole, folder)).as_posix()
    except ValueError:  # another drive
        return whole.as_posix()


class Configurations:
    """The configuration of each folder. overrides: what the command line says, by the names of the fields.

    The patterns of the command line start in the current folder.
    """

    def __init__(self, overrides: Mapping[str, Any]) -> None:
        self._overrides = overrides
        self._known: dict[Path, Configuration] = {}

    def of(self, folder: Path) -> Configuration:
        """The configuration that holds in a folder. UsageError for a table with a mistake."""
        folder = Path(os.path.abspath(folder))
        if folder not in self._known:
            self._known[folder] = self._find(folder)
        return self._known[folder]

    def excludes(self, path: Path) -> bool:
        """Whether the command line, or else the configuration of the folder around it, leaves a path out."""
        patterns = self._overrides.get("exclude")
        if patterns is not None:
            return matches(patterns, _from(Path.cwd(), path))
        return self.of(path.parent).excludes(path)

    def _find(self, folder: Path) -> Configuration:
        found = _read(folder / FILE)
        if found is None:
            if folder.parent != folder:
                return self.of(folder.parent)
            found = Configuration(folder)
        return found._replace(**self._overrides)


def _read(file: Path) -> Configuration | None:
    """What the table of a file says; None where there is no such file, or no such table in it."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    if not re.search(_MENTION, content):
        return None
    import tomllib

    try:
        tables = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"`{file}` is no TOML: {error}") from error
    tool = tables.get("tool")
    table = tool.get("specc") if isinstance(tool, Mapping) else None
    if table is None:
        return None
    if not isinstance(table, Mapping):
        raise UsageError(f"`{file}`: `{TABLE}` must be a table")
    given = {key: _value(key, value, f"`{file}`: `{TABLE}.{key}`") for key, value in table.items()}
    return Configuration(file.parent, **{key.replace("-", "_"): value for key, value in given.items()})


def _value(key: str, value: Any, where: str) -> Any:
    """The value of a key, as ``Configuration`` keeps it."""
    reader = _READERS.get(key)
    if reader is None:
        from specc.diagnostics import did_you_mean

        hint = did_you_mean(key, _READERS) or f"the keys are {', '.join(f'`{known}`' for known in _READERS)}"
        raise UsageError(f"{where} is no key of the configuration", hint)
    return reader(value, where)


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{where} must be a list of strings")
    return tuple(value)


def _codes(value: Any, where: str) -> tuple[str, ...]:
    return read_codes(_texts(value, where), where)


def _format(value: Any, where: str) -> str:
    if value not in FORMATS:
        raise UsageError(f"{where} must be one of {', '.join(FORMATS)}")
    return str(value)


def _count(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{where} must be a whole number above 0")
    return value


def _codes_by_file(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{where} must be a table: patterns of files, and the codes to ignore in each")
    inside = where.removesuffix("`")
    return {pattern: _codes(codes, f"{inside}.{pattern}`") for pattern, codes in value.items()}


_READERS: Mapping[str, Callable[[Any, str], Any]] = {
    "select": _codes,
    "ignore": _codes,
    "exclude": _texts,
    "format": _format,
    "max-errors": _count,
    "per-file-ignores": _codes_by_file,
}

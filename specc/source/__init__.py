"""The first room: a file becomes plain data whose every value knows its line and column.

What stands here knows YAML and JSON, and nothing of specs.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import IO, Literal, NamedTuple

from specc.diagnostics import Diagnostic, Edit, Part, Path, Span, SpecError, Unreadable
from specc.source import limits
from specc.source.binary import decode
from specc.source.characters import check_characters
from specc.source.lines import Lines
from specc.source.positions import Positions
from specc.source.reading import are_slips

Format = Literal["yaml", "json"]

STDIN, STDIN_NAME = "-", "<stdin>"


@dataclass(frozen=True, eq=False)
class Source:
    """A text, what it says and where. A ``specc.diagnostics.Document``.

    data: dict with string keys, list, str, int (64 bits), finite float, bool, None; a tree, at most 100 deep.
    scan: finds the positions; runs when a position is first asked for.
    slips: mistakes in the text that leave one value open each, at their paths, and all else clear.
    """

    name: str
    text: str | None
    format: Format
    data: object
    scan: Callable[[], Positions] = field(default=Positions, repr=False)
    slips: tuple[Diagnostic, ...] = ()

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text or "")

    @cached_property
    def _positions(self) -> Positions:
        return self.scan()

    def locate(self, path: Path, part: Part = "value") -> Span | None:
        """Where the key or the value at the path stands: the first line of it, if it has several.

        Where the path does not exist, the nearest value around it. Inside a YAML alias, the anchored text.
        """
        found = self._positions.find(path)
        if self.text is None or found is None:
            return None
        value, whole = found
        if whole and part == "key" and (key := self._positions.key(value)):
            return self._lines.span(*key)
        start = self._positions.start(value)
        return self._lines.span(start, self._positions.end_within(value, self._lines.line_end(start)))

    def edits(self, finding: Diagnostic) -> tuple[Edit, ...]:
        """What the finding's fix changes in the text."""
        if finding.fix is None or self.text is None:
            return ()
        from specc.source.mending import Mender

        return Mender(self.text, self._lines, self._positions).mend(finding.fix, finding.path, finding.span)

    def locate_within(self, path: Path, start: int, end: int) -> Span | None:
        """Where a stretch of the text at the path stands, from start to end; all of it where escapes hide that."""
        found = self._positions.find(path)
        value: object = self.data
        for step in path:
            value = value[step]  # type: ignore[index]
        if self.text is None or found is None or not found[1] or not isinstance(value, str):
            return self.locate(path)
        first, last = self._positions.extent(found[0])
        whole = self.text.find(value, first, last)
        at = whole + start
        if whole < 0:  # there is an escape, or the text has several lines: count the same words instead
            piece = value[start:end]
            if not piece or self.text.count(piece, first, last) != value.count(piece):
                return self.locate(path)
            at = first - 1
            for _ in range(value.count(piece, 0, start) + 1):
                at = self.text.find(piece, at + 1, last)
        return self._lines.span(at, at + end - start)


class Refused(NamedTuple):
    """The document of findings on bytes that are no text, or no good one."""

    name: str
    text: str | None

    def locate(self, path: Path, part: Part = "value") -> Span | None:
        return None

    def edits(self, finding: Diagnostic) -> tuple[Edit, ...]:
        return ()


def read(path: str | os.PathLike[str], stdin_name: str | None = None, begun: bytes = b"") -> Source:
    """Read a file; ``-`` is stdin, which findings call by the name given. Unreadable where there is none, SpecError
    for what is wrong in it. begun: what has been read of stdin already.
    """
    name = os.fspath(path)
    shown = (stdin_name or STDIN_NAME) if name == STDIN else name
    text, findings = decode(begun + read_bytes(name))
    if text is None or findings:
        raise SpecError(findings, Refused(shown, text))
    return parse(text, shown, lenient=True)


def open_stdin() -> IO[bytes]:
    """The bytes of stdin. Unreadable where it is closed."""
    if sys.stdin is None:
        raise Unreadable("cannot read stdin: it is closed")
    return sys.stdin.buffer


def read_bytes(name: str) -> bytes:
    """The bytes of a file, one more than a text may have at most."""
    try:
        if name == STDIN:
            return open_stdin().read(limits.TEXT_BYTES + 1)
        with open(name, "rb") as file:
            return file.read(limits.TEXT_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except ValueError:  # a name with a NUL in it
        reason = "not a file name"
    raise Unreadable(f"cannot read {'stdin' if name == STDIN else f'`{name}`'}: {reason}")


def parse(text: str, name: str, *, lenient: bool = False) -> Source:
    """Read a text: JSON where it starts with ``{``, else YAML. SpecError for what is wrong in it.

    lenient: mistakes that leave the rest clear are left to ``Source.slips``.
    """
    text = text.removeprefix("\ufeff")
    format: Format = "json" if text.lstrip(" \t\r\n").startswith("{") else "yaml"
    lines = Lines(text)
    if (finding := check_characters(text, format, lines)) is not None:
        raise SpecError([finding], Source(name, text, format, None))
    if format == "json":
        from specc.source.json_reader import read_json as read_text
    else:
        from specc.source.yaml_reader import read_yaml as read_text
    reading = read_text(text, lines)
    source = Source(name, text, format, reading.data, reading.scan)
    if not reading.findings:
        return source
    if lenient and are_slips(reading.findings):
        return replace(source, slips=reading.findings)
    raise SpecError(reading.findings, source)

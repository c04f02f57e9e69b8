"""What a fix changes, as a patch."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")


def unified(before: bytes, after: bytes, name: str) -> bytes:
    """The difference in the form that ``patch`` and ``git apply -p0`` take; empty where there is none."""
    file = name.encode(errors="surrogateescape")
    lines = difflib.diff_bytes(difflib.unified_diff, _lines(before), _lines(after), file, file)
    return b"".join(_closed(lines))


def _lines(content: bytes) -> list[bytes]:
    return _LINE.findall(content)


def _closed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines, each with its end: a last line without one says so."""
    for line in lines:
        yield line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n"

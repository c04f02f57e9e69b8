"""Writes fixes into a text: the fewest characters change, comments and layout stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from specc.diagnostics import KEEP, Edit, Fix, Path, Span
from specc.source.lines import Lines
from specc.source.positions import Positions
from specc.source.scalars import is_string

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_MARKED = re.compile(r"[&!]\S*\s+\Z")
"""An anchor or a tag before a value: what it marks may stand elsewhere too, and be right there."""
_QUOTES = ("'", '"')


class Mender:
    """Turns fixes on one text into edits. Where it cannot tell what to write there are none."""

    def __init__(self, text: str, lines: Lines, positions: Positions) -> None:
        self._text = text
        self._lines = lines
        self._positions = positions

    def mend(self, fix: Fix, path: Path, span: Span | None) -> tuple[Edit, ...]:
        """The edits of a fix for the entry at ``path``. span: of its key, where the key stands several times."""
        if fix.drop:
            return tuple(self._drop(path, span))
        value = self._positions.direct(path)
        if value is None:
            return ()
        edits: list[Edit | None] = []
        if fix.key is not None:
            edits.append(self._rename(value, fix.key))
        if fix.value is not KEEP:
            edits.append(self._set(value, fix.value))
        return tuple(edit for edit in edits if edit) if None not in edits else ()

    def _rename(self, value: int, name: str) -> Edit | None:
        key = self._positions.key(value)
        return self._edit(*key, name) if key and self._is_bare(*key) else None

    def _set(self, value: int, new: Any) -> Edit | None:
        start, end = self._positions.extent(value)
        old = self._text[start:end]
        if not self._is_bare(start, end) or "${" in old:
            return None
        return self._edit(start, end, new)

    def _is_bare(self, start: int, end: int) -> bool:
        """Whether a stretch is one word or list on one line, with no anchor or tag, that is no alias and no block."""
        old = self._text[start:end]
        is_marked = _MARKED.search(self._text[max(0, start - 200) : start]) is not None
        return bool(old) and not is_marked and not old.startswith(("*", "|", ">")) and len(old.splitlines()) == 1

    def _edit(self, start: int, end: int, new: Any) -> Edit:
        return self._replace(start, end, _write(new, self._text[start], self._text.startswith("{")))

    def _replace(self, start: int, end: int, text: str) -> Edit:
        return Edit(start, end, self._lines.stretch(start, end), text)

    def _drop(self, path: Path, span: Span | None) -> Iterator[Edit]:
        """Take an entry out of its mapping; of a key that stands twice the one at ``span``, if it says the same."""
        parent = self._positions.direct(path[:-1])
        if parent is None or not path:
            return
        members = list(self._positions.members(parent))
        same = [member for member in members if self._positions.name(member) == path[-1]]
        chosen = [member for member in same if span is None or self._key_span(member) == span]
        if len(chosen) != 1 or any(self._value_text(member) != self._value_text(same[0]) for member in chosen):
            return
        place = members.index(chosen[0])
        stretch = (
            self._flow(members, place) if self._text[self._positions.start(parent)] == "{" else self._block(chosen[0])
        )
        if stretch is not None:
            yield self._replace(*stretch, "")

    def _key_span(self, value: int) -> Span | None:
        key = self._positions.key(value)
        return self._lines.span(*key) if key else None

    def _value_text(self, value: int) -> str:
        start, end = self._positions.extent(value)
        return self._text[start:end]

    def _flow(self, members: list[int], place: int) -> tuple[int, int] | None:
        """An entry between braces, with one comma; None where a comment stands there."""
        key = self._positions.key(members[place])
        assert key is not None
        if place:
            stretch = self._positions.extent(members[place - 1])[1], self._positions.extent(members[place])[1]
        elif len(members) > 1:
            following = self._positions.key(members[1])
            assert following is not None
            stretch = key[0], following[0]
        else:
            return None
        return None if "#" in self._text[slice(*stretch)] else stretch

    def _block(self, value: int) -> tuple[int, int] | None:
        """An entry on lines of its own; None where a comment or the dash of a list stands there too."""
        key = self._positions.key(value)
        assert key is not None
        start, end = self._lines.line_start(key[0]), self._lines.line_end(self._positions.extent(value)[1])
        is_alone = (
            not self._text[start : key[0]].strip() and not self._text[self._positions.extent(value)[1] : end].strip()
        )
        if not is_alone or "#" in self._text[start:end]:
            return None
        line_break = re.compile(r"\r\n|\n|\r").match(self._text, end)
        return start, line_break.end() if line_break else end


def _write(value: Any, first: str, is_json: bool) -> str:
    """A value in the text's own language. first: how what it replaces begins, for a string keeps its quotes."""
    if isinstance(value, list):
        return f"[{', '.join(_write(item, '', is_json) for item in value)}]"
    if is_json or not isinstance(value, str):
        return json.dumps(value)
    if first in _QUOTES and _PLAIN.fullmatch(value):
        return f"{first}{value}{first}"
    return value if _PLAIN.fullmatch(value) and is_string(value) else json.dumps(value)

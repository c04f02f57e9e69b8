"""The layout of generated modules: that of ``ruff format``, for the few statements that templates write.

Templates write a statement on one line, however long it gets. One that is too long is broken at its outermost
brackets: what they hold on a line of its own, else an item a line, with a comma after the last.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 88
_INDENT = "    "
_OPENING = {"(": ")", "[": "]", "{": "}"}
_CLOSING = set(_OPENING.values())
_NO_STATEMENT = {tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT}


def lay_out(source: str) -> str:
    """The module with long lines broken, and blank lines where they belong. What is broken already stays."""
    lines, statements, number = source.splitlines(), [], 0
    ends = dict(_broken_statements(source))
    while number < len(lines):
        end = ends.get(number, number) + 1
        is_broken = end > number + 1
        statements.append(lines[number:end] if is_broken else _fit(lines[number].rstrip()))
        number = end
    return "\n".join(_space_out(statements)).strip("\n") + "\n"


def _broken_statements(source: str) -> Iterator[tuple[int, int]]:
    """The first and the last line, counted from 0, of each statement that takes several."""
    start = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.NEWLINE:
            if start is not None and token.start[0] - 1 > start:
                yield start, token.start[0] - 1
            start = None
        elif start is None and token.type not in _NO_STATEMENT:
            start = token.start[0] - 1


@dataclass(frozen=True)
class _Brackets:
    """A pair of brackets in a line: where it opens and closes, and the items between."""

    start: int
    end: int
    items: tuple[str, ...]
    comma: bool
    """Whether a comma stands behind the last item; a tuple of one needs it."""


def _fit(line: str) -> list[str]:
    """The line, or the lines that it is broken into."""
    text = line.lstrip()
    if len(line) <= WIDTH or not text or text.startswith("#"):
        return [line]
    indent = line[: len(line) - len(text)]
    pairs = list(_outermost(text))
    if text.startswith("return ") and "," in _outside(text, pairs):
        return _fit(f"{indent}return ({text.removeprefix('return ')})")
    if not pairs:
        return [line]
    pair = pairs[0] if text.startswith("def ") else pairs[-1]
    targets, value = _split_assignment(text)
    is_head_too_long = len(indent) + len(text[: pair.start + 1]) > WIDTH
    if is_head_too_long and targets and _is_index(text, pair):
        return [f"{indent}{targets} = (", f"{indent}{_INDENT}{value}", f"{indent})"]
    if is_head_too_long and "," in targets:
        first, *rest = _fit(f"{indent}_ = {value}")
        unpacked = [f"{indent}{_INDENT}{target.strip()}," for target in targets.split(",")]
        return [f"{indent}(", *unpacked, first.replace("_", ")", 1), *rest]
    return _break(indent, text, pair)


def _break(indent: str, text: str, pair: _Brackets) -> list[str]:
    head, tail = text[: pair.start + 1], text[pair.end :]
    inner = indent + _INDENT
    body = ", ".join(pair.items) + ("," if pair.comma else "")
    if not pair.items:
        return [indent + text]
    if len(inner + body) <= WIDTH and not pair.comma and not _is_literal(head):
        return [indent + head, inner + body, indent + tail]
    lines = [indent + head]
    for item in pair.items:
        lines += _fit_item(inner, item)
    return [*lines, indent + tail]


def _fit_item(indent: str, item: str) -> list[str]:
    line = f"{indent}{item},"
    if len(line) <= WIDTH:
        return [line]
    pairs = list(_outermost(item))
    if not pairs:
        return [line]
    return _break(indent, f"{item},", pairs[-1])


def _is_literal(head: str) -> bool:
    """Whether the bracket opens a list, dict or tuple rather than a call: ruff gives those a line an item."""
    before = head[:-1].rstrip()
    return not before or before[-1] in "=([{,:" or before.endswith("return")


def _outside(text: str, pairs: list[_Brackets]) -> str:
    """The text without what stands in brackets."""
    kept, position = [], 0
    for pair in pairs:
        kept.append(text[position : pair.start])
        position = pair.end + 1
    return "".join(kept) + text[position:]


def _split_assignment(text: str) -> tuple[str, str]:
    """The names that a statement assigns to, and the value; no names where it is no assignment."""
    targets, sign, value = text.partition(" = ")
    is_one = bool(sign) and re.fullmatch(r"[\w.]+(, [\w.]+)*", targets) is not None
    return (targets, value) if is_one else ("", text)


def _is_index(text: str, pair: _Brackets) -> bool:
    """Whether the brackets choose from what stands before them, and end the statement."""
    is_last = text[pair.start] == "[" and pair.end == len(text) - 1
    return is_last and re.search(r"[\w\])]$", text[: pair.start]) is not None


def _outermost(text: str) -> Iterator[_Brackets]:
    """The pairs of brackets that stand in no other, with the items between their commas."""
    depth, start, item = 0, 0, 0
    items: list[str] = []
    is_one = False  # a comprehension has commas of its own
    for token in tokenize.generate_tokens(io.StringIO(text + "\n" + _closing(text)).readline):
        column = token.start[1]
        if token.start[0] > 1:
            break
        if token.string == "for" and depth == 1:
            is_one = True
        elif token.type != tokenize.OP:
            continue
        elif token.string in _OPENING:
            depth += 1
            if depth == 1:
                start, item, items, is_one = column, column + 1, [], False
        elif token.string in _CLOSING:
            depth -= 1
            if depth == 0:
                last = text[item:column].strip()
                found = (text[start + 1 : column],) if is_one else (*items, last) if last else tuple(items)
                yield _Brackets(start, column, found, bool(items) and not last and not is_one)
        elif token.string == "," and depth == 1:
            items.append(text[item:column].strip())
            item = column + 1


def _closing(text: str) -> str:
    """What makes the head of a compound statement a whole one."""
    return "    pass\n" if text.endswith(":") else ""


def _space_out(statements: list[list[str]]) -> list[str]:
    """Two blank lines around what is defined at the top, at most one inside."""
    spaced: list[str] = []
    blanks = 0
    for statement in statements:
        if statement == [""]:
            blanks += 1
            continue
        if spaced:
            spaced += [""] * _blanks(spaced[-1], statement[0], blanks)
        spaced += statement
        blanks = 0
    return spaced


def _blanks(before: str, line: str, found: int) -> int:
    is_top = not line[0].isspace() and line[0] not in ")]}"
    if is_top and line.startswith(("def ", "class ", "@")) and not before.startswith("@"):
        return 2
    if is_top and before[0].isspace() and not line.startswith(("else", "except", "elif", "finally")):
        return 2
    return min(found, 2 if is_top else 1)

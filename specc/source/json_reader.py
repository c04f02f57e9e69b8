"""Reads JSON, strictly: the standard library makes the data, a scanner finds positions when asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from specc.source import limits
from specc.source.json_mistakes import explain
from specc.source.json_scanner import scan
from specc.source.lines import Lines
from specc.source.positions import Positions
from specc.source.reading import Reading, are_slips
from specc.source.scalars import NotANumber, real, whole

# Escapes that may give a character no text may hold; the scanner looks closer (pairs of surrogates are fine).
_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")


class _Suspect(Exception):
    """The data breaks a rule; the scanner will say where."""


def read_json(text: str, lines: Lines) -> Reading:
    """Read a text that starts with ``{``. RecursionError only where the caller's own stack is nearly full."""
    deep = None
    data: object = None
    try:
        data = _load(text)
        suspect = bool(_SUSPECT_ESCAPE.search(text)) or _is_too_large(data)
    except json.JSONDecodeError as error:
        return Reading(None, (explain(error, text, lines),), Positions)
    except (_Suspect, NotANumber):
        suspect = True
    except RecursionError as error:
        suspect, deep = True, error
    if not suspect:
        return Reading(data, (), lambda: scan(text, lines).positions)
    outline = scan(text, lines)
    if deep and not outline.findings:
        raise deep
    if data is None and are_slips(outline.findings):
        try:
            data = _load(text, lenient=True)
        except json.JSONDecodeError as error:  # behind the first slip
            outline.findings.append(explain(error, text, lines))
    return Reading(data, tuple(outline.findings), lambda: outline.positions)


def _load(text: str, *, lenient: bool = False) -> object:
    """lenient: take the first of equal keys, and 0 for a number that cannot be."""
    return json.loads(
        text,
        object_pairs_hook=_first_of_each if lenient else _mapping,
        parse_int=_or_zero(whole) if lenient else whole,
        parse_float=_or_zero(real) if lenient else real,
        parse_constant=(lambda _: 0.0) if lenient else _refuse_constant,
    )


def _or_zero(read: Callable[[str], float]) -> Callable[[str], float]:
    def read_or_zero(token: str) -> float:
        try:
            return read(token)
        except NotANumber:
            return 0

    return read_or_zero


def _first_of_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping: dict[str, object] = {}
    for key, value in pairs:
        mapping.setdefault(key, value)
    return mapping


def _mapping(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        raise _Suspect
    return mapping


def _refuse_constant(name: str) -> float:
    raise _Suspect(name)


def _is_too_large(data: object) -> bool:
    """Whether the data passes the bounds on depth or on the number of values."""
    depth, values, level = 0, 1, [data]
    while level and depth <= limits.DEPTH:
        below: list[object] = []
        containers = 0
        for value in level:
            if isinstance(value, dict):
                containers += 1
                below.extend(value.values())
            elif isinstance(value, list):
                containers += 1
                below.extend(value)
        depth += bool(containers)
        values += len(below)
        level = below
    return depth > limits.DEPTH or values > limits.NODES

"""A spec's data as text that people read: YAML with a layer a line, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*([./-][A-Za-z0-9_]+)*")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""What some YAML or other takes for something else than a text."""


def to_yaml(data: Mapping[str, Any]) -> str:
    """A line for each top-level key and each layer, and more where one is not enough."""
    lines = []
    for key, value in data.items():
        if key == "layers":
            lines += ["layers:", *(f"  - {_flow(layer, 4)}" for layer in value)]
        else:
            lines.append(f"{_scalar(key)}: {_flow(value, len(key) + 2)}")
    return "\n".join(lines) + "\n"


def to_json(data: Mapping[str, Any]) -> str:
    """The same for programs: a line for each top-level key and each layer."""
    lines = []
    for key, value in data.items():
        text = json.dumps(value, ensure_ascii=False)
        if key == "layers":
            text = "[\n    " + ",\n    ".join(json.dumps(layer, ensure_ascii=False) for layer in value) + "\n  ]"
        lines.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _flow(value: Any, column: int) -> str:
    """A value that begins at a column; broken between its parts where it would end beyond the width."""
    line = _line(value)
    if column + len(line) <= _WIDTH or not isinstance(value, Mapping | list) or not value:
        return line
    text, at = ("{" if isinstance(value, Mapping) else "["), column + 1
    for prefix, item, end in _parts(value):
        if len(text) > 1 and at + 1 + len(prefix) + len(_line(item)) + len(end) <= _WIDTH:
            text, at = f"{text} ", at + 1
        elif len(text) > 1:
            text, at = f"{text}\n{' ' * (column + 1)}", column + 1
        part = f"{prefix}{_flow(item, at + len(prefix))}{end}"
        text += part
        at = len(part.rpartition("\n")[2]) + (0 if "\n" in part else at)
    return text


def _parts(value: Mapping[str, Any] | list[Any]) -> Iterator[tuple[str, Any, str]]:
    """What stands before each part, the part, and what stands behind it."""
    if isinstance(value, Mapping):
        parts, end = [(f"{_scalar(key)}: ", item) for key, item in value.items()], "}"
    else:
        parts, end = [("", item) for item in value], "]"
    for number, (prefix, item) in enumerate(parts, start=1):
        yield prefix, item, "," if number < len(parts) else end


def _line(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_scalar(key)}: {_line(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_line, value))}]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """JSON's form, which YAML reads too; a text without quotes where nothing can mistake it."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.casefold() not in _WORDS:
        return value
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))

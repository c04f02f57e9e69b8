"""What a text seems to be, before it is read: its keys at the top, whatever else may be wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_YAML_KEY = re.compile(r"""^(?P<quote>["']?)(?P<key>[\w$.-]+)(?P=quote)[ \t]*:(?=\s|$)""", re.MULTILINE)
_JSON_TOKEN = re.compile(r'"(?P<text>[^"\\]*+(?:\\.[^"\\]*+)*+)"(?P<colon>\s*+:)?|[{}\[\]]', re.DOTALL)


def top_level_keys(text: str) -> Iterator[str]:
    """The keys of the mapping that a text is, as far as they are written plainly."""
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        yield from _json_keys(text)
    else:
        yield from (found["key"] for found in _YAML_KEY.finditer(text.removeprefix("\ufeff")))


def _json_keys(text: str) -> Iterator[str]:
    depth = 0
    for token in _JSON_TOKEN.finditer(text):
        if token["text"] is None:
            depth += 1 if token[0] in "{[" else -1
        elif depth == 1 and token["colon"]:
            yield token["text"]

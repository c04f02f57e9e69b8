"""File patterns of a configuration, as linters know them: ``build``, ``*.tmp.yaml``, ``models/**/old``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_PART = r"\*\*/|\*\*|\*|\?|\[!?[^]/]+\]|[^*?[]+|\["


def matches(patterns: Iterable[str], path: str) -> bool:
    """Whether a path, or a folder that it lies in, has one of the patterns. path: with slashes, from their folder.

    A pattern without a slash speaks of a file's or a folder's own name, wherever it lies.
    """
    parts = path.split("/")
    whole = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
    return any(
        any(map(_compiled(pattern).fullmatch, whole if "/" in pattern.rstrip("/") else parts)) for pattern in patterns
    )


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    text = pattern.removeprefix("./").strip("/")
    return re.compile("".join(_translate(part) for part in re.findall(_PART, text)), re.DOTALL)


def _translate(part: str) -> str:
    if part in _WILD:
        return _WILD[part]
    if part.startswith("[") and len(part) > 1:
        inside = part[1:-1].replace("\\", r"\\")
        return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(part)


_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}

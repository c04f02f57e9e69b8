"""What a layer with misspelt keys or a misspelt class was meant to be, as the spec room will find (``spec.meaning``).

Names and defaults go by what was meant, so that one slip is not followed by findings on all that rests on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from specc import layers
from specc.diagnostics import REMEMBERED
from specc.layers.base import Layer


def mended_class(item: Mapping[str, Any]) -> type[Layer] | None:
    """The class of a layer, or the one that a fix would make of what is misspelt."""
    name = item.get("type")
    if "type" not in item:
        from specc.spec.classes import explain_missing_type

        key, (_, fix) = explain_missing_type(item)
        name = item[key] if key is not None and fix is not None else None
    return _find_class(name) if isinstance(name, str) else None


def misspelt_keys(item: Mapping[str, Any], cls: type[Layer]) -> dict[str, str]:
    """The arguments of a layer that stand under keys which a fix would rename, and these keys."""
    found: dict[str, str] = {}
    for key in item:
        if key not in cls.model_fields and key != "type":
            name = _meant_argument(cls, key)
            if name is not None and name not in item:
                found.setdefault(name, key)
    return found


@lru_cache(REMEMBERED)
def _find_class(name: str) -> type[Layer] | None:
    cls = layers.find(name)
    if cls is None:
        from specc.spec.classes import explain_class

        _, _, fix = explain_class(name)
        cls = None if fix is None else layers.find(fix.value)
    return cls


@lru_cache(REMEMBERED)
def _meant_argument(cls: type[Layer], key: str) -> str | None:
    from specc.spec.arguments import explain_unknown
    from specc.spec.fields import known_keys

    _, fix = explain_unknown(key, [*known_keys(cls), "type"], {key: None})
    return None if fix is None else fix.key

"""The default of a field, and where it depends on the dialect."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from specc import dialects
from specc.dialects import Dialect
from specc.layers.base import Layer
from specc.layers.parameters import write_parameter
from specc.weights import Constraint, Initializer, Regularizer

VARIANTS: dict[str, Dialect] = {
    **{name: dialects.find(name) for name in dialects.NAMES},
    "keras2 from 2.2.5": dialects.find("keras2", (2, 2, 5)),
}
"""The dialects, and the one that changed its defaults on the way."""


def default_of(cls: type[BaseModel], field: str) -> Any:
    """The default as a spec would write it; None where there is none, or null."""
    default = cls.model_fields[field].default
    return None if default is PydanticUndefined else _plain(default)


def say_default(cls: type[BaseModel], field: str) -> list[str]:
    """A sentence on the default, if there is one."""
    if cls.model_fields[field].is_required():
        return ["Required."]
    by_value = group_by_value(cls, field)
    if not by_value:
        default = default_of(cls, field)
        return [] if default is None else [f"Default: `{show(default)}`."]
    parts = [f"`{value}` ({', '.join(names)})" for value, names in by_value.items()]
    return [f"Default: {', '.join(parts)}."]


def group_by_value(cls: type[BaseModel], field: str) -> dict[str, list[str]]:
    """For a default that the dialect decides: value -> the dialects that have it. Empty for any other."""
    fact = cls.defaults_by_dialect.get(field) if issubclass(cls, Layer) else None
    groups: dict[str, list[str]] = {}
    if fact is not None:
        for name, dialect in VARIANTS.items():
            value = show(getattr(dialect, fact))
            if name.partition(" ")[0] not in groups.get(value, ()):
                groups.setdefault(value, []).append(name)
    return groups


def show(value: Any) -> str:
    """A value as YAML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {show(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(show, value))}]"
    return "null" if value is None else str(value)


def _plain(value: Any) -> Any:
    """An initializer with its own defaults is its name."""
    return write_parameter(value) if isinstance(value, Initializer | Regularizer | Constraint) else value

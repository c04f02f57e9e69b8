"""Arguments that say what the layer would do without them. Reported only to those who ask for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from specc.canonical import says_default
from specc.diagnostics import Diagnostic, Fix, Path
from specc.layers.base import Layer
from specc.spec import Spec

CODE = "V260"


def find_repeated(spec: Spec, data: object, homes: Sequence[Path | None]) -> Iterator[Diagnostic]:
    """The arguments in a spec that repeat the defaults of its layers.

    data: what the spec says, as it was read. homes: where in it each layer stands; None for one from elsewhere.
    Where the spec has defaults of its own, an argument may undo one, so that nothing is known to repeat.
    """
    if not isinstance(data, Mapping) or "defaults" in data:
        return
    seen: set[Path] = set()
    for entry, home in zip(spec.entries, homes, strict=True):
        if entry.layer is not None and home is not None and home not in seen:
            seen.add(home)  # a block makes many layers of one text
            yield from _in_layer(entry.layer, _look_up(data, home), home, spec)


def _in_layer(layer: Layer, given: Any, path: Path, spec: Spec) -> Iterator[Diagnostic]:
    cls = type(layer)
    for key, value in given.items() if isinstance(given, Mapping) else ():
        if key not in cls.model_fields or key == "name":
            continue
        read = getattr(layer, key)
        if key in cls.nested_layers:
            yield from _in_nested(read, value, (*path, key), spec)
        elif _is_certain(cls, key, value, spec) and says_default(cls, key, read, spec.dialect):
            message = f"`{key}` of {cls.__name__} repeats its default"
            yield Diagnostic(CODE, (*path, key), message, "leave it out", Fix(drop=True), "warning", part="key")


def _in_nested(read: Any, given: Any, path: Path, spec: Spec) -> Iterator[Diagnostic]:
    if isinstance(read, Layer):
        yield from _in_layer(read, given, path, spec)
    elif isinstance(read, list) and isinstance(given, list):
        for number, (layer, item) in enumerate(zip(read, given, strict=True)):
            yield from _in_layer(layer, item, (*path, number), spec)


def _is_certain(cls: type[Layer], key: str, value: Any, spec: Spec) -> bool:
    """Whether the value is the spec's own, and its default that of the spec's own dialect."""
    is_fixed = "${" not in str(value)
    return is_fixed and (key not in cls.defaults_by_dialect or spec.header.dialect == spec.dialect.name)


def _look_up(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data

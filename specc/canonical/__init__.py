"""A validated spec as plain data in its shortest form, and the identity that follows from it.

Two specs that say the same in other words have one form: aliases, defaults, dialects' defaults and the ways to
write an initializer are settled. Reading the form gives the same spec again, under the same names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from specc.canonical.text import to_yaml
from specc.diagnostics import Findings
from specc.dialects import Dialect
from specc.graph.naming import name_layers
from specc.layers.base import Layer, order_fields
from specc.layers.parameters import write_parameter
from specc.spec import Spec
from specc.spec.header import Header
from specc.weights import Constraint, Initializer, Regularizer

_REFERENCES = ("inputs", "initial_state")
_ACTIVATIONS = ("activation", "recurrent_activation")


def canonical(spec: Spec) -> dict[str, Any]:
    """The spec without defaults, but for its dialect and the names of its layers; ``weights`` is left out."""
    header = spec.header
    data: dict[str, Any] = {"specc": 1, "name": header.name}
    if header.description is not None:
        data["description"] = header.description
    data["dialect"] = spec.dialect.name
    if spec.dialect.version is not None:
        data["keras_version"] = header.keras_version
    for key in ("seed", "max_memory", "metadata"):
        if getattr(header, key) != Header.model_fields[key].get_default(call_default_factory=True):
            data[key] = getattr(header, key)
    names = name_layers(spec.entries, Findings())
    data["layers"] = [
        _entry(entry.layer, name, previous, spec.dialect)
        for entry, name, previous in zip(spec.entries, names, [None, *names], strict=False)
        if entry.layer is not None
    ]
    if header.outputs is not None and not _is_last_alone(spec, names):
        data["outputs"] = _single(header.outputs)
    return {key: _escape(value) if key in ("description", "metadata") else value for key, value in data.items()}


def _escape(value: Any) -> Any:
    """The same value when it is read: ``${`` would start an expression."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, dict):
        return {key: _escape(item) for key, item in value.items()}
    return [_escape(item) for item in value] if isinstance(value, list) else value


def _is_last_alone(spec: Spec, names: Sequence[str]) -> bool:
    """Whether the outputs are the one output of the last layer, as they would be without a word."""
    last = spec.entries[-1].layer
    is_alone = last is not None and last.type != "Shared" and not last.extra_outputs()
    return is_alone and spec.outputs == (names[-1],)


def resolve(spec: Spec) -> dict[str, Any]:
    """The form without what speaks to specc alone: what ``specc expand`` prints."""
    return {key: value for key, value in canonical(spec).items() if key != "max_memory"}


def identify(spec: Spec) -> str:
    """The SHA-256 of what ``specc expand`` prints, whatever the words and the layout of the source."""
    return hashlib.sha256(to_yaml(resolve(spec)).encode()).hexdigest()


def says_default(cls: type[Layer], key: str, value: Any, dialect: Dialect) -> bool:
    """Whether a layer would have this value anyway. value: as validated; a parameter as a record."""
    info = cls.model_fields[key]
    if info.is_required():
        return False
    if isinstance(value, Regularizer) and write_parameter(value) is None:
        value = None  # a penalty of nothing
    fact = cls.defaults_by_dialect.get(key)
    default = info.default if fact is None else getattr(dialect, fact)
    if key in _ACTIVATIONS:
        return bool((value or "linear") == (default or "linear"))
    if key == "data_format":
        return bool((value or "channels_last") == (default or "channels_last"))
    if isinstance(value, list) and isinstance(default, int) and not isinstance(default, bool):
        return all(is_same(item, default) for item in value)
    return is_same(value, default)


def _entry(layer: Layer, name: str, previous: str | None, dialect: Dialect) -> dict[str, Any]:
    data = {"type": layer.type, "name": name, "inputs": None, **_arguments(layer, dialect)}
    if data["inputs"] in (None, previous):
        del data["inputs"]
    return data


def _arguments(layer: Layer, dialect: Dialect) -> dict[str, Any]:
    """The arguments that say something, in the order of the documentation."""
    cls = type(layer)
    given = {key: getattr(layer, key) for key in order_fields(cls) if key != "name"}
    said = {key: value for key, value in given.items() if not says_default(cls, key, value, dialect)}
    return {key: _plain(key, value, dialect) for key, value in said.items()}


def _plain(key: str, value: Any, dialect: Dialect) -> Any:
    if isinstance(value, Layer):
        return {"type": value.type, **_arguments(value, dialect)}
    if isinstance(value, list) and value and isinstance(value[0], Layer):
        return [_plain(key, item, dialect) for item in value]
    if isinstance(value, Initializer | Regularizer | Constraint):
        return write_parameter(value)
    if key in _ACTIVATIONS:
        return value or "linear"
    return _single(value) if key in _REFERENCES and value is not None else value


def _single(references: str | Sequence[str]) -> str | list[str]:
    """One reference stands without a list."""
    listed = [references] if isinstance(references, str) else list(references)
    return listed[0] if len(listed) == 1 else listed


def is_same(value: Any, other: Any) -> bool:
    """Equal and of one kind: to Python False is 0."""
    return bool(value == other) and isinstance(value, bool) == isinstance(other, bool)

"""Reads the data of a spec into validated layers. Layers that fail are kept by name, so that no other suffers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from specc import dialects, layers
from specc.diagnostics import Diagnostic, Document, Findings, Path, did_you_mean
from specc.dialects import Dialect
from specc.layers.base import Layer
from specc.spec.header import Header
from specc.spec.messages import describe, show

WRAPPED = {
    "inputs",
    "initial_state",
    "mask",
    "input_shape",
    "batch_input_shape",
    "batch_size",
    "input_dim",
    "input_length",
}
"""Keys that say what a layer is called on: inside a wrapper they belong to the wrapper."""


@dataclass(frozen=True)
class Entry:
    """One layer of the spec. layer: None where it has mistakes of its own, already reported."""

    type: str
    name: str | None
    layer: Layer | None
    path: Path


@dataclass(frozen=True)
class Spec:
    """A validated spec."""

    header: Header
    dialect: Dialect
    entries: tuple[Entry, ...]

    @property
    def outputs(self) -> tuple[str, ...] | None:
        """The references that the spec lists as outputs; None for those of the last layer."""
        listed = self.header.outputs
        return (listed,) if isinstance(listed, str) else None if listed is None else tuple(listed)


def read_spec(document: Document, data: object, findings: Findings, dialect: str | None = None) -> Spec | None:
    """The spec that the data holds; None where its top level is beyond repair. dialect: overrides the spec's."""
    if not isinstance(data, Mapping) or "specc" not in data:
        findings.add(_refuse_foreign(data))
        return None
    if isinstance(data["specc"], int) and not isinstance(data["specc"], bool) and data["specc"] != 1:
        findings.add(
            Diagnostic("V218", ("specc",), f"this specc reads version 1 of the spec language, found {data['specc']}")
        )
        return None
    header = _read_header(data, findings)
    facts = _find_dialect(header, dialect, findings)
    entries = tuple(_read_entry(item, ("layers", index), facts, findings) for index, item in enumerate(header.layers))
    return Spec(header, facts, entries)


def _refuse_foreign(data: object) -> Diagnostic:
    if isinstance(data, Mapping) and "class_name" in data:
        return Diagnostic("V200", (), "this is a Keras architecture, not a specc spec: it has no top-level key `specc`")
    hint = "a spec starts with `specc: 1`, then `layers:`"
    if not isinstance(data, Mapping):
        return Diagnostic("V200", (), f"a spec is a mapping of keys, found {show(data)}", hint)
    near = next((key for key in data if isinstance(key, str) and did_you_mean(key, ["specc"])), None)
    if near is not None:
        return Diagnostic("V202", (near,), f"unknown key `{near}`", "did you mean `specc`?", part="key")
    return Diagnostic("V200", (), "not a specc spec: the top-level key `specc` is missing", hint)


def _read_header(data: Mapping[str, Any], findings: Findings) -> Header:
    """The top level; keys that fail are reported and left at their defaults."""
    known = [field.alias or name for name, field in Header.model_fields.items()]
    try:
        return Header.model_validate(data)
    except ValidationError as error:
        for diagnostic in describe(error.errors(include_url=False), data, (), known):
            findings.add(diagnostic)
        bad = {e["loc"][0] for e in error.errors(include_url=False)}
        kept = {key: value for key, value in data.items() if key in known and key not in bad}
        kept.setdefault("specc", 1)
        entries = data.get("layers")
        return Header.model_construct(
            **{
                **Header.model_construct(**kept).__dict__,
                "layers": entries if isinstance(entries, list) else [],
            }
        )


def _find_dialect(header: Header, override: str | None, findings: Findings) -> Dialect:
    chosen = header.dialect if override is None else override
    name = next(known for known in dialects.NAMES if known == chosen)
    version = None
    if header.keras_version is not None:
        version = dialects.parse_version(header.keras_version)
        if version is None:
            findings.add(
                Diagnostic(
                    "V217",
                    ("keras_version",),
                    f"`{header.keras_version}` is no version",
                    'for example "2.2.4", in quotes',
                )
            )
        elif override is not None and not dialects.fits(name, version):
            version = None  # the file's own version says nothing about a dialect chosen on the command line
        elif not dialects.fits(name, version):
            findings.add(Diagnostic("V217", ("keras_version",), f"{header.keras_version} is no version of {name}"))
            version = None
    return dialects.find(name, version)


def _read_entry(item: Any, path: Path, dialect: Dialect, findings: Findings) -> Entry:
    layer = read_layer(item, path, dialect, findings)
    fields = item if isinstance(item, Mapping) else {}
    type_, name = fields.get("type"), fields.get("name")
    return Entry(type_ if isinstance(type_, str) else "layer", name if isinstance(name, str) else None, layer, path)


def read_layer(item: Any, path: Path, dialect: Dialect, findings: Findings) -> Layer | None:
    """One layer with the layers inside it; None where something in it is wrong."""
    cls = _find_class(item, path, findings)
    if cls is None:
        return None
    fields = {key: value for key, value in item.items() if key != "type"}
    before = len(findings.diagnostics)
    broken = set()
    for key in cls.nested_layers:
        value = fields.get(key)
        inner: Any = value
        if isinstance(value, Mapping):
            inner = _read_nested(value, (*path, key), dialect, findings, cls, key)
        elif isinstance(value, list):
            inner = [_read_nested(v, (*path, key, i), dialect, findings, cls, key) for i, v in enumerate(value)]
        if inner is not value:
            fields[key] = inner
        if inner is None and value is not None or isinstance(inner, list) and None in inner:
            broken.add(key)
    defaults = {field: getattr(dialect, fact) for field, fact in cls.defaults_by_dialect.items()}
    try:
        layer = cls.model_validate({**defaults, **fields})
    except ValidationError as error:
        errors = [e for e in error.errors(include_url=False) if e["loc"][0] not in broken]
        known = [*cls.model_fields, "type"]
        for diagnostic in describe(errors, fields, path, known):
            findings.add(diagnostic)
        return None
    return layer if len(findings.diagnostics) == before else None


def _find_class(item: Any, path: Path, findings: Findings) -> type[Layer] | None:
    if not isinstance(item, Mapping):
        findings.add(
            Diagnostic(
                "V204",
                path,
                f"a layer must be a mapping with `type`, found {show(item)}",
                "{type: LSTM, units: 32}",
            )
        )
        return None
    if "type" not in item:
        near = next((key for key in item if key in ("class_name", "class", "layer_type")), None)
        advice = f"write `type` instead of `{near}`" if near else "the documented class name, such as `type: LSTM`"
        findings.add(Diagnostic("V203", path, "missing key `type`", advice))
        return None
    name: Any = item["type"]
    cls = layers.find(name) if isinstance(name, str) else None
    if cls is None:
        hint = did_you_mean(name, layers.HOMES) if isinstance(name, str) else "a class name, such as LSTM"
        findings.add(Diagnostic("V201", (*path, "type"), f"unknown layer type {show(name)}", hint))
    return cls


def _read_nested(
    item: Mapping[str, Any], path: Path, dialect: Dialect, findings: Findings, outer: type[Layer], key: str
) -> Layer | None:
    for misplaced in sorted(WRAPPED & set(item)) if isinstance(item, Mapping) else ():
        if item.get("type") == "Embedding" and misplaced in ("input_dim", "input_length"):
            continue
        findings.add(
            Diagnostic(
                "V215",
                (*path, misplaced),
                f"`{misplaced}` belongs on {outer.__name__}, not on the layer inside it",
                part="key",
            )
        )
        return None
    layer = read_layer(item, path, dialect, findings)
    wanted = tuple(_classes(outer.model_fields[key].annotation))
    if layer is not None and not isinstance(layer, wanted):
        findings.add(Diagnostic("V216", (*path, "type"), f"{outer.__name__} cannot hold {layer.type}: {outer.holds}"))
        return None
    return layer


def _classes(annotation: Any) -> Iterator[type[Layer]]:
    """The layer classes that stand in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, Layer):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _classes(argument)

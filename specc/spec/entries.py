"""Reads the layers of a spec. Layers that fail are kept by name, so that no other suffers.

What words mistakes is imported when there is one: most specs have none.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from specc import layers
from specc.availability import ACTIVATION_FIELDS, missing, missing_activation, missing_argument
from specc.diagnostics import Diagnostic, Findings, Path, did_you_mean
from specc.diagnostics.quote import quote
from specc.dialects import Dialect
from specc.layers.base import NAME_PATTERN, Layer

WRAPPED = frozenset(
    (
        "inputs",
        "initial_state",
        "mask",
        "input_shape",
        "batch_input_shape",
        "batch_size",
        "input_dim",
        "input_length",
    )
)
"""Keys that say what a layer is called on: inside a wrapper they belong to the wrapper."""


class Entry(NamedTuple):
    """One layer of the spec.

    type: the class, or the one that was most likely meant.
    layer: where it has mistakes, already reported, the one that was meant; None where that is not certain.
    guess: instead, a layer that takes its inputs as the one that was meant does.
    renamed: its paths under the right keys, each with the one that stands in the source.
    is_sized: the guess is wrong in sizes alone.
    is_lost: nobody knows what the user calls this layer, so that references which lead nowhere may mean it.
    """

    type: str
    name: str | None
    layer: Layer | None
    path: Path
    guess: Layer | None = None
    renamed: tuple[tuple[Path, Path], ...] = ()
    is_sized: bool = False
    is_lost: bool = False

    @property
    def named(self) -> Layer | None:
        """The layer as far as the names of its outputs go."""
        return self.guess if self.is_sized else self.layer

    @property
    def misnamed(self) -> bool:
        """Whether the name is one that no layer may have."""
        return self.name is not None and re.fullmatch(NAME_PATTERN, self.name) is None


def read_entries(items: Sequence[Any], dialect: Dialect, findings: Findings) -> tuple[Entry, ...]:
    """The layers, in order."""
    return tuple(_read_entry(item, ("layers", index), dialect, findings) for index, item in enumerate(items))


def _read_entry(item: Any, path: Path, dialect: Dialect, findings: Findings) -> Entry:
    before = len(findings.diagnostics)
    layer = read_layer(item, path, dialect, findings)
    if layer is not None:
        refuse_missing(item, path, dialect, findings)
    mistakes = findings.diagnostics[before:]
    if layer is not None and not mistakes:
        return Entry(layer.type, layer.name, layer, path)
    return _understand(item, path, mistakes, dialect, findings)


def _understand(item: Any, path: Path, mistakes: Sequence[Diagnostic], dialect: Dialect, findings: Findings) -> Entry:
    """What is known of a layer with mistakes."""
    from specc.spec.classes import meant_class
    from specc.spec.meaning import find_meaning

    fields = item if isinstance(item, Mapping) else {}
    meaning = find_meaning(item, path, mistakes, dialect)
    layer = meaning.layer
    for mistake in meaning.hidden:
        findings.add(mistake)
    name, type_ = fields.get("name"), meant_class(fields.get("type"))
    if layer is not None:
        name, type_ = name or layer.name, layer.type
    entry = Entry(
        type_ or "layer",
        name if isinstance(name, str) else None,
        layer,
        path,
        meaning.guess,
        meaning.renamed,
        meaning.is_sized,
    )
    has_name = entry.name is not None and not entry.misnamed
    is_default = "name" not in fields and type_ is not None and not any(did_you_mean(key, ["name"]) for key in fields)
    return entry._replace(is_lost=not has_name and not is_default)


def read_layer(
    item: Any, path: Path, dialect: Dialect, findings: Findings, outermost: type[Layer] | None = None
) -> Layer | None:
    """One layer with the layers inside it; None where something in it is wrong. outermost: what it stands in."""
    before = len(findings.diagnostics)
    cls, item = _find_class(item, path, findings)
    if cls is None:
        return None
    nested = {
        key: _read_nested(item[key], (*path, key), dialect, findings, _Holder(cls, key, outermost or cls))
        for key in cls.nested_layers
        if item.get(key) is not None
    }
    fields = {key: value for key, value in item.items() if key != "type"} | nested
    defaults = {field: getattr(dialect, fact) for field, fact in cls.defaults_by_dialect.items()}
    try:
        layer = cls.model_validate({**defaults, **fields})
    except ValidationError as error:
        from specc.spec.arguments import is_synonym
        from specc.spec.messages import describe

        inner = _arguments_inside(item, cls)
        errors = [e for e in error.errors(include_url=False) if not _is_known(e, item, nested, inner)]
        outer = [key for key in outermost.model_fields if not is_synonym(key, cls.model_fields)] if outermost else []
        elsewhere = dict.fromkeys(outer, f"it belongs on {outermost.__name__}") if outermost else {}
        elsewhere |= dict.fromkeys(inner, "it belongs to the layer inside") | cls.otherwise
        for diagnostic in describe(errors, item, path, cls, ("type",), elsewhere):
            findings.add(diagnostic)
        return None
    return layer if len(findings.diagnostics) == before else None


def refuse_missing(item: Mapping[str, Any], path: Path, dialect: Dialect, findings: Findings) -> None:
    """Report classes, arguments and activations that the dialect does not have, in a layer that is right otherwise."""
    cls = layers.find(item["type"])
    assert cls is not None
    home = missing(dialect, cls.__name__)
    if home is not None:
        message = f"{cls.__name__} does not exist in {dialect.title}, only in {home}"
        findings.add(Diagnostic("V211", (*path, "type"), message, cls.instead))
        return
    for key, value in item.items():
        field = cls.model_fields.get(key)
        home = missing_argument(dialect, cls.__name__, key)
        if home is not None and field is not None and value != field.default:  # what changes nothing may stand there
            message = f"`{key}` of {cls.__name__} does not exist in {dialect.title}, only in {home}"
            hint = cls.otherwise.get(key, "leave it out, or set `dialect` at the top of the spec")
            findings.add(Diagnostic("V211", (*path, key), message, hint, part="key"))
        elif key in ACTIVATION_FIELDS and (lacking := missing_activation(dialect, value)) is not None:
            findings.add(Diagnostic("V210", (*path, key), *lacking))
        elif key in cls.nested_layers and isinstance(value, Mapping):
            refuse_missing(value, (*path, key), dialect, findings)
        elif key in cls.nested_layers and isinstance(value, list):
            for number, inner in enumerate(value):
                refuse_missing(inner, (*path, key, number), dialect, findings)


def _is_known(error: ErrorDetails, item: Mapping[str, Any], nested: Mapping[str, Any], inner: Collection[str]) -> bool:
    """Whether a complaint only follows from a mistake in a layer inside, which has its own finding."""
    key = error["loc"][0]
    if key in nested:
        read = nested[str(key)]
        return read is None or (isinstance(read, list) and None in read)
    # `layer: LSTM, units: 32` wants to be `layer: {type: LSTM, units: 32}`
    return error["type"] == "extra_forbidden" and key in inner and any(isinstance(item[k], str) for k in nested)


def _arguments_inside(item: Mapping[str, Any], cls: type[Layer]) -> set[str]:
    """The arguments of the layers inside a layer."""
    values = [item.get(key) for key in cls.nested_layers]
    names = [value.get("type") if isinstance(value, Mapping) else value for value in values]
    classes = [layers.find(name) for name in names if isinstance(name, str)]
    return {key for inner in classes if inner is not None for key in inner.model_fields}


def _find_class(item: Any, path: Path, findings: Findings) -> tuple[type[Layer] | None, Any]:
    """The class of a layer, and the layer; where the class is misspelt, which is reported, as it was meant."""
    name = item.get("type") if isinstance(item, Mapping) else None
    cls = layers.find(name) if isinstance(name, str) else None
    if cls is None:
        mistake = _refuse_class(item, path)
        findings.add(mistake)
        if mistake.fix is not None:
            from specc.diagnostics.fixes import with_fixes

            item = with_fixes(item, [mistake._replace(path=mistake.path[len(path) :])])
            cls = layers.find(item["type"]) if isinstance(item["type"], str) else None
    return cls, item


def _refuse_class(item: Any, path: Path) -> Diagnostic:
    from specc.spec.classes import explain_class, explain_form, explain_missing_type

    if not isinstance(item, Mapping):
        return Diagnostic(
            "V204", path, f"a layer must be a mapping with `type`, found {quote(item)}", explain_form(item)
        )
    if "type" not in item:
        key, said = explain_missing_type(item)
        where = path if key is None else (*path, key)
        return Diagnostic("V203", where, "missing key `type`", *said, part="value" if key is None else "key")
    return Diagnostic("V201", (*path, "type"), *explain_class(item["type"]))


class _Holder(NamedTuple):
    """A field of a layer that holds layers. outermost: the class at the top, the one that is called on inputs."""

    cls: type[Layer]
    key: str
    outermost: type[Layer]

    @property
    def wanted(self) -> tuple[type[Layer], ...]:
        """The classes that the field may hold."""
        return tuple(_classes(self.cls.model_fields[self.key].annotation))

    @property
    def listed(self) -> tuple[type[Layer], ...]:
        """Those that it may hold in a list."""
        annotation = self.cls.model_fields[self.key].annotation
        forms = (annotation, *getattr(annotation, "__args__", ()))
        return tuple(cls for form in forms if get_origin(form) is list for cls in _classes(form))


def _read_nested(
    value: Any, path: Path, dialect: Dialect, findings: Findings, holder: _Holder
) -> Layer | list[Layer | None] | None:
    """The layer, or the list of layers, in a field; None for one with mistakes."""
    if isinstance(value, list) and holder.listed:
        return [_read_inner(item, (*path, index), dialect, findings, holder) for index, item in enumerate(value)]
    return _read_inner(value, path, dialect, findings, holder)


def _read_inner(item: Any, path: Path, dialect: Dialect, findings: Findings, holder: _Holder) -> Layer | None:
    misplaced = _misplaced(item) if isinstance(item, Mapping) else []
    for key in misplaced:
        message = f"`{key}` belongs on {holder.outermost.__name__}, not on the layer inside it"
        findings.add(Diagnostic("V215", (*path, key), message, "move it one level up", part="key"))
    if misplaced:
        item = {key: value for key, value in item.items() if key not in misplaced}
    layer = read_layer(item, path, dialect, findings, holder.outermost)
    if layer is not None and not isinstance(layer, holder.wanted):
        message = f"{holder.cls.__name__} cannot hold {layer.type}: {holder.cls.holds}"
        findings.add(Diagnostic("V216", (*path, "type"), message, _explain_kin(layer.type, holder.wanted)))
        return None
    if layer is not None and isinstance(path[-1], int) and not isinstance(layer, holder.listed):
        message = f"`{holder.key}` takes {layer.type} by itself, not in a list"
        findings.add(Diagnostic("V216", (*path, "type"), message, "list the cells in it here"))
        return None
    return None if misplaced else layer


def _explain_kin(name: str, wanted: tuple[type[Layer], ...]) -> str | None:
    """LSTM for LSTMCell, and the other way round."""
    for kin in (f"{name}Cell", name.removesuffix("Cell")):
        cls = layers.find(kin)
        if cls is not None and issubclass(cls, wanted):
            return f"use {kin}"
    return None


def _misplaced(item: Mapping[str, Any]) -> list[str]:
    vocabulary = ("input_dim", "input_length") if item.get("type") == "Embedding" else ()
    return [key for key in item if key in WRAPPED and key not in vocabulary]


def _classes(annotation: Any) -> Iterator[type[Layer]]:
    """The layer classes that stand in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, Layer):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _classes(argument)

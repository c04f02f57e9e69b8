"""One argument of a layer, or one top-level key, as draft-07."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

from specc import layers
from specc.activations import ActivationName
from specc.layers.base import Layer, Name, Reference, UnknownOrSize
from specc.layers.parameters import ConstraintField, InitializerField, RegularizerField
from specc.schema.defaults import default_of, say_default, show
from specc.schema.docstrings import describe_fields
from specc.schema.examples import examples_of
from specc.schema.language import Schema, language_keys, with_expressions
from specc.schema.parameters import parameter_definitions
from specc.spec.header import Header

SHARED: dict[str, Any] = {
    "activation": ActivationName,
    "activation_or_null": ActivationName | None,
    "constraint": ConstraintField,
    "initializer": InitializerField,
    "name": Name | None,
    "reference": Reference | None,
    "references": Reference | list[Reference] | None,
    "regularizer": RegularizerField,
    "shape": list[UnknownOrSize] | None,
}
"""Types that several fields have; each is a definition of its own."""


def shared_definitions() -> dict[str, Schema]:
    """The definitions of the shared types."""
    return {name: with_expressions(schema) for name, schema in _shared().items()} | parameter_definitions()


def describe_field(cls: type[BaseModel], field: str) -> Schema:
    """What the value must be, what it is for, its default and examples."""
    text = describe_fields(cls)[field]
    examples = examples_of(cls.__name__, field)
    mappings = [example for example in examples if has_mapping(example)]
    said = [f"Example: `{show(example)}`." for example in mappings]
    notes = "\n\n".join((text, *say_default(cls, field), *said))
    schema: Schema = {"description": text.replace("`", ""), "markdownDescription": notes}
    default = default_of(cls, field)
    if default is not None:
        schema["default"] = default
    accepted = with_expressions(accept(cls, field))
    if not mappings:
        schema |= {"examples": examples} if examples else {}
    else:
        snippets = [{"label": show(example), "body": example} for example in mappings]
        empty = {"not": {"type": ["object", "array"]}}  # with "type": "null", editors would offer null too
        # The titles tell the two from all else at the place: for hover, the server goes by that, and would join them.
        schema["anyOf"] = [{"title": "Example", **empty, "defaultSnippets": snippets}, {"title": ""}]
    return {**schema, **accepted}


def has_mapping(example: Any) -> bool:
    """Whether it is one or lists one: of ``examples``, editors can show plain values alone."""
    return isinstance(example, dict) or (isinstance(example, list) and any(map(has_mapping, example)))


def accept(cls: type[BaseModel], field: str) -> Schema:
    """What the value must be, apart from expressions."""
    if cls is Header and field in language_keys():
        return language_keys()[field]
    if issubclass(cls, Layer) and field in cls.nested_layers:
        return _accept_layers(cls.model_fields[field].annotation)
    schema = simplify(_properties(cls)[field])
    name = next((name for name, shared in _shared().items() if shared == schema), None)
    return schema if name is None else refer(name)


def refer(name: str) -> Schema:
    """A reference that may stand beside other keywords: draft-07 ignores what stands beside a bare ``$ref``."""
    return {"allOf": [{"$ref": f"#/definitions/{name}"}]}


@cache
def _shared() -> dict[str, Schema]:
    return {name: simplify(TypeAdapter(type_).json_schema()) for name, type_ in SHARED.items()}


@cache
def _properties(cls: type[BaseModel]) -> dict[str, Schema]:
    found: dict[str, Schema] = cls.model_json_schema(by_alias=False)["properties"]
    return found


def simplify(schema: Schema) -> Schema:
    """pydantic's schema without titles and defaults, and with as few ``anyOf`` as possible."""
    kept = {key: value for key, value in schema.items() if key not in ("title", "default")}
    if "items" in kept:
        kept["items"] = simplify(kept["items"])
    for key in ("enum", "const"):
        if key in kept:
            return {key: kept[key]}
    forms = [simplify(form) for form in kept.get("anyOf", ())]
    types = [str(form.get("type", form.get("enum"))) for form in forms]
    return _join(forms) if forms and len(set(types)) == len(types) else kept


def _join(forms: Sequence[Schema]) -> Schema:
    """One schema of several forms. A keyword such as ``minimum`` or ``items`` speaks of its own type alone, so that
    forms of different types can lie in one; ``anyOf`` would report one mistake once a form."""
    if any("enum" in form for form in forms):
        return {"enum": [value for form in forms for value in form.get("enum", [None])]}
    return {key: value for form in forms for key, value in form.items()} | {"type": [form["type"] for form in forms]}


def _accept_layers(annotation: Any) -> Schema:
    """A layer inside a layer, or a list of them."""
    found = list(_classes(annotation))
    single, listed = (tuple(cls for cls, inside in found if inside is way) for way in (False, True))
    types = ["object"] * bool(single) + ["array"] * bool(listed) + ["null"] * (NoneType in get_args(annotation))
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    if single:
        schema |= refer(inside_name(single))
    if listed:
        schema |= {"items": {"type": "object", **refer(inside_name(listed))}}
    return schema


def _classes(annotation: Any, inside: bool = False) -> Iterator[tuple[type[Layer], bool]]:
    """The layer classes in an annotation, and whether each stands in a list."""
    if isinstance(annotation, type) and issubclass(annotation, Layer):
        yield annotation, inside
    for argument in get_args(annotation):
        yield from _classes(argument, inside or get_origin(annotation) is list)


def inside_name(wanted: Sequence[type[Layer]]) -> str:
    """The definition of a layer inside another one: which classes it may have."""
    return "inside_" + "_".join(cls.__name__ for cls in wanted)


def wanted_inside() -> dict[str, list[str]]:
    """For each such definition the documented classes."""
    classes = {name: cls for name in layers.HOMES if (cls := layers.find(name)) is not None}
    found = {}
    for outer in classes.values():
        for field in outer.nested_layers:
            pairs = list(_classes(outer.model_fields[field].annotation))
            for way in (False, True):
                wanted = tuple(cls for cls, inside in pairs if inside is way)
                if wanted:
                    found[inside_name(wanted)] = [name for name, cls in classes.items() if issubclass(cls, wanted)]
    return found

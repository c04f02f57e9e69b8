"""The JSON Schema of specs and their reference, made from the models. ``python -m specc.schema`` writes both.

Draft-07, for editors: the layers are told apart with if/then on ``type``, and no mistake shows up twice. It knows
what one value may be, and not how layers fit together; ``specc validate`` knows all. Where even one value has
more to it than a schema can say, it is the laxer one: ``32.0`` is a whole number to a schema, for example.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from specc import layers
from specc.expansion.defaults import own_fields
from specc.layers.base import Layer, order_fields
from specc.schema.docstrings import describe_class, explain_class, find_owner
from specc.schema.examples import examples_of
from specc.schema.fields import describe_field, shared_definitions, wanted_inside
from specc.schema.language import UNSAID, Schema, is_of, language_definitions, where_known, with_expressions
from specc.spec.entries import WRAPPED
from specc.spec.header import Header

PER_AXIS = ("kernel_size", "strides", "dilation_rate", "pool_size", "output_padding", "size")
AXES = {name: int(found[1]) for name in layers.HOMES if (found := re.search(r"([123])D", name))}
"""How many numbers these arguments hold, by class: the class name says it."""
TWO = {"minItems": 2, "maxItems": 2}
NARROWER: dict[str, Schema] = {
    **{name: {"properties": {key: {"minItems": n, "maxItems": n} for key in PER_AXIS}} for name, n in AXES.items()},
    "Concatenate": {"properties": {"axis": {"not": {"const": 0}}}},
    "Cropping1D": {"properties": {"cropping": TWO}},
    "Cropping2D": {"properties": {"cropping": {**TWO, "items": TWO}}},
    "Input": {
        "if": {"required": ["batch_shape"], "properties": {"batch_shape": {"type": ["array", "string"]}}},
        "then": {"properties": {"shape": {"type": "null"}, "batch_size": {"type": "null"}}},
        "else": {
            "properties": {"shape": {"type": ["array", "string"]}},
            **where_known(("type", "name", "shape", "batch_size", "batch_shape", "dtype"), {"required": ["shape"]}),
        },
    },
    "Permute": {"properties": {"dims": {"uniqueItems": True}}},
    "RNN": {"properties": {"cell": {"minItems": 1}}},
    "Reshape": {"properties": {"target_shape": {"items": {"not": {"const": 0}}}}},
    "SimpleRNN": {"properties": {"implementation": {"not": {"const": 2}}}},
    "StackedRNNCells": {"properties": {"cells": {"minItems": 1}}},
    "ZeroPadding1D": {"properties": {"padding": TWO}},
    "ZeroPadding2D": {"properties": {"padding": {**TWO, "items": TWO}}},
}
"""What a layer's ``build`` refuses of its own arguments, whatever layers stand around it."""

NAMES = tuple(sorted(layers.HOMES))


def schema_text() -> str:
    """The file as it ships."""
    return json.dumps(build_schema(), indent=2, ensure_ascii=False) + "\n"


def build_schema() -> Schema:
    """The schema of a whole spec."""
    definitions = shared_definitions()
    for name in NAMES:
        definitions[name] = _describe_layer(find_class(name), definitions)
    for name, wanted in wanted_inside().items():
        definitions[name] = _describe_inside(wanted)
    definitions["layer"] = {"type": "object", **_one_of(NAMES)}
    keys = {name: ["type", *find_class(name).model_fields] for name in NAMES}
    required = {name: _required(find_class(name)) for name in NAMES}
    nested = {name: find_class(name).nested_layers for name in NAMES}
    definitions |= language_definitions(keys, required, nested)
    properties = {field.alias or name: describe_field(Header, name) for name, field in Header.model_fields.items()}
    properties["layers"]["items"] = {"$ref": "#/definitions/item"}
    properties["defaults"]["properties"] = {name: _describe_default(find_class(name), definitions) for name in NAMES}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "specc spec, version 1",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **where_known(
            properties,
            {
                "required": ["specc", "layers"],
                "if": {"required": ["defaults"]},  # which may hold what a layer needs
                "else": {"properties": {"layers": {**UNSAID, "items": {"$ref": "#/definitions/complete"}}}},
            },
        ),
        "definitions": dict(sorted(definitions.items())),
    }


def find_class(name: str) -> type[Layer]:
    """The class of a documented layer."""
    cls = layers.find(name)
    assert cls is not None
    return cls


def minimal_example(cls: type[Layer]) -> dict[str, Any]:
    """The shortest mapping that is a layer of this class."""
    required = _required(cls)
    required += ["shape"] if cls.__name__ == "Input" else []
    return {"type": cls.__name__} | {name: examples_of(cls.__name__, name)[0] for name in required}


def _describe_layer(cls: type[Layer], definitions: dict[str, Schema]) -> Schema:
    """A class; its fields are definitions of their own, once for all classes that inherit them."""
    properties: Schema = {"type": {"const": cls.__name__}}
    for field in order_fields(cls):
        described = describe_field(cls, field)
        name = f"{find_owner(cls, field).__name__}.{field}"
        if definitions.setdefault(name, described) != described:  # a default of its own
            name = f"{cls.__name__}.{field}"
            definitions[name] = described
        properties[field] = {"$ref": f"#/definitions/{name}"}
    return {
        "type": "object",
        "description": describe_class(cls),
        "markdownDescription": explain_class(cls),
        "examples": [minimal_example(cls)],
        "properties": properties,
        "additionalProperties": False,
        **({"allOf": [_unsaid(NARROWER[cls.__name__])]} if cls.__name__ in NARROWER else {}),
    }


def _describe_default(cls: type[Layer], definitions: dict[str, Schema]) -> Schema:
    """The arguments of a class, but for those that only a layer itself can say."""
    layer = definitions[cls.__name__]
    left_out = {"type", *own_fields(cls)}
    schema = {key: layer[key] for key in ("type", "description", "additionalProperties")}
    schema["properties"] = {key: value for key, value in layer["properties"].items() if key not in left_out}
    # An Input's shape has two forms of which it needs one, wherever it stands.
    return schema if cls.__name__ == "Input" else schema | {key: layer[key] for key in ("allOf",) if key in layer}


def _unsaid(narrower: Schema) -> Schema:
    """The same; what it says of keys is not offered a second time."""
    schema = {key: _unsaid(value) if key in ("then", "else") else value for key, value in narrower.items()}
    if "properties" in schema:
        schema["properties"] = {key: {**UNSAID, **value} for key, value in schema["properties"].items()}
    return schema


def _required(cls: type[Layer]) -> list[str]:
    return [name for name, field in cls.model_fields.items() if field.is_required()]


def _one_of(names: Sequence[str]) -> Schema:
    """A layer of one of these classes."""
    type_ = {
        "description": "The documented class name.",
        "enum": list(names),
        "enumDescriptions": [describe_class(find_class(name)) for name in names],
    }
    return {
        "properties": {"type": with_expressions(type_)},
        "allOf": [
            *({"if": is_of(name), "then": {"$ref": f"#/definitions/{name}"}} for name in names),
            # The server takes a schema without a type for that of a scalar, unless it has alternatives.
            {"if": {"type": "null"}, "then": {"anyOf": [{}], "defaultSnippets": [_snippet(name) for name in names]}},
        ],
        "if": {"required": ["type"]},
        "else": {"$ref": "#/definitions/untyped"},
    }


def _snippet(name: str) -> Schema:
    """A whole layer, which editors offer where nothing stands yet."""
    cls = find_class(name)
    return {"label": name, "description": describe_class(cls), "body": minimal_example(cls)}


def _describe_inside(wanted: list[str]) -> Schema:
    """A layer inside another one: what it is called on is said on the outer one."""
    schema = _one_of(wanted)
    own = {"input_dim", "input_length"}
    schema["properties"] |= dict.fromkeys(sorted(WRAPPED - own), False)
    sizes = {"properties": dict.fromkeys(sorted(own), False)}
    schema["allOf"].append({"if": {"properties": {"type": {"const": "Embedding"}}}, "else": sizes})
    return schema

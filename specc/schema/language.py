"""What the language adds to plain data, as draft-07: ``${…}`` in any value, blocks, vars, defaults, expectations.

A schema cannot compute, so a text with ``${`` in it passes everywhere. Where a value is of plain types, the text is
one more of them, with a pattern; where it is one of a few words, ``if`` lets it through and the words stand in an
``anyOf`` that refuses nothing: there editors find what to offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from specc.expansion.blocks import KEYS
from specc.layers.base import NAME_PATTERN

Schema = dict[str, Any]

EXPRESSION = r"\$\{"
_IS_EXPRESSION: Schema = {"type": "string", "pattern": EXPRESSION}
_KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
    "string": "a name",
}

_COMPLETE: Schema = {"$ref": "#/definitions/complete"}
UNSAID: Schema = {"doNotSuggest": True}
"""For editors: what stands beside it narrows a key that is described elsewhere, and offered there."""
_LISTED: Schema = {"$ref": "#/definitions/listed"}
_VAR: Schema = {"type": ["number", "string", "boolean", "array"], "items": _LISTED}
_VAR_NAMES: Schema = {"pattern": NAME_PATTERN}
HAS_TYPE: Schema = {"type": "object", "required": ["type"]}


def with_expressions(schema: Schema) -> Schema:
    """The schema, and ``${…}`` for its value and for those in its lists."""
    if "allOf" in schema.get("items", ()):
        return schema  # layers, which no text stands for
    if "items" in schema:
        schema = {**schema, "items": with_expressions(schema["items"])}
    if "enum" in schema or "const" in schema:
        words = {key: schema[key] for key in ("enum", "const", "enumDescriptions") if key in schema}
        rest = {key: value for key, value in schema.items() if key not in words}
        return {**rest, "if": _IS_EXPRESSION, "else": words, "anyOf": [words, {}]}
    if "type" not in schema or "allOf" in schema:
        return schema
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    if "string" not in types:
        pattern = EXPRESSION
    elif "pattern" in schema:
        pattern = f"({schema['pattern']})|{EXPRESSION}"
    else:
        return schema
    wanted = " or ".join(_KINDS[name] for name in types)
    message = f"expected {wanted}, or an expression such as ${{name}}"
    types = types if "string" in types else [*types, "string"]
    return {**schema, "type": types, "pattern": pattern, "patternErrorMessage": message}


def where_known(keys: Iterable[str], then: Schema) -> Schema:
    """The schema, where all keys are among these: a misspelt key is one mistake, not also one that is missing."""
    return {"if": {"propertyNames": {"enum": list(keys)}}, "then": then}


def untyped(keys: Sequence[str]) -> Schema:
    """Of what has no ``type``: a key that nothing has, which may be meant as one; else that it is missing."""
    return {
        "properties": dict.fromkeys(keys, True),
        "additionalProperties": False,
        **where_known(keys, {"required": ["type"]}),
    }


def language_definitions(
    keys: Mapping[str, Sequence[str]], required: Mapping[str, Sequence[str]], nested: Mapping[str, Sequence[str]]
) -> dict[str, Schema]:
    """The definitions by name. keys: all of each class. required: those it needs. nested: those that hold layers."""
    known = sorted({key for own in keys.values() for key in own} | {key for block in KEYS.values() for key in block})
    return {
        "item": {
            "if": _block("repeat"),
            "then": {"$ref": "#/definitions/repeat"},
            "else": {
                "if": _block("include"),
                "then": {"$ref": "#/definitions/include"},
                "else": {
                    "allOf": [{"$ref": "#/definitions/layer"}],
                    "if": HAS_TYPE,
                    "else": {"properties": {key: {"description": schema["description"]} for key, schema in _BLOCKS}},
                },
            },
        },
        "untyped": untyped(known),
        "listed": {"type": ["number", "string", "boolean", "array", "null"], "items": _LISTED},
        "repeat": _REPEAT,
        "include": _INCLUDE,
        "complete": {
            "allOf": [
                {"if": _block("repeat"), "then": {"properties": {"layers": {**UNSAID, "items": _COMPLETE}}}},
                *(
                    _needs(name, keys[name], wanted, nested[name])
                    for name, wanted in required.items()
                    if wanted or nested[name]
                ),
            ],
        },
    }


def language_keys() -> dict[str, Schema]:
    """What stands under the top-level keys that later rooms never see."""
    return {
        "vars": {"type": "object", "propertyNames": _VAR_NAMES, "additionalProperties": _VAR},
        "defaults": {"type": "object", "additionalProperties": False},
        "expect": {
            "type": ["object", "null"],
            "properties": {
                "outputs": {
                    "description": "Shapes of outputs by name, without the batch; null is an unknown dimension.",
                    "type": ["object", "null"],
                    "additionalProperties": with_expressions(
                        {"type": "array", "items": {"type": ["integer", "null"], "minimum": 1, "maximum": 2**31 - 1}}
                    ),
                },
                "parameters": {
                    "description": "How many numbers the weights hold, trainable or not.",
                    **with_expressions({"type": ["integer", "null"], "minimum": 0}),
                },
            },
            "additionalProperties": False,
        },
    }


_REPEAT: Schema = {
    "description": "Layers to be repeated. Names in the block get the number of the round.",
    **where_known(KEYS["repeat"], {"required": list(KEYS["repeat"][::2])}),
    "properties": {
        "repeat": {
            "description": "How often, or a list of values: one for each round.",
            **with_expressions({"type": ["integer", "array"], "minimum": 0, "items": {}}),
        },
        "as": {
            "description": "What the layers call the value of the round; index is its number, from 0.",
            "type": "string",
            "pattern": NAME_PATTERN,
        },
        "layers": {
            "description": "The layers, in order.",
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/definitions/item"},
        },
    },
    "additionalProperties": False,
}
_INCLUDE: Schema = {
    "description": "The layers of a file, whose name starts at the spec's folder.",
    "properties": {
        "include": {"description": "The file.", "type": "string", "minLength": 1},
        "vars": {
            "description": "Values for names in the file.",
            "type": "object",
            "propertyNames": _VAR_NAMES,
            "additionalProperties": _VAR,
        },
    },
    "additionalProperties": False,
}
_BLOCKS = (("repeat", _REPEAT), ("include", _INCLUDE))


def _block(key: str) -> Schema:
    return {"type": "object", "required": [key], "not": {"required": ["type"]}}


def is_of(name: str) -> Schema:
    """A layer of a class. That it is a mapping has to be said: where nothing stands yet, editors try ``null``; and for
    completion they take the beginning of a ``const`` for the whole: Conv1D would get the keys of Conv1DTranspose."""
    return {**HAS_TYPE, "properties": {"type": {"type": "string", "pattern": f"^{name}$"}}}


def _needs(name: str, keys: Sequence[str], wanted: Sequence[str], nested: Sequence[str]) -> Schema:
    """A layer of a class needs these keys, unless ``defaults`` may have given them; so do the layers inside it."""
    then: Schema = where_known(keys, {"required": list(wanted)}) if wanted else {}
    if nested:
        then["properties"] = {key: {**UNSAID, "allOf": [_COMPLETE], "items": _COMPLETE} for key in nested}
    return {"if": is_of(name), "then": then}

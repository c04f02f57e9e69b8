"""Initializers, regularizers and constraints as draft-07: a name, or a mapping with the arguments of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.layers.parameters import CONSTRAINTS, INITIALIZERS, REGULARIZERS, Signatures
from specc.schema.language import Schema, untyped, with_expressions

WORDS: dict[str, Schema] = {
    "a number": {"type": "number"},
    "a number above 0": {"type": "number", "exclusiveMinimum": 0},
    "a number that is not negative": {"type": "number", "minimum": 0},
    "a number from 0 to 1": {"type": "number", "minimum": 0, "maximum": 1},
    "a whole number or null": {"type": ["integer", "null"]},
    "an axis or a list of axes": {"type": ["integer", "array"], "items": {"type": "integer"}, "minItems": 1},
}
"""What the signatures say of their arguments, and what that is in a schema."""

ALSO = {
    "zeros": ["zero"],
    "ones": ["one"],
    "random_normal": ["normal"],
    "random_uniform": ["uniform"],
    "orthogonal": ["OrthogonalInitializer"],
    "identity": ["IdentityInitializer"],
    "l1_l2": ["L1L2Regularizer"],
}
"""Names that some Keras writes, beside those in snake_case and CamelCase."""

MORE_ARGUMENTS = {kind: {"l": with_expressions(WORDS["a number that is not negative"])} for kind in ("l1", "l2")}
"""Keras 2 documents ``regularizers.l2(l=0.01)``."""
IGNORED: Schema = {"dtype": {}, "input_axes": {}, "output_axes": {}}
"""What newer Keras writes into the config of every initializer."""


def parameter_definitions() -> dict[str, Schema]:
    """The three definitions by name."""
    return {
        "initializer": _definition(INITIALIZERS, IGNORED, null=False),
        "regularizer": _definition(REGULARIZERS, {}, null=True),
        "constraint": _definition(CONSTRAINTS, {}, null=True),
    }


def spellings(kind: str) -> list[str]:
    """The names of a kind. specc itself looks at letters alone, in any case; a list is what editors can offer."""
    words = kind.split("_")
    forms = [kind, "".join(word.capitalize() for word in words), "".join(words), *ALSO.get(kind, ())]
    return list(dict.fromkeys(forms))


def _definition(signatures: Signatures, ignored: Schema, null: bool) -> Schema:
    """Told apart by what is there (a text, ``class_name``, else ``type``), so that one mistake gives one error."""
    names = [*signatures, *(name for kind in signatures for name in spellings(kind) if name != kind)]
    arguments = {kind: _arguments(kind, signature) | ignored for kind, signature in signatures.items()}
    keras = ("class_name", "config", "module", "registered_name")
    known = ["type", *keras, *dict.fromkeys(name for own in arguments.values() for name in own)]
    return {
        "if": {"type": "object"},
        "then": {
            "if": {"required": ["class_name"]},
            "then": {
                "properties": {
                    "class_name": with_expressions({"enum": names}),
                    "config": {"type": ["object", "null"]},
                    "module": {},
                    "registered_name": {},
                },
                "additionalProperties": False,
                "allOf": [_of_kind("class_name", k, _config(a)) for k, a in arguments.items()],
            },
            "else": {
                "properties": {"type": with_expressions({"enum": names})},
                "allOf": [_of_kind("type", k, _only({"type": {}, **a})) for k, a in arguments.items()],
                "if": {"required": ["type"]},
                "else": untyped(known),
            },
        },
        "else": with_expressions({"enum": [*names, None] if null else names}),
    }


def _arguments(kind: str, signature: Mapping[str, Any]) -> Schema:
    return {name: _value(argument.wants) for name, argument in signature.items()} | MORE_ARGUMENTS.get(kind, {})


def _value(wants: str) -> Schema:
    choices = wants.removeprefix("one of ")
    return with_expressions({"enum": choices.split(", ")} if choices != wants else WORDS[wants])


def _only(properties: Schema) -> Schema:
    return {"properties": properties, "additionalProperties": False}


def _config(arguments: Schema) -> Schema:
    return {"properties": {"config": _only(arguments)}}


def _of_kind(key: str, kind: str, schema: Schema) -> Schema:
    return {"if": {"required": [key], "properties": {key: {"enum": spellings(kind)}}}, "then": schema}

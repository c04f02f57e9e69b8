"""``docs/spec.md``: every layer and argument in tables, from the same models as the schema."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from specc import activations, dialects
from specc.availability import missing
from specc.diagnostics import Findings
from specc.layers.base import NAME_PATTERN, REFERENCE_PATTERN, CalledLayer, Layer, order_fields
from specc.layers.parameters import CONSTRAINTS, INITIALIZERS, REGULARIZERS, Signatures
from specc.schema import NAMES, find_class, minimal_example
from specc.schema.defaults import default_of, group_by_value, show
from specc.schema.docstrings import describe_fields, explain_class
from specc.schema.fields import accept, wanted_inside
from specc.schema.language import Schema
from specc.spec.entries import read_layer
from specc.spec.header import Header

TITLE = """\
# Spec reference

Every key of a spec: what it may be, its default, what it does. Made from the models by `python -m specc.schema`;
do not edit. How a spec is put together is in the [README](../README.md) and in [examples](../examples/README.md);
what `vars`, blocks, fragments, `defaults` and `expect` save is in [language.md](language.md); what differs between the
dialects is in [dialects.md](dialects.md).
"""

SHARED_WORDS = {
    "activation": "[activation](#activations)",
    "activation_or_null": "[activation](#activations) or `null`",
    "constraint": "[constraint](#constraints) or `null`",
    "initializer": "[initializer](#initializers)",
    "name": "name or `null`",
    "reference": "[reference](#names-and-references) or `null`",
    "references": "[reference](#names-and-references) or list of them, or `null`",
    "regularizer": "[regularizer](#regularizers) or `null`",
    "shape": "list of sizes, `null` for an unknown one; or `null`",
}
"""The shared types of the schema, as tables say them."""

PATTERNS = {NAME_PATTERN: "name", REFERENCE_PATTERN: "[reference](#names-and-references)"}
PLAIN_WORDS = {"boolean": "true or false", "string": "text", "object": "mapping", "null": "`null`"}

REFERENCES = """\
## Names and references

A name has letters, digits and underscores, at most 64, and does not start with a digit. A reference is the name of
a layer, which stands for its output, or `layer.output` for another of its outputs, such as `encoder.state_h`. It
points backwards: layers stand in the order of the data.
"""


def reference_text() -> str:
    """The whole page."""
    common = [name for name in CalledLayer.model_fields if name != "name"]
    parts = [
        TITLE,
        "## Top level\n",
        _table(Header, list(Header.model_fields)),
        REFERENCES,
        "## What every layer takes\n",
        "`type` is the class name. Beside it:\n",
        _table(Layer, ["name"], head=True) + _table(CalledLayer, common, head=False),
        "Input takes `name` alone of these.\n",
        "## Layers\n",
        ", ".join(f"[{name}](#{name.lower()})" for name in NAMES) + ".\n",
        *(_section(find_class(name)) for name in NAMES),
        _activations(),
        *_parameters("Initializers", "How a weight starts", INITIALIZERS, "{type: RandomNormal, stddev: 0.02}"),
        *_parameters("Regularizers", "A penalty in training", REGULARIZERS, "{type: l2, l2: 0.01}"),
        *_parameters("Constraints", "A projection after each training step", CONSTRAINTS, "{type: max_norm, axis: 1}"),
    ]
    return "\n".join(part if part.endswith("\n") else f"{part}\n" for part in parts)


def _section(cls: type[Layer]) -> str:
    own = [name for name in order_fields(cls) if name not in CalledLayer.model_fields]
    lines = [f"### {cls.__name__}\n", explain_class(cls), ""]
    lines += [_table(cls, own)] if own else ["No arguments of its own.", ""]
    return "\n".join([*lines, *_extra_outputs(cls)])


def _extra_outputs(cls: type[Layer]) -> Iterator[str]:
    """The names of the outputs after the first."""
    if "return_state" in cls.model_fields:
        example = minimal_example(cls) | {"return_state": True}
        layer = read_layer(example, (), dialects.find("keras3"), Findings())
        assert layer is not None
        names = ["`" + "` or `".join(group) + "`" for group in layer.extra_outputs()]
        whose = f" of `{show(minimal_example(cls))}`" if cls.nested_layers else ""
        yield f"With `return_state`, the outputs{whose} after the first: {', '.join(names)}.\n"


def _table(cls: type[BaseModel], fields: Sequence[str], head: bool = True) -> str:
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"] if head else []
    for field in fields:
        key = cls.model_fields[field].alias or field
        meaning = describe_fields(cls)[field].replace("|", "\\|")
        rows.append(f"| `{key}` | {say_type(accept(cls, field))} | {_default(cls, field)} | {meaning} |")
    return "\n".join(rows) + "\n"


def _default(cls: type[BaseModel], field: str) -> str:
    info = cls.model_fields[field]
    if info.is_required():
        return "required"
    by_value = group_by_value(cls, field)
    if by_value:
        return "; ".join(f"{', '.join(names)}: `{value}`" for value, names in by_value.items())
    default = default_of(cls, field)
    return "" if default is None else f"`{show(default)}`"


def say_type(schema: Schema) -> str:
    """What a value may be, in words."""
    refs = [part["$ref"].rpartition("/")[2] for part in schema.get("allOf", ())]
    inside = [wanted for name, wanted in wanted_inside().items() if name in refs]
    if inside:
        names = "a layer" if len(inside[0]) > 8 else ", ".join(inside[0])
        listed = f" or list of {', '.join(_items(schema))}" if "items" in schema else ""
        return names + listed + " or `null`" * ("null" in schema["type"])
    if refs:
        return SHARED_WORDS[refs[0]]
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{show(value)}`" for value in schema.get("enum", [schema.get("const")]))
    types = schema.get("type", [])
    return " or ".join(_say_one(schema, name) for name in ([types] if isinstance(types, str) else types))


def _items(schema: Schema) -> list[str]:
    """The classes that may stand in a list of layers."""
    name = schema["items"]["allOf"][0]["$ref"].rpartition("/")[2]
    return wanted_inside()[name]


def _say_one(schema: Schema, name: str) -> str:
    if name == "array":
        items = schema.get("items", {})
        if "allOf" in items:
            return f"list of {', '.join(_items(schema))}"
        return f"list (each {say_type(items)})" if items else "list"
    if name not in ("integer", "number"):
        return PATTERNS.get(schema.get("pattern", ""), PLAIN_WORDS[name]) if name == "string" else PLAIN_WORDS[name]
    kind = "whole number" if name == "integer" else "number"
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high < 2**31 - 1:
        return f"{kind} from {low:g} to {high:g}"
    return kind if low is None else f"{kind} ≥ {low:g}"


def _activations() -> str:
    """Which names each dialect has."""
    rows = ["## Activations\n", f"| name | {' | '.join(dialects.NAMES)} |", "|---|" + "---|" * len(dialects.NAMES)]
    for name in activations.ActivationName.__args__:  # type: ignore[attr-defined]
        marks = [" " if missing(dialects.find(d), f"activation {name}") else "yes" for d in dialects.NAMES]
        rows.append(f"| `{name}` | {' | '.join(marks)} |")
    formulas = inspect.cleandoc(activations.__doc__ or "").partition("\n\n")[2]
    return "\n".join([*rows, "", formulas, ""])


def _parameters(title: str, what: str, signatures: Signatures, example: str) -> Iterator[str]:
    yield f"## {title}\n"
    yield (
        f"{what}: a name, or a mapping with `type` and arguments such as `{example}`, or with `class_name` and "
        "`config` as Keras writes it. Names stand in snake_case or CamelCase.\n"
    )
    rows = ["| name | arguments |", "|---|---|"]
    for kind, signature in signatures.items():
        rows.append(f"| `{kind}` | {', '.join(_argument(name, a) for name, a in signature.items())} |")
    yield "\n".join(rows) + "\n"


def _argument(name: str, argument: Any) -> str:
    return f"`{name}: {show(argument.default)}` ({argument.wants})"

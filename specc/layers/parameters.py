"""Initializers, regularizers and constraints as a spec writes them: a name, or a mapping with arguments.

    kernel_initializer: he_normal
    kernel_initializer: {type: RandomNormal, stddev: 0.02}
    kernel_regularizer: {class_name: L1L2, config: {l1: 0.0, l2: 0.01}}     # as Keras serializes it

Names are those of every Keras, in CamelCase or snake_case: ``GlorotUniform``, ``glorot_uniform``, ``one``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema
from pydantic_core import PydanticCustomError

from specc.diagnostics import did_you_mean
from specc.weights import Constraint, Initializer, Regularizer

Scalar = float | int | str | bool | None


@dataclass(frozen=True)
class _Argument:
    """One documented argument: its default, and the test that a value must pass."""

    default: Any
    wants: str
    accepts: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(default: float) -> _Argument:
    return _Argument(default, "a number", _is_number)


def _not_negative(default: float) -> _Argument:
    return _Argument(default, "a number that is not negative", lambda v: _is_number(v) and v >= 0)


def _choice(default: str, *words: str) -> _Argument:
    return _Argument(default, f"one of {', '.join(words)}", lambda v: v in words)


def _is_axis(value: Any) -> bool:
    whole = [value] if not isinstance(value, list) else value
    return bool(whole) and all(isinstance(v, int) and not isinstance(v, bool) for v in whole)


_SEED = _Argument(
    None, "a whole number or null", lambda v: v is None or (isinstance(v, int) and not isinstance(v, bool))
)
_AXIS = _Argument(0, "an axis or a list of axes", _is_axis)
_RATE = _Argument(1.0, "a number from 0 to 1", lambda v: _is_number(v) and 0 <= v <= 1)

Signatures = Mapping[str, Mapping[str, _Argument]]

INITIALIZERS: Signatures = {
    "zeros": {},
    "ones": {},
    "constant": {"value": _number(0.0)},
    "random_normal": {"mean": _number(0.0), "stddev": _not_negative(0.05), "seed": _SEED},
    "random_uniform": {"minval": _number(-0.05), "maxval": _number(0.05), "seed": _SEED},
    "truncated_normal": {"mean": _number(0.0), "stddev": _not_negative(0.05), "seed": _SEED},
    "variance_scaling": {
        "scale": _Argument(1.0, "a number above 0", lambda v: _is_number(v) and v > 0),
        "mode": _choice("fan_in", "fan_in", "fan_out", "fan_avg"),
        "distribution": _choice("normal", "normal", "uniform", "truncated_normal", "untruncated_normal"),
        "seed": _SEED,
    },
    "orthogonal": {"gain": _number(1.0), "seed": _SEED},
    "identity": {"gain": _number(1.0)},
    "glorot_uniform": {"seed": _SEED},
    "glorot_normal": {"seed": _SEED},
    "he_uniform": {"seed": _SEED},
    "he_normal": {"seed": _SEED},
    "lecun_uniform": {"seed": _SEED},
    "lecun_normal": {"seed": _SEED},
}
_INITIALIZER_ALIASES = {
    "zero": "zeros",
    "one": "ones",
    "normal": "random_normal",
    "uniform": "random_uniform",
    "identityinitializer": "identity",
    "orthogonalinitializer": "orthogonal",
}

REGULARIZERS: Signatures = {
    "l1": {"l1": _not_negative(0.01)},
    "l2": {"l2": _not_negative(0.01)},
    "l1_l2": {"l1": _not_negative(0.01), "l2": _not_negative(0.01)},
    "orthogonal_regularizer": {"factor": _not_negative(0.01), "mode": _choice("rows", "rows", "columns")},
}

CONSTRAINTS: Signatures = {
    "max_norm": {"max_value": _number(2), "axis": _AXIS},
    "non_neg": {},
    "unit_norm": {"axis": _AXIS},
    "min_max_norm": {"min_value": _number(0.0), "max_value": _number(1.0), "rate": _RATE, "axis": _AXIS},
    "radial_constraint": {},
}


def _fold(name: str) -> str:
    return name.replace("_", "").casefold()


def _refuse(message: str, hint: str | None = None) -> PydanticCustomError:
    return PydanticCustomError("parameter", "{text}", {"text": message, "hint": hint})


def _read(value: Any, what: str, signatures: Signatures, aliases: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The canonical kind and the arguments that a spec gives."""
    arguments: Any
    if isinstance(value, str):
        name, arguments = value, {}
    elif isinstance(value, Mapping) and isinstance(value.get("class_name"), str):
        extra = sorted(set(value) - {"class_name", "config", "module", "registered_name"})
        name, arguments = value["class_name"], value.get("config") or {}
        if extra or not isinstance(arguments, Mapping):
            raise _refuse(f"expected `class_name` and a mapping `config`, found {', '.join(sorted(value))}")
    elif isinstance(value, Mapping) and isinstance(value.get("type"), str):
        name, arguments = value["type"], {key: item for key, item in value.items() if key != "type"}
    else:
        raise _refuse(
            f"expected the name of {what}, or a mapping with `type`",
            hint=f"for example {next(iter(signatures))!s}",
        )
    names = {_fold(known): known for known in signatures} | {_fold(k): v for k, v in aliases.items()}
    kind = names.get(_fold(name))
    if kind is None:
        raise _refuse(f"unknown {what.split(' ', 1)[1]} `{name}`", did_you_mean(name, signatures))
    return kind, dict(arguments)


def _complete(kind: str, given: dict[str, Any], signature: Mapping[str, _Argument]) -> dict[str, Any]:
    """The arguments with their defaults; refuses unknown and unfit ones."""
    for key, item in given.items():
        if key not in signature:
            known = ", ".join(f"`{name}`" for name in signature) or "none"
            raise _refuse(f"`{kind}` has no argument `{key}`", did_you_mean(key, signature) or f"it takes {known}")
        if not signature[key].accepts(item):
            raise _refuse(f"`{key}` of `{kind}` must be {signature[key].wants}, found {item!r}")
    return {key: given.get(key, argument.default) for key, argument in signature.items()}


def read_initializer(value: Any) -> Any:
    """A spec's initializer as a record; what is one already passes through."""
    if isinstance(value, Initializer):
        return value
    kind, given = _read(value, "an initializer", INITIALIZERS, _INITIALIZER_ALIASES)
    for key in ("dtype", "input_axes", "output_axes"):  # written by newer Keras, no choice of the user's
        given.pop(key, None)
    return Initializer(kind, _complete(kind, given, INITIALIZERS[kind]))


def read_regularizer(value: Any) -> Any:
    """A spec's regularizer as a record; l1 and l2 become the two arguments of l1_l2."""
    if value is None or isinstance(value, Regularizer):
        return value
    kind, given = _read(value, "a regularizer", REGULARIZERS, {"l1l2regularizer": "l1_l2"})
    if kind in ("l1", "l2") and "l" in given:  # keras.regularizers.l2(l=0.01), the documented Keras 2 function
        given[kind] = given.pop("l")
    is_class = isinstance(value, Mapping) and str(value.get("class_name", value.get("type"))).startswith("L1L2")
    arguments = _complete(kind, given, REGULARIZERS[kind])
    if kind in ("l1", "l2", "l1_l2"):
        # The class L1L2 starts at 0, the function l1_l2 at 0.01.
        arguments = {key: arguments.get(key, 0.0) if key in given or not is_class else 0.0 for key in ("l1", "l2")}
        kind = "l1_l2"
    return Regularizer(kind, arguments)


def read_constraint(value: Any) -> Any:
    """A spec's constraint as a record."""
    if value is None or isinstance(value, Constraint):
        return value
    kind, given = _read(value, "a constraint", CONSTRAINTS, {})
    return Constraint(kind, _complete(kind, given, CONSTRAINTS[kind]))


def _schema(signatures: Signatures, optional: bool) -> dict[str, Any]:
    forms: list[dict[str, Any]] = [
        {"type": "string", "examples": list(signatures)},
        {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
        {"type": "object", "required": ["class_name"], "properties": {"class_name": {"type": "string"}}},
    ]
    return {"anyOf": [*forms, {"type": "null"}] if optional else forms}


def _write(value: Initializer | Regularizer | Constraint | None) -> Any:
    return None if value is None else {"type": value.kind, **value.arguments}


InitializerField = Annotated[
    Initializer,
    BeforeValidator(read_initializer),
    PlainSerializer(_write),
    WithJsonSchema(_schema(INITIALIZERS, optional=False)),
]
RegularizerField = Annotated[
    Regularizer | None,
    BeforeValidator(read_regularizer),
    PlainSerializer(_write),
    WithJsonSchema(_schema(REGULARIZERS, optional=True)),
]
ConstraintField = Annotated[
    Constraint | None,
    BeforeValidator(read_constraint),
    PlainSerializer(_write),
    WithJsonSchema(_schema(CONSTRAINTS, optional=True)),
]

ZEROS = Initializer("zeros")
ONES = Initializer("ones")
GLOROT_UNIFORM = Initializer("glorot_uniform", {"seed": None})
ORTHOGONAL = Initializer("orthogonal", {"gain": 1.0, "seed": None})
RANDOM_UNIFORM = Initializer("random_uniform", {"minval": -0.05, "maxval": 0.05, "seed": None})

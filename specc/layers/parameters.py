"""Initializers, regularizers and constraints as a spec writes them: a name, or a mapping with arguments.

    kernel_initializer: he_normal
    kernel_initializer: {type: RandomNormal, stddev: 0.02}
    kernel_regularizer: {class_name: L1L2, config: {l1: 0.0, l2: 0.01}}     # as Keras serializes it

Names are those of every Keras, in CamelCase or snake_case: ``GlorotUniform``, ``glorot_uniform``, ``one``.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from specc.diagnostics import Advice
from specc.diagnostics.numbers import unquote
from specc.diagnostics.quote import quote
from specc.diagnostics.spelling import suggest_key, suggest_value
from specc.weights import Constraint, Initializer, Regularizer

Scalar = float | int | str | bool | None


class _Argument(NamedTuple):
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

_EXAMPLES = {
    "an initializer": "`zeros`, or `{type: random_normal, stddev: 0.02}`",
    "a regularizer": "`l2`, or `{type: l2, l2: 0.01}`",
    "a constraint": "`non_neg`, or `{type: max_norm, max_value: 2}`",
}


def _fold(name: str) -> str:
    return name.replace("_", "").casefold()


def _refuse(message: str, advice: Advice, *inside: str, at_key: bool = False) -> PydanticCustomError:
    """inside: the keys that lead to the mistake. at_key: the last of them is itself the mistake."""
    context = {"text": message, "advice": advice, "inside": list(inside), "at_key": at_key}
    return PydanticCustomError("parameter", "{text}", context)


def _read(
    value: Any, what: str, signatures: Signatures, aliases: Mapping[str, str]
) -> tuple[str, dict[str, Any], tuple[str, ...]]:
    """The canonical kind, the arguments that a spec gives, and the keys that lead to them."""
    arguments: Any
    at_name: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    if isinstance(value, str):
        name, arguments = value, {}
    elif isinstance(value, Mapping) and isinstance(value.get("class_name"), str):
        name, at_name, where, arguments = value["class_name"], ("class_name",), ("config",), value.get("config") or {}
        extra = sorted(set(value) - {"class_name", "config", "module", "registered_name"})
        if extra:
            raise _refuse(f"unknown key `{extra[0]}`", Advice("arguments go into `config`"), extra[0], at_key=True)
        if not isinstance(arguments, Mapping):
            raise _refuse(f"`config` must be a mapping, found {quote(arguments)}", Advice(), "config")
    elif isinstance(value, Mapping) and isinstance(value.get("type"), str):
        name, at_name = value["type"], ("type",)
        arguments = {key: item for key, item in value.items() if key != "type"}
    else:
        advice = Advice(f"such as {_EXAMPLES[what]}")
        for key in ("class_name", "type"):
            if isinstance(value, Mapping) and key in value:
                raise _refuse(f"`{key}` must be the name of {what}, found {quote(value[key])}", advice, key)
        for key in value if isinstance(value, Mapping) else ():
            if (near := suggest_key(key, ["type"])).fix is not None:
                raise _refuse(f"unknown key `{key}`", near, key, at_key=True)
        found = "a mapping without it" if isinstance(value, Mapping) else quote(value)
        raise _refuse(f"expected the name of {what}, or a mapping with `type`, found {found}", advice)
    names = {_fold(known): known for known in signatures} | {_fold(k): v for k, v in aliases.items()}
    kind = names.get(_fold(name))
    if kind is None:
        noun = what.partition(" ")[2]
        advice = Advice(f"such as {_EXAMPLES[what]}")
        if not re.fullmatch(r"\w+\(.*\)", name):
            near = suggest_value(name, signatures)
            advice = near if near.hint else Advice(f"known are {', '.join(signatures)}")
        raise _refuse(f"unknown {noun} {quote(name)}", advice, *at_name)
    return kind, dict(arguments), where


def _complete(
    kind: str,
    given: dict[str, Any],
    signature: Mapping[str, _Argument],
    where: tuple[str, ...],
    written: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The arguments with their defaults; refuses unknown and unfit ones. written: what the user calls an argument."""
    for key, item in given.items():
        if key not in signature:
            known = ", ".join(f"`{name}`" for name in signature) or "none"
            near = suggest_key(key, signature, given)
            advice = near if near.hint else Advice(f"it takes {known}")
            raise _refuse(f"`{kind}` has no argument `{key}`", advice, *where, key, at_key=True)
        if not signature[key].accepts(item):
            message = f"`{key}` of `{kind}` must be {signature[key].wants}, found {quote(item)}"
            in_quotes = unquote(item) if isinstance(item, str) else None
            raise _refuse(message, in_quotes or Advice(), *where, (written or {}).get(key, key))
    return {key: given.get(key, argument.default) for key, argument in signature.items()}


def read_initializer(value: Any) -> Any:
    """A spec's initializer as a record; what is one already passes through."""
    if isinstance(value, Initializer):
        return value
    kind, given, where = _read(value, "an initializer", INITIALIZERS, _INITIALIZER_ALIASES)
    for key in ("dtype", "input_axes", "output_axes"):  # written by newer Keras, no choice of the user's
        given.pop(key, None)
    return Initializer(kind, _complete(kind, given, INITIALIZERS[kind], where))


def read_regularizer(value: Any) -> Any:
    """A spec's regularizer as a record; l1 and l2 become the two arguments of l1_l2."""
    if value is None or isinstance(value, Regularizer):
        return value
    kind, given, where = _read(value, "a regularizer", REGULARIZERS, {"l1l2regularizer": "l1_l2"})
    written: dict[str, str] = {}
    if kind in ("l1", "l2") and "l" in given:  # keras.regularizers.l2(l=0.01), the documented Keras 2 function
        given[kind] = given.pop("l")
        written[kind] = "l"
    is_class = isinstance(value, Mapping) and str(value.get("class_name", value.get("type"))).startswith("L1L2")
    arguments = _complete(kind, given, REGULARIZERS[kind], where, written)
    if kind in ("l1", "l2", "l1_l2"):
        # The class L1L2 starts at 0, the function l1_l2 at 0.01.
        arguments = {key: arguments.get(key, 0.0) if key in given or not is_class else 0.0 for key in ("l1", "l2")}
        kind = "l1_l2"
    return Regularizer(kind, arguments)


def read_constraint(value: Any) -> Any:
    """A spec's constraint as a record."""
    if value is None or isinstance(value, Constraint):
        return value
    kind, given, where = _read(value, "a constraint", CONSTRAINTS, {})
    return Constraint(kind, _complete(kind, given, CONSTRAINTS[kind], where))


def write_parameter(record: Initializer | Regularizer | Constraint | None) -> Any:
    """A record as a spec writes it: the name alone where all arguments have their defaults.

    Of l1 and l2 only what is not 0; None for a penalty of nothing.
    """
    if record is None:
        return None
    if record.kind == "l1_l2":
        terms = {key: item for key, item in record.arguments.items() if item}
        return {"type": "l1_l2" if len(terms) > 1 else next(iter(terms)), **terms} if terms else None
    signature = _SIGNATURES[type(record)][record.kind]
    given = {key: item for key, item in record.arguments.items() if item != signature[key].default}
    return {"type": record.kind, **given} if given else record.kind


_SIGNATURES: Mapping[type, Signatures] = {
    Initializer: INITIALIZERS,
    Regularizer: REGULARIZERS,
    Constraint: CONSTRAINTS,
}


class _Written:
    """Tells pydantic how a record is written in a spec. That there is no more to check than ``read`` does is said
    here and not with ``PlainValidator``, which would have a validator of the record itself made, field by field."""

    def __init__(self, read: Callable[[Any], Any], signatures: Signatures, *, optional: bool = False) -> None:
        self.read, self.signatures, self.optional = read, signatures, optional

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(write_parameter)
        return core_schema.no_info_plain_validator_function(self.read, serialization=written)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        forms: list[dict[str, Any]] = [
            {"type": "string", "examples": list(self.signatures)},
            {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
            {"type": "object", "required": ["class_name"], "properties": {"class_name": {"type": "string"}}},
        ]
        return {"anyOf": [*forms, {"type": "null"}] if self.optional else forms}


InitializerField = Annotated[Initializer, _Written(read_initializer, INITIALIZERS)]
RegularizerField = Annotated[Regularizer | None, _Written(read_regularizer, REGULARIZERS, optional=True)]
ConstraintField = Annotated[Constraint | None, _Written(read_constraint, CONSTRAINTS, optional=True)]

ZEROS = Initializer("zeros")
ONES = Initializer("ones")
GLOROT_UNIFORM = Initializer("glorot_uniform", {"seed": None})
ORTHOGONAL = Initializer("orthogonal", {"gain": 1.0, "seed": None})
RANDOM_UNIFORM = Initializer("random_uniform", {"minval": -0.05, "maxval": 0.05, "seed": None})

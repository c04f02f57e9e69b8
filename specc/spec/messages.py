"""What pydantic found, in words that mend the mistake: one finding for one mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from specc.diagnostics import Diagnostic, Path, did_you_mean

RENAMED = {
    "output_dim": "units",
    "init": "kernel_initializer",
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "consume_less": "implementation",
    "forget_bias_init": "unit_forget_bias",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "b_regularizer": "bias_regularizer",
    "W_constraint": "kernel_constraint",
    "U_constraint": "recurrent_constraint",
    "b_constraint": "bias_constraint",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "bias": "use_bias",
    "p": "rate",
    "nb_filter": "filters",
}
"""Arguments of Keras 1 and what Keras 2 calls them."""

_WANTED = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "none_required": "null",
}


def describe(errors: Iterable[ErrorDetails], data: Mapping[str, Any], path: Path, known: list[str]) -> list[Diagnostic]:
    """Findings for what pydantic found in one mapping. known: the keys that the mapping may have."""
    found: dict[Path, list[ErrorDetails]] = {}
    for error in errors:
        found.setdefault(_walk(error["loc"], data, error["type"]), []).append(error)
    suggested = {
        RENAMED.get(str(key), _nearest(str(key), known))
        for (key, *rest), group in found.items()
        if not rest and group[0]["type"] == "extra_forbidden"
    }
    diagnostics = []
    for local, group in found.items():
        if group[0]["type"] == "missing" and local[-1] in suggested:
            continue  # the misspelt key is the mistake, and has its own finding
        diagnostics.append(_describe(group, local, path, known))
    return diagnostics


def _nearest(key: str, known: list[str]) -> str | None:
    hint = did_you_mean(key, known)
    return hint.split("`")[1] if hint else None


def _walk(loc: tuple[int | str, ...], data: Any, kind: str) -> Path:
    """The part of pydantic's location that stands in the data: tags of unions are dropped."""
    path: list[int | str] = []
    for step in loc:
        if isinstance(data, Mapping) and step in data:
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        elif kind == "missing" and step == loc[-1]:
            pass
        else:
            continue
        path.append(step)
    return tuple(path)


def _describe(group: list[ErrorDetails], local: Path, path: Path, known: list[str]) -> Diagnostic:
    error = group[0]
    kind, value, key = error["type"], error["input"], str(local[-1]) if local else ""
    where = (*path, *local)
    context = error.get("ctx", {})
    if kind == "missing":
        return Diagnostic("V203", path, f"missing key `{key}`")
    if kind == "extra_forbidden":
        renamed = RENAMED.get(key)
        hint = f"Keras 2 calls it `{renamed}`" if renamed in known else did_you_mean(key, known)
        return Diagnostic("V202", where, f"unknown key `{key}`", hint, part="key")
    if kind == "parameter":
        return Diagnostic("V209", where, str(context["text"]), context.get("hint"))
    if len(group) > 1:
        return _describe_union(group, where, key)
    if kind in _WANTED:
        return Diagnostic("V204", where, f"`{key}` must be {_WANTED[kind]}, found {show(value)}", _unquote(value, kind))
    if kind == "literal_error":
        return _describe_choice(error, where, key)
    if kind == "string_pattern_mismatch":
        hint = "letters, digits and underscores, at most 64, not starting with a digit"
        return Diagnostic("V207", where, f"{show(value)} is no valid name", hint)
    if kind in ("too_short", "string_too_short"):
        return Diagnostic("V205", where, f"`{key}` must not be empty")
    limits = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most")}
    if kind in limits:
        name, words = limits[kind]
        bound = context[name]
        bound = int(bound) if float(bound).is_integer() else bound
        return Diagnostic("V205", where, f"`{key}` must be {words} {bound}, found {show(value)}")
    if kind == "finite_number":
        return Diagnostic("V205", where, f"`{key}` must be a finite number, found {show(value)}")
    return Diagnostic("V204", where, f"`{key}` is not valid: {error['msg']}, found {show(value)}")


def _describe_union(group: list[ErrorDetails], where: Path, key: str) -> Diagnostic:
    """Several forms are allowed and none fits."""
    for error in group:
        if error["type"] in ("string_pattern_mismatch", "greater_than_equal", "less_than_equal"):
            return _describe([error], (key,), where[:-1], [])
    wanted = list(dict.fromkeys(_WANTED.get(e["type"], e["msg"]) for e in group))
    return Diagnostic("V204", where, f"`{key}` must be {' or '.join(wanted)}, found {show(group[0]['input'])}")


def _describe_choice(error: ErrorDetails, where: Path, key: str) -> Diagnostic:
    expected = re.findall(r"'([^']*)'|(?<![\w.])(\d+)", str(error["ctx"]["expected"]))
    choices = [text or number for text, number in expected]
    value = error["input"]
    hint = did_you_mean(value, choices) if isinstance(value, str) else None
    if len(choices) <= 8:
        listed = ", ".join(f"`{choice}`" for choice in choices)
        message = f"`{key}` must be {'one of ' if len(choices) > 1 else ''}{listed}, found {show(value)}"
    else:
        message = f"unknown {key.replace('_', ' ')} {show(value)}"
        hint = hint or f"`specc schema` lists all {len(choices)}"
    return Diagnostic("V206", where, message, hint)


def _unquote(value: Any, kind: str) -> str | None:
    """A hint for numbers and truth values in quotes."""
    if not isinstance(value, str):
        return None
    if kind in ("int_type", "float_type") and re.fullmatch(r"[-+]?[0-9.]+(e[-+]?\d+)?", value):
        return f"write {value} without quotes"
    words = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}
    if kind == "bool_type" and value.lower() in words:
        return f"write {words[value.lower()]}" + (" without quotes" if value.lower() in ("true", "false") else "")
    return None


def show(value: Any) -> str:
    """A value as messages quote it, cut where it is long."""
    words = {None: "null", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, str):
        return f"`{value if len(value) <= 60 else value[:57] + '…'}`" if value else "empty text"
    if isinstance(value, Mapping):
        return "a mapping"
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"

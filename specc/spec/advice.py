"""Hints: how a value of the wrong form would be written right."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence
from typing import Any

_WHOLE = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?%")
_LISTED = re.compile(r"[(\[]([^()\[\]]*)[)\]]|([^()\[\]]*,[^()\[\]]*)")
_TRUTHS = {"true": True, "yes": True, "on": True, "y": True, "false": False, "no": False, "off": False, "n": False}
_NOTHINGS = ("none", "nil", "null", "nan", "?")

_MISSING = {
    "layer": "such as `layer: {type: LSTM, units: 32}`",
    "cell": "such as `cell: {type: LSTMCell, units: 32}`",
    "cells": "such as `cells: [{type: LSTMCell, units: 32}]`",
    "layers": "a list of layers, such as `- {type: LSTM, units: 32, input_shape: [10, 64]}`",
}
_BY_KEY = {
    "max_memory": "a number of bytes: 16 GiB is 17179869184",
    "weights": "arrays come from a file: `weights:` at the top of the spec, or --weights",
}
_NAMES = "letters, digits and underscores, at most 64, not starting with a digit"
_REFERENCES = "a reference is the name of a layer, or of an output such as `encoder.state_h`"


def for_missing(key: str) -> str | None:
    """How a missing key is written."""
    return _MISSING.get(key)


def for_name(value: Any, is_reference: bool) -> str:
    """What names, or references to them, are made of."""
    if is_reference:
        return _REFERENCES
    like = re.sub(r"[^A-Za-z0-9]+", "_", str(value)).strip("_")
    usable = f"_{like}" if like[:1].isdigit() else like
    return f"write `{usable}`: {_NAMES}" if 0 < len(usable) <= 64 else _NAMES


def for_type(key: str, value: Any, kinds: Collection[str], nullable: bool) -> str | None:
    """A hint for a value of another type. kinds: pydantic's names of what was expected."""
    if nullable and isinstance(value, str) and value.casefold() in _NOTHINGS:
        return "write null"
    if "int_type" in kinds or "int_from_float" in kinds:
        return _whole(value) or _BY_KEY.get(key)
    if "float_type" in kinds:
        return _number(value)
    if "bool_type" in kinds:
        return _truth(value)
    if "list_type" in kinds:
        return _list(key, value)
    if key in ("keras_version", "description") and isinstance(value, int | float) and not isinstance(value, bool):
        return f'write "{value}", in quotes'
    return _BY_KEY.get(key)


def for_empty(key: str) -> str | None:
    """A hint for a list or a text that holds nothing."""
    return {"layers": "a model has at least one layer", "outputs": "leave it out for those of the last layer"}.get(key)


def for_size(value: Any, nullable: bool) -> str | None:
    """A hint for a number out of bounds."""
    return "write null for an unknown size" if nullable and value == -1 else None


def for_choice(value: Any, known: Sequence[str | int], nullable: bool) -> str | None:
    """A hint for a word that is none of the known ones."""
    if not isinstance(value, str):
        return None
    if nullable and value.casefold() in _NOTHINGS:
        return "write null"
    if _WHOLE.fullmatch(value) and int(value) in known:
        return f"write {value} without quotes"
    words = {word.casefold(): word for word in known if isinstance(word, str)}
    near = difflib.get_close_matches(value.casefold(), words, n=2)
    alike = [difflib.SequenceMatcher(None, word, value.casefold()).ratio() for word in near]
    if not near or (len(near) == 2 and alike[0] == alike[1]):
        return None
    return f"did you mean `{words[near[0]]}`?"


def _whole(value: Any) -> str | None:
    if isinstance(value, float) and value.is_integer():
        return f"write {int(value)}"
    return f"write {value} without quotes" if isinstance(value, str) and _WHOLE.fullmatch(value) else None


def _number(value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    if _NUMBER.fullmatch(value):
        return f"write {value} without quotes"
    percent = _PERCENT.fullmatch(value)
    return f"write {float(percent[1]) / 100:g}" if percent else None


def _truth(value: Any) -> str | None:
    if isinstance(value, int) and value in (0, 1):
        return f"write {'true' if value else 'false'}"
    truth = _TRUTHS.get(value.casefold()) if isinstance(value, str) else None
    if truth is None:
        return None
    word = "true" if truth else "false"
    return f"write {word} without quotes" if value.casefold() == word else f"write {word}"


def _list(key: str, value: Any) -> str | None:
    if key == "layers":
        return "start each layer with `- `"
    if (key.endswith("shape") or key == "dims") and isinstance(value, int) and not isinstance(value, bool):
        return f"write [{value}]"
    found = _LISTED.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    items = [item.strip() for item in (found[1] or found[2]).split(",") if item.strip()]
    return f"write [{', '.join('null' if item.casefold() in _NOTHINGS else item for item in items)}]"

"""Hints: how a value of the wrong form would be written right; and the fix, where there is one way alone."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Collection, Sequence
from typing import Any

from specc.diagnostics import Advice, Fix
from specc.diagnostics.numbers import is_whole, unquote
from specc.diagnostics.spelling import corrected

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


def for_missing(key: str, is_reference: bool) -> str | None:
    """How a missing key is written."""
    return f"such as `{key}: lstm`, the name of a layer above" if is_reference else _MISSING.get(key)


def for_name(value: Any, is_reference: bool, is_free: bool) -> Advice:
    """What names, or references to them, are made of. is_free: whether nothing can refer to the name."""
    if is_reference:
        return Advice(_REFERENCES)
    like = re.sub(r"[^A-Za-z0-9]+", "_", str(value)).strip("_")
    usable = f"_{like}" if like[:1].isdigit() else like
    if not 0 < len(usable) <= 64:
        return Advice(_NAMES)
    return Advice(f"write `{usable}`: {_NAMES}", Fix(value=usable) if is_free else None)


def for_type(key: str, value: Any, kinds: Collection[str], nullable: bool) -> Advice:
    """Advice on a value of another type. kinds: pydantic's names of what was expected."""
    if "list_type" in kinds and is_head_of_tuple(value):
        return Advice("a list stands in square brackets, such as [10, 64]")
    if nullable and isinstance(value, str) and value.casefold() in _NOTHINGS:
        return _write(None)
    if "int_type" in kinds or "int_from_float" in kinds:
        return _whole(value) or Advice(_BY_KEY.get(key))
    if "float_type" in kinds:
        return _number(value)
    if "bool_type" in kinds:
        return _truth(value)
    if "list_type" in kinds:
        return _list(key, value)
    if key in ("keras_version", "description") and isinstance(value, int | float) and not isinstance(value, bool):
        return Advice(f'write "{value}", in quotes')
    return Advice(_BY_KEY.get(key))


def for_empty(key: str) -> str | None:
    """A hint for a list or a text that holds nothing."""
    return {"layers": "a model has at least one layer", "outputs": "leave it out for those of the last layer"}.get(key)


def for_size(value: Any, nullable: bool) -> Advice:
    """Advice on a number out of bounds."""
    return Advice("write null for an unknown size", Fix(value=None)) if nullable and value == -1 else Advice()


def for_choice(value: Any, known: Sequence[str | int], nullable: bool) -> Advice:
    """Advice on a word that is none of the known ones."""
    if not isinstance(value, str):
        return Advice()
    if nullable and value.casefold() in _NOTHINGS:
        return _write(None)
    if is_whole(value) and int(value) in known:
        return unquote(value) or Advice()
    words = {word.casefold(): word for word in known if isinstance(word, str)}
    if (name := corrected(value, words.values())) is not None:
        return Advice(f"did you mean `{name}`?", Fix(value=name))
    near = difflib.get_close_matches(value.casefold(), words, n=2)
    alike = [difflib.SequenceMatcher(None, word, value.casefold()).ratio() for word in near]
    if not near or (len(near) == 2 and alike[0] == alike[1]):
        return Advice()
    return Advice(f"did you mean `{words[near[0]]}`?")


def _write(value: Any) -> Advice:
    """What to write instead."""
    return Advice(f"write {json.dumps(value)}", Fix(value=value))


def _whole(value: Any) -> Advice | None:
    if isinstance(value, float) and value.is_integer():
        return _write(int(value))
    return unquote(value) if isinstance(value, str) and is_whole(value) else None


def _number(value: Any) -> Advice:
    if not isinstance(value, str):
        return Advice()
    if (number := unquote(value)) is not None:
        return number
    percent = _PERCENT.fullmatch(value)
    return _write(float(f"{float(percent[1]) / 100:g}")) if percent else Advice()


def _truth(value: Any) -> Advice:
    if isinstance(value, int) and value in (0, 1):
        return _write(bool(value))
    truth = _TRUTHS.get(value.casefold()) if isinstance(value, str) else None
    if truth is None:
        return Advice()
    word = json.dumps(truth)
    quotes = " without quotes" if value.casefold() == word else ""
    return Advice(f"write {word}{quotes}", Fix(value=truth))


def is_head_of_tuple(value: Any) -> bool:
    """Whether a value is the beginning of a tuple of Python: ``(5``."""
    return isinstance(value, str) and re.fullmatch(r"\([^()]*", value) is not None


def is_tail_of_tuple(key: str) -> bool:
    """Whether a key is what comes after the comma: ``3)``, or a number between two commas."""
    return re.fullmatch(r"[^()]*\)|[0-9]+|None", key) is not None


def _list(key: str, value: Any) -> Advice:
    if key == "layers":
        return Advice("start each layer with `- `")
    if (key.endswith("shape") or key == "dims") and isinstance(value, int) and not isinstance(value, bool):
        return Advice(f"write [{value}]", Fix(value=[value]))
    found = _LISTED.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return Advice()
    items = [item.strip() for item in (found[1] or found[2]).split(",") if item.strip()]
    texts = ["null" if item.casefold() in _NOTHINGS else item for item in items]
    is_shape = all(text == "null" or is_whole(text) for text in texts)
    fix = Fix(value=[None if text == "null" else int(text) for text in texts]) if is_shape else None
    return Advice(f"write [{', '.join(texts)}]", fix)

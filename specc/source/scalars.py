"""What a plain YAML scalar means: the core schema of YAML 1.2.

Not YAML 1.1's: ``no``, ``on``, ``1:30``, ``1_000`` and ``2024-01-01`` are strings, ``1e-3`` is a float and
``010`` is 10. https://yaml.org/spec/1.2.2/#103-core-schema
"""

from __future__ import annotations

import math
import re

from specc.source import limits

Scalar = str | int | float | bool | None

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MAY_START = frozenset("0123456789+-.~nNtTfF")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEX = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class NotANumber(ValueError):
    """A number that specc can't take; the text of the error says why."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar. NotANumber where it is infinite, not a number, or too large."""
    if text and text[0] not in _MAY_START:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _DECIMAL.fullmatch(text):
        return whole(text)
    if _FLOAT.fullmatch(text):
        return real(text)
    if _OCTAL.fullmatch(text):
        return whole(text[2:], 8)
    if _HEX.fullmatch(text):
        return whole(text[2:], 16)
    if _NOT_FINITE.fullmatch(text):
        raise NotANumber("the number is not finite")
    return text


def whole(digits: str, base: int = 10) -> int:
    """A whole number of 64 bits. Longer digits are not even converted: Python takes quadratic time to."""
    digits = digits.lstrip("+")
    negative = digits.startswith("-")
    size = digits.lstrip("-").lstrip("0") or "0"
    number = int(size, base) if len(size) <= 22 else limits.WHOLE_NUMBER + 1
    if negative:
        number = -number
    if not -limits.WHOLE_NUMBER <= number < limits.WHOLE_NUMBER:
        raise NotANumber("the whole number does not fit 64 bits")
    return number


def real(text: str) -> float:
    """A float; one that overflows to infinity is none."""
    number = float(text)
    if not math.isfinite(number):
        raise NotANumber("the number is too large for a float")
    return number


def is_string(text: str) -> bool:
    """Whether a plain scalar is a string."""
    try:
        return isinstance(resolve(text), str)
    except NotANumber:
        return False

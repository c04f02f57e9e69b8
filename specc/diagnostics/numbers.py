"""Numbers that stand in quotes: what to write instead."""

from __future__ import annotations

import math
import re

from specc.diagnostics import Advice, Fix

_WHOLE = r"[-+]?[0-9]{1,18}"  # 64 bits hold them
_NUMBER = r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"


def is_whole(text: str) -> bool:
    """Whether a text is a whole number."""
    return re.fullmatch(_WHOLE, text) is not None


def unquote(text: str) -> Advice | None:
    """The number that a text is; None where it is none."""
    if is_whole(text):
        return Advice(f"write {text} without quotes", Fix(value=int(text)))
    if re.fullmatch(_NUMBER, text) and math.isfinite(float(text)):
        return Advice(f"write {text} without quotes", Fix(value=float(text)))
    return None

"""Texts with ``${…}`` in them: what is computed, and what is put together. ``$${`` stands for ``${`` itself."""

from __future__ import annotations

import re
from collections.abc import Callable

from specc.expansion.expressions import LookUp, evaluate
from specc.expansion.values import LOST, Lost, Mistake, Value, as_text

_PART = re.compile(r"\$\$\{|\$\{(?P<inside>[^{}]*)(?P<close>\}?)")


def interpolate(text: str, look_up: LookUp, report: Callable[[Mistake], None]) -> Value | Lost:
    """The value of a text: that of its expression where it is nothing else, a text where there is more.

    Every mistake goes to ``report``, at its offset in the text; the value is then LOST.
    """
    whole = _PART.fullmatch(text)
    if whole is not None and whole["close"]:
        return _evaluate(whole, look_up, report)
    pieces: list[str] = []
    end, is_lost = 0, False
    for part in _PART.finditer(text):
        pieces.append(text[end : part.start()])
        end = part.end()
        if part["inside"] is None:
            pieces.append("${")
            continue
        value = _evaluate(part, look_up, report)
        if isinstance(value, list):
            report(Mistake("V243", "a list cannot stand inside a text", *part.span(), "a list stands alone: `${name}`"))
            value = LOST
        if isinstance(value, Lost):
            is_lost = True
        else:
            pieces.append(as_text(value))
    return LOST if is_lost else "".join((*pieces, text[end:]))


def _evaluate(part: re.Match[str], look_up: LookUp, report: Callable[[Mistake], None]) -> Value | Lost:
    if not part["close"]:
        hint = "a `}` is missing; `$${` writes `${` itself"
        report(Mistake("V242", "this `${` is never closed", part.start(), part.start() + 2, hint))
        return LOST
    try:
        return evaluate(part["inside"], look_up)
    except Mistake as mistake:
        found = mistake.shift(part.start("inside"))
        if found.start == found.end:  # an end, or an empty expression: there must be something to underline
            found = Mistake(found.code, found.message, part.start(), part.end(), found.hint)
        report(found)
        return LOST

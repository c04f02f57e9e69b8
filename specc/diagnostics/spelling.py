"""Slips of the keyboard, told from other words: what a fix may correct without asking."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from specc.diagnostics import REMEMBERED, Advice, Fix, did_you_mean

_SEPARATORS = r"[\s_-]+"
_MOST = 2
_FAR = 100


def corrected(word: str, known: Iterable[str]) -> str | None:
    """The known word that ``word`` is a slip of; None where it may be meant as it stands.

    A slip is another case, other separators, or one or two letters more, less or swapped in a word that is long
    enough. Another digit is no slip, for Conv1D is not Conv2D, nor is a word that two known ones are near to.
    """
    return _corrected(word, tuple(known))


@lru_cache(REMEMBERED)
def _corrected(word: str, known: tuple[str, ...]) -> str | None:
    folded = _fold(word)
    others = [name for name in known if name != word]
    same = [name for name in others if _fold(name) == folded]
    if same:
        return same[0] if len(same) == 1 else None
    distances = sorted((_distance(folded, _fold(name)), name) for name in others)
    near = [pair for pair in distances if pair[0] <= _allowed(pair[1]) and _digits(pair[1]) == _digits(word)]
    is_alone = bool(near) and distances[0] == near[0] and (len(distances) == 1 or distances[1][0] > near[0][0])
    return near[0][1] if is_alone else None


def _fold(word: str) -> str:
    return re.sub(_SEPARATORS, "", word.casefold())


def _digits(word: str) -> list[str]:
    return re.findall(r"\d", word)


def _allowed(name: str) -> int:
    """How many letters of a word may be wrong: none of a short one, for short words are near to many."""
    return 0 if len(name) < 4 else 1 if len(name) < 8 else 2


def _distance(word: str, name: str) -> int:
    """Letters added, left out, changed or swapped between two words, where their lengths are near.

    A changed letter counts double in a word of less than six: sane is not same.
    """
    if abs(len(word) - len(name)) > _MOST:
        return _FAR
    change = 1 if len(name) >= 6 else 2
    before: list[int] = []
    row = list(range(len(name) + 1))
    for i, letter in enumerate(word, start=1):
        previous, row = row, [i]
        for j, other in enumerate(name, start=1):
            best = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (change if letter != other else 0))
            if i > 1 and j > 1 and letter == name[j - 2] and word[i - 2] == other:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before = previous
    return row[-1]


def suggest_key(word: str, known: Iterable[str], taken: Collection[str] = ()) -> Advice:
    """Which known key was meant. taken: keys that stand there already, so that no other may get their names."""
    names = list(known)
    name = corrected(word, names)
    return _suggest(word, names, name, None if name is None or name in taken else Fix(key=name))


def suggest_value(word: str, known: Iterable[str]) -> Advice:
    """Which known word was meant."""
    names = list(known)
    name = corrected(word, names)
    return _suggest(word, names, name, None if name is None else Fix(value=name))


def _suggest(word: str, names: list[str], name: str | None, fix: Fix | None) -> Advice:
    return Advice(did_you_mean(word, names) if name is None else f"did you mean `{name}`?", fix)

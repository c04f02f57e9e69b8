"""Replaces ``${…}`` in data of any depth."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from specc.diagnostics import Path, did_you_mean
from specc.expansion.budget import Budget
from specc.expansion.expressions import NAME
from specc.expansion.interpolation import interpolate
from specc.expansion.places import Home
from specc.expansion.report import Report
from specc.expansion.scopes import Scope, UnknownName
from specc.expansion.values import LOST, Lost, Mistake, Value

INDEX = "index"
"""What the number of a round is called inside a block, from 0."""

_NAME_ALONE = re.compile(rf"\$\{{\s*({NAME})\s*\}}")

_HINT = "declare it under `vars`; `$${` writes `${` itself"
_ROUND = "it counts the rounds of a `repeat` block, inside one"


@dataclass(frozen=True)
class Substitution:
    """Reports what is wrong with an expression, and leaves LOST in its place."""

    report: Report
    budget: Budget
    _missed: set[str] = field(default_factory=set)

    def data(self, data: Any, home: Home, scope: Scope) -> Any:
        """A copy of the data with the values for the expressions. home: where the data stands."""
        self.budget.add_values(1, home)
        return self._walk(data, home, (), scope)

    def _walk(self, data: Any, home: Home, steps: Path, scope: Scope) -> Any:
        """The copy of what stands some steps inside ``home``."""
        if isinstance(data, str):
            return self.text(data, home.at(*steps), scope) if "${" in data else data
        if isinstance(data, dict):
            self.budget.add_values(len(data), home)
            return {
                key: self._walk(value, home, (*steps, key), scope) if _holds_more(value) else value
                for key, value in data.items()
            }
        if isinstance(data, list):
            self.budget.add_values(len(data), home)
            return [
                self._walk(value, home, (*steps, index), scope) if _holds_more(value) else value
                for index, value in enumerate(data)
            ]
        return data

    def text(self, text: str, home: Home, scope: Scope) -> Value | Lost:
        """What a text with ``${`` in it stands for."""

        def look_up(name: str) -> Value | Lost:
            try:
                return scope.find(name)
            except UnknownName:
                if name in self._missed:  # reported where it came first: it may have been declared wrongly
                    return LOST
                self._missed.add(name)
                hint = did_you_mean(name, scope.names())
                if hint is not None:
                    scope.excuse(hint.split("`")[1])
                hint = hint or (_ROUND if name == INDEX else _HINT)
                raise Mistake("V241", f"there is no var `{name}`", 0, len(name), hint) from None

        def report(mistake: Mistake) -> None:
            # Arithmetic underlines the operand that is none.
            cause = scope.origin(text[mistake.start : mistake.end]) if mistake.code == "V243" else None
            self.report.mistake(home, mistake, cause)

        value = interpolate(text, look_up, report)
        if isinstance(value, Lost):
            self.report.lost.add(home)
        elif (name := _NAME_ALONE.fullmatch(text)) is not None and (cause := scope.origin(name[1])) is not None:
            self.report.causes[home] = self.report.causes.get(cause, cause)
        if isinstance(value, list):
            return self._copy(value, home)
        if isinstance(value, str):
            self.budget.add_text(value, home)
        return value

    def _copy(self, value: list[Value], home: Home) -> list[Value]:
        """A list of its own for every place that a var stands in: the data is a tree."""
        self.budget.add_values(len(value), home)
        return [self._copy(item, home) if isinstance(item, list) else item for item in value]


def _holds_more(value: Any) -> bool:
    """Whether there is anything to do; most values are numbers and plain texts."""
    return "${" in value if isinstance(value, str) else isinstance(value, dict | list)

"""``vars``: names for values. A var may refer to other vars; what nobody refers to is reported."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from specc.diagnostics.quote import quote
from specc.expansion import limits
from specc.expansion.expressions import NAME
from specc.expansion.places import Home
from specc.expansion.report import Report
from specc.expansion.scopes import UnknownName
from specc.expansion.substitution import Substitution
from specc.expansion.values import LOST, Lost, Mistake, Value

_KINDS = "a number, a text, true, false or a list of these"


@dataclass
class Variables:
    """The outermost scope. A var gets its value when it is first asked for.

    declared: each var as written, and where. is_lost: there are others, which nobody can read. strays: names that
    stand under a key which is none.
    """

    substitution: Substitution
    declared: Mapping[str, tuple[Any, Home]]
    is_lost: bool = False
    strays: Collection[str] = ()
    used: set[str] = field(default_factory=set)
    _values: dict[str, Value | Lost] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def find(self, name: str) -> Value | Lost:
        if name not in self.declared:
            if self.is_lost or name in self.strays:
                return LOST
            raise UnknownName
        self.used.add(name)
        if name not in self._values:
            self._values[name] = self._resolve(name)
        return self._values[name]

    def origin(self, name: str) -> Home | None:
        return self.declared[name][1] if name in self.declared else None

    def names(self) -> Iterable[str]:
        return self.declared

    def excuse(self, name: str) -> None:
        self.used.add(name)

    def finish(self) -> None:
        """Report the vars that nobody uses, and what is wrong with them."""
        report = self.substitution.report
        is_certain = not report.lost  # what is lost may have meant them
        unused = [name for name in self.declared if name not in self.used]
        for name in unused:
            if name not in self._values:
                self._values[name] = self._resolve(name)
        for name in unused if is_certain else ():
            _, home = self.declared[name]
            if name not in self.used and home not in report.lost:  # one of them may refer to another
                warn_unused(name, home, report)

    def _resolve(self, name: str) -> Value | Lost:
        data, home = self.declared[name]
        report = self.substitution.report
        if refuse_var(name, data, home, report):
            return LOST
        if name in self._open:
            circle = " → ".join((*self._open[self._open.index(name) :], name))
            raise Mistake("V244", f"vars refer to each other in a circle: {circle}", 0, len(name))
        if len(self._open) >= limits.VARS:
            raise Mistake("V244", f"vars refer to vars more than {limits.VARS} deep", 0, len(name))
        self._open.append(name)
        value: Value | Lost = self.substitution.data(data, home, self)
        self._open.pop()
        if _holds_lost(value):
            return LOST
        return LOST if _refuse_depth(value, home, report) else value


def refuse_var(name: str, data: Any, home: Home, report: Report) -> bool:
    """Whether a var has a name or a value that no var may have; reported."""
    if not re.fullmatch(NAME, name):
        hint = "letters, digits and underscores, at most 64, not starting with a digit"
        report.add("V240", home, f"{quote(name)} is no name for a var", hint, part="key")
    elif not _is_value(data):
        report.add("V240", home, f"a var must be {_KINDS}, found {quote(data)}")
    else:
        return _refuse_depth(data, home, report)
    report.lost.add(home)
    return True


def _refuse_depth(value: Any, home: Home, report: Report) -> bool:
    """Whether lists stand too deep inside each other; reported. The rooms behind this one recurse over them."""
    if _depth(value) <= limits.NESTED_LISTS:
        return False
    report.add("V240", home, f"the lists of a var nest at most {limits.NESTED_LISTS} deep")
    report.lost.add(home)
    return True


def warn_unused(name: str, home: Home, report: Report) -> None:
    """Report a var that nothing refers to."""
    hint = f"delete it, or refer to it as `${{{name}}}`"
    report.add("V245", home, f"the var `{name}` is not used", hint, part="key", severity="warning")


def _is_value(data: Any, inside: bool = False) -> bool:
    """Whether data may be a var; ``null`` may stand inside a list, where it is an unknown size."""
    if isinstance(data, list):
        return all(_is_value(item, inside=True) for item in data)
    return isinstance(data, bool | int | float | str) or (inside and data is None)


def _depth(value: Any) -> int:
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _holds_lost(value: Any) -> bool:
    return any(map(_holds_lost, value)) if isinstance(value, list) else isinstance(value, Lost)

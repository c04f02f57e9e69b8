"""The way through a spec: vars, then the top level, then the layers, then defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from specc.diagnostics import Path, did_you_mean
from specc.diagnostics.spelling import corrected
from specc.expansion import Expansion, UnknownVar, holds_expression
from specc.expansion.blocks import Blocks
from specc.expansion.budget import Budget
from specc.expansion.defaults import Defaults
from specc.expansion.fragments import Fragments
from specc.expansion.numbering import Made
from specc.expansion.places import Home, Places
from specc.expansion.report import Abandon, Report
from specc.expansion.substitution import Substitution
from specc.expansion.values import LOST, Lost
from specc.expansion.variables import Variables
from specc.source import Source
from specc.spec.fields import known_keys
from specc.spec.header import Header

OUTSIDE = "<set>"
"""What the text is called that values from outside stand in."""

KEYS = ("name", "description", "seed")
"""Top-level keys that may be given from outside, as vars may: what no option of its own decides."""


@dataclass
class Expander:
    """Expands one spec. given: values from outside, by the name of the var."""

    source: Source
    folder: FilePath | None
    given: Mapping[str, Any]

    def __post_init__(self) -> None:
        self.report = Report(self.source)
        self.root = Home(self.source)
        self.outside = Home(Source(OUTSIDE, None, "yaml", dict(self.given)))
        self.substitution = Substitution(self.report, Budget(self.report))

    def expand(self) -> Expansion:
        data: Any = self._with_slips_lost()
        known = known_keys(Header)
        unknown = {key: value for key, value in data.items() if key not in known}
        is_lost = _has_unreadable_vars(data)
        variables = Variables(self.substitution, self._declared(data), is_lost, _names_in(unknown.values()))
        keys = {key: value for key, value in self.given.items() if key not in variables.declared}
        plain: dict[str, Any] = dict(keys)
        fragments = Fragments(self.folder, self.report)
        made: list[Made] = []
        places: dict[Path, Home] = {(key,): self.outside.at(key) for key in keys}
        try:
            defaults = self._defaults(data, variables)
            for key, value in data.items():
                if key in keys:
                    continue
                if key in ("vars", "defaults"):
                    if not isinstance(value, Mapping):
                        plain[key] = value  # for the spec room to refuse
                    continue
                if key == "layers" and isinstance(value, list):
                    made = list(Blocks(self.substitution, fragments).unroll(value, self.root.at(key), variables))
                    plain[key] = [layer.data for layer in made]
                elif key in unknown:  # its finding is another room's
                    plain[key] = value
                    self.report.lost |= {self.root.at(key)} if holds_expression(value) else set()
                else:
                    plain[key] = self.substitution.data(value, self.root.at(key), variables)
            for stray in (*unknown.values(), *fragments.strays):
                defaults.suspect(stray)
            for index, layer in enumerate(made):
                places.update(defaults.complete(layer.data, ("layers", index)))
            defaults.finish()
            variables.finish()
        except Abandon:
            return Expansion(None, tuple(self.report.findings), is_whole=False)
        homes = tuple(layer.home for layer in made)
        way_back = Places(self.source, homes, places, frozenset(self.report.lost), self.report.causes)
        return Expansion(plain, tuple(self.report.findings), way_back)

    def _with_slips_lost(self) -> Any:
        """The data of the source; of what its text leaves open nobody knows the value."""
        if not self.source.slips:
            return self.source.data
        data: Any = deepcopy(self.source.data)
        for slip in sorted(self.source.slips, key=lambda slip: len(slip.path)):
            self.report.adopt(slip)
            if slip.path == ("specc",):
                continue  # there is one version
            self.report.lost.add(self.root.at(*slip.path))
            *way, last = slip.path
            holder = data
            for step in way:
                holder = holder[step] if not isinstance(holder, Lost) else LOST
            if not isinstance(holder, Lost):
                holder[last] = LOST
        return data

    def _declared(self, data: Mapping[str, Any]) -> dict[str, tuple[Any, Home]]:
        """The vars as written, with those from outside in their places."""
        own = data.get("vars")
        at = self.root.at("vars")
        declared = {name: (value, at.at(name)) for name, value in own.items()} if isinstance(own, Mapping) else {}
        for name, value in self.given.items():
            if name in declared:
                declared[name] = (value, self.outside.at(name))
            elif name not in KEYS:
                raise UnknownVar(name, _explain(name, declared))
        return declared

    def _defaults(self, data: Mapping[str, Any], variables: Variables) -> Defaults:
        key = "defaults" if "defaults" in data else _find_misspelt("defaults", data)
        defaults = Defaults(self.root.at(key or "defaults"), self.report)
        if key is None:
            return defaults
        written = data[key]
        if isinstance(written, Mapping) and (key == "defaults" or corrected(key, known_keys(Header)) == "defaults"):
            defaults.read(self.substitution.data(written, defaults.home, variables))
        else:
            defaults.doubt()
        return defaults


def _has_unreadable_vars(data: Mapping[str, Any]) -> bool:
    """Whether the vars stand under a misspelt key, or are no mapping; either has its own finding."""
    if "vars" in data:
        return not isinstance(data["vars"], Mapping)
    return _find_misspelt("vars", data) is not None


def _names_in(values: Iterable[Any]) -> frozenset[str]:
    """The names in mappings that may have been meant for vars."""
    return frozenset(name for value in values if isinstance(value, Mapping) for name in value)


def _find_misspelt(name: str, data: Mapping[str, Any]) -> str | None:
    """An unknown key that most likely means a known one."""
    known = known_keys(Header)
    return next((key for key in data if key not in known and f"`{name}`" in (did_you_mean(key, known) or "")), None)


def _explain(name: str, declared: Mapping[str, Any]) -> str:
    """A hint for a var that the spec does not have."""
    if name in Header.model_fields:
        return f"declare it under `vars`, and write `{name}: ${{{name}}}`"
    listed = f"its vars are {', '.join(declared)}" if declared else "it declares no `vars`"
    return did_you_mean(name, (*declared, *KEYS)) or listed

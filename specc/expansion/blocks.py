"""``repeat`` and ``include``: a list of layers with blocks in it becomes a list of layers.

- repeat: 3                       # or a list of values, which `as` names
  as: i                           # `index` is the number of the round too, from 0
  layers:
    - {type: LSTM, units: "${64 * (i + 1)}", return_sequences: true}
- include: encoder.yaml           # a list of layers in a file
  vars: {units: 32}               # for this fragment
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from specc.diagnostics import did_you_mean
from specc.diagnostics.quote import quote
from specc.expansion import limits
from specc.expansion.expressions import NAME
from specc.expansion.fragments import Fragments
from specc.expansion.numbering import Made, number_names
from specc.expansion.places import Home
from specc.expansion.scopes import Inside, Scope
from specc.expansion.substitution import INDEX, Substitution
from specc.expansion.values import LOST, Lost, Value, is_whole
from specc.expansion.variables import refuse_var, warn_unused

KEYS = {"repeat": ("repeat", "as", "layers"), "include": ("include", "vars")}
"""The kinds of blocks, by the key that tells them, and all keys of each."""


def kind_of(item: Any) -> str | None:
    """The kind of a block; None for a layer, and for what is neither."""
    if isinstance(item, Mapping) and "type" not in item:
        return next((kind for kind in KEYS if kind in item), None)
    return None


@dataclass
class Blocks:
    """Unrolls blocks inside each other. _open: the fragments that are being unrolled, by file; _depth: of blocks."""

    substitution: Substitution
    fragments: Fragments
    _open: dict[str, str] = field(default_factory=dict)
    _depth: int = 0

    def __post_init__(self) -> None:
        self.report = self.substitution.report
        self.budget = self.substitution.budget

    def unroll(self, items: Sequence[Any], home: Home, scope: Scope, is_made: bool = False) -> Iterator[Made]:
        """The layers of a list at ``home``. is_made: whether a block makes them."""
        for index, item in enumerate(items):
            place = home.at(index)
            kind = kind_of(item)
            if kind is not None:
                self._check_keys(item, kind, place)
                self._depth += 1
                if self._depth > limits.BLOCKS:
                    self.report.abandon(place, f"blocks and fragments nest deeper than {limits.BLOCKS}")
                yield from (self._repeat if kind == "repeat" else self._include)(item, place, scope)
                self._depth -= 1
                continue
            if is_made:
                self.budget.add_layer(place)
            yield Made.of(item, self.substitution.data(item, place, scope), place)

    def _check_keys(self, item: Mapping[str, Any], kind: str, home: Home) -> None:
        known = KEYS[kind]
        for key in item:
            if key not in known:
                hint = did_you_mean(key, known) or f"beside `{kind}` stand {' and '.join(f'`{k}`' for k in known[1:])}"
                self.report.add("V202", home.at(key), f"unknown key `{key}`", hint, part="key")

    def _repeat(self, item: Mapping[str, Any], home: Home, scope: Scope) -> Iterator[Made]:
        rounds = self._rounds(item["repeat"], home.at("repeat"), scope)
        layers = self._layers(item, home)
        name = self._name(item, home, has_values=isinstance(rounds, list))
        values: Sequence[Value | Lost] = [LOST] if rounds is None else rounds
        self.budget.add_rounds(len(values), home.at("repeat"))
        for number, value in enumerate(values):
            own = {INDEX: number} if name is None else {INDEX: number, name: value}
            inner = Inside(own, scope, is_lost=name is None and ("as" in item or isinstance(rounds, list)))
            made = list(self.unroll(layers or (), home.at("layers"), inner, is_made=True))
            yield from number_names(made, number)
        if rounds is None or layers is None:
            yield self._unknown_layers(home.at("repeat"))

    def _rounds(self, written: Any, home: Home, scope: Scope) -> range | list[Value] | None:
        """What each round is about: its number, or the value from a list. None where nobody knows."""
        count = self.substitution.data(written, home, scope)
        if isinstance(count, list) and not any(isinstance(value, list | dict) for value in count):
            return None if any(isinstance(value, Lost) for value in count) else count
        if is_whole(count) and count >= 0:
            if count > limits.LAYERS:
                self.budget.add_rounds(count, home)
            return range(count)
        if not isinstance(count, Lost):
            message = f"`repeat` must be a whole number from 0 on, or a list of single values, found {quote(count)}"
            self.report.add("V246", home, message)
        return None

    def _layers(self, item: Mapping[str, Any], home: Home) -> list[Any] | None:
        layers = item.get("layers")
        if isinstance(layers, list) and layers:
            return layers
        if "layers" not in item:
            if not any(did_you_mean(key, ["layers"]) for key in item):  # that is reported as what it is
                self.report.add("V203", home, "missing key `layers`", "a list of the layers to repeat")
        else:
            message = f"`layers` of a block must be a list of layers, found {quote(layers)}"
            self.report.add("V246", home.at("layers"), message)
        return None

    def _name(self, item: Mapping[str, Any], home: Home, has_values: bool) -> str | None:
        """What the block calls the value of a round."""
        name = item.get("as")
        if isinstance(name, str) and re.fullmatch(NAME, name):
            return name
        if "as" in item:
            self.report.add("V246", home.at("as"), f"`as` must be a name, found {quote(name)}", "such as `as: units`")
        elif has_values:
            hint = "such as `as: units`, for `${units}` in the layers"
            self.report.add("V246", home, "a block that repeats over a list names the value with `as`", hint)
        return None

    def _include(self, item: Mapping[str, Any], home: Home, scope: Scope) -> Iterator[Made]:
        at = home.at("include")
        self.budget.add_rounds(1, at)
        name = self.substitution.data(item["include"], at, scope)
        fragment = None if isinstance(name, Lost) else self.fragments.find(name, at)
        if fragment is not None and self._is_circle(fragment.file, name, at):
            fragment = None
        is_lost = not isinstance(item.get("vars", {}), Mapping)
        inner = Inside(self._given(item, home, scope), scope, is_lost)
        if fragment is None:
            yield self._unknown_layers(at)
            return
        self._open[fragment.file] = name
        yield from self.unroll(fragment.layers, fragment.home, inner, is_made=True)
        del self._open[fragment.file]
        for key in inner.own:
            if key not in inner.used:
                warn_unused(key, home.at("vars", key), self.report)

    def _is_circle(self, file: str, name: str, home: Home) -> bool:
        """Whether a fragment includes itself, by way of others too; reported."""
        if file in self._open:
            circle = " → ".join((*list(self._open.values())[list(self._open).index(file) :], name))
            self.report.add("V249", home, f"fragments include each other in a circle: {circle}")
            return True
        if len(self._open) >= limits.INCLUDES:
            self.report.add("V249", home, f"fragments include fragments more than {limits.INCLUDES} deep")
            return True
        return False

    def _given(self, item: Mapping[str, Any], home: Home, scope: Scope) -> dict[str, Value | Lost]:
        """The vars that an include sets for its fragment."""
        given = item.get("vars", {})
        if not isinstance(given, Mapping):
            self.report.add("V240", home.at("vars"), f"`vars` must be a mapping of names, found {quote(given)}")
            return {}
        return {
            name: LOST
            if refuse_var(name, value, home.at("vars", name), self.report)
            else self.substitution.data(value, home.at("vars", name), scope)
            for name, value in given.items()
        }

    def _unknown_layers(self, home: Home) -> Made:
        """Stands for layers that nobody knows, since the block at ``home`` has a mistake."""
        self.report.lost.add(home)
        return Made(LOST, home)

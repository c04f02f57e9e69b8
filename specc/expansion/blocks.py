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
from specc.diagnostics.spelling import corrected, suggest_key
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
        return next((kind for kind in KEYS if kind in item), None) or _misspelt_kind(item)
    return None


def _misspelt_kind(item: Mapping[str, Any]) -> str | None:
    return next((kind for key in item if (kind := corrected(key, KEYS)) is not None), None)


@dataclass(frozen=True)
class Block:
    """A block with its keys as they were meant. written: of those that are misspelt, how they stand there.

    strays: what stands under keys that are none.
    """

    data: Mapping[str, Any]
    home: Home
    written: Mapping[str, str]
    strays: Mapping[str, Any]

    def at(self, key: str, *steps: str | int) -> Home:
        """Where something in the block stands."""
        return self.home.at(self.written.get(key, key), *steps)

    @property
    def names(self) -> dict[str, Value | Lost]:
        """Names that a misspelt ``as`` or ``vars`` may have been meant to give."""
        if "include" in self.data:
            return {name: LOST for value in self.strays.values() if isinstance(value, Mapping) for name in value}
        return {value: LOST for value in self.strays.values() if isinstance(value, str)}


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
                self._depth += 1
                if self._depth > limits.BLOCKS:
                    self.report.abandon(place, f"blocks and fragments nest deeper than {limits.BLOCKS}")
                yield from (self._repeat if kind == "repeat" else self._include)(self._read(item, kind, place), scope)
                self._depth -= 1
                continue
            if isinstance(item, Mapping) and "type" not in item and "layers" in item:
                self.report.lost.add(place.at("layers"))  # a block of no kind: nobody knows its names
                yield Made.of(item, item, place)
                continue
            if is_made:
                self.budget.add_layer(place)
            yield Made.of(item, self.substitution.data(item, place, scope), place)

    def _read(self, item: Mapping[str, Any], kind: str, home: Home) -> Block:
        """A block of a kind; its unknown keys are reported."""
        known = KEYS[kind]
        data, written, strays = dict(item), {}, {}
        for key in item:
            if key not in known:
                hint, fix = suggest_key(key, known, data)
                if key == "layer" and isinstance(item[key], Mapping):
                    fix = None  # one layer is no list of them
                hint = hint or f"beside `{kind}` stand {' and '.join(f'`{k}`' for k in known[1:])}"
                self.report.add("V202", home.at(key), f"unknown key `{key}`", hint, part="key", fix=fix)
                if fix is None or fix.key is None:
                    strays[key] = data.pop(key)
                else:
                    data[fix.key], written[fix.key] = data.pop(key), key
        return Block(data, home, written, strays)

    def _repeat(self, block: Block, scope: Scope) -> Iterator[Made]:
        at = block.at("repeat")
        rounds = self._rounds(block.data["repeat"], at, scope)
        layers = self._layers(block)
        name = self._name(block, has_values=isinstance(rounds, list))
        values: Sequence[Value | Lost] = [LOST] if rounds is None else rounds
        self.budget.add_rounds(len(values), at)
        for number, value in enumerate(values):
            own = {**block.names, INDEX: number} if name is None else {INDEX: number, name: value}
            is_lost = name is None and ("as" in block.data or isinstance(rounds, list))
            homes = {name: at} if name is not None and isinstance(rounds, list) else {}
            inner = Inside(own, scope, is_lost, homes)
            made = list(self.unroll(layers or (), block.at("layers"), inner, is_made=True))
            yield from number_names(made, number)
        if rounds is None or layers is None:
            yield self._unknown_layers(at)

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

    def _layers(self, block: Block) -> list[Any] | None:
        layers = block.data.get("layers")
        if isinstance(layers, list) and layers:
            return layers
        if "layers" not in block.data:
            if not any(did_you_mean(key, ["layers"]) for key in block.strays):  # that is reported as what it is
                self.report.add("V203", block.home, "missing key `layers`", "a list of the layers to repeat")
        else:
            message = f"`layers` of a block must be a list of layers, found {quote(layers)}"
            self.report.add("V246", block.at("layers"), message)
        return None

    def _name(self, block: Block, has_values: bool) -> str | None:
        """What the block calls the value of a round."""
        name = block.data.get("as")
        if isinstance(name, str) and re.fullmatch(NAME, name):
            return name
        if "as" in block.data:
            self.report.add("V246", block.at("as"), f"`as` must be a name, found {quote(name)}", "such as `as: units`")
        elif has_values and not block.names:
            hint = "such as `as: units`, for `${units}` in the layers"
            self.report.add("V246", block.home, "a block that repeats over a list names the value with `as`", hint)
        return None

    def _include(self, block: Block, scope: Scope) -> Iterator[Made]:
        at = block.at("include")
        self.budget.add_rounds(1, at)
        name = self.substitution.data(block.data["include"], at, scope)
        fragment = None if isinstance(name, Lost) else self.fragments.find(name, at)
        if fragment is not None and self._is_circle(fragment.file, name, at):
            fragment = None
        given = self._given(block, scope)
        if fragment is None:
            yield self._unknown_layers(at)
            return
        is_lost = not isinstance(block.data.get("vars", {}), Mapping)
        homes = {key: block.at("vars", key) for key in given}
        inner = Inside({**block.names, **fragment.names, **given}, scope, is_lost, homes)
        self._open[fragment.file] = name
        yield from self.unroll(fragment.layers, fragment.home, inner, is_made=True)
        del self._open[fragment.file]
        for key, value in given.items():
            if key not in inner.used and not isinstance(value, Lost):
                warn_unused(key, block.at("vars", key), self.report)

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

    def _given(self, block: Block, scope: Scope) -> dict[str, Value | Lost]:
        """The vars that an include sets for its fragment."""
        given = block.data.get("vars", {})
        if not isinstance(given, Mapping):
            self.report.add("V240", block.at("vars"), f"`vars` must be a mapping of names, found {quote(given)}")
            return {}
        return {
            name: LOST
            if refuse_var(name, value, block.at("vars", name), self.report)
            else self.substitution.data(value, block.at("vars", name), scope)
            for name, value in given.items()
        }

    def _unknown_layers(self, home: Home) -> Made:
        """Stands for layers that nobody knows, since the block at ``home`` has a mistake."""
        self.report.lost.add(home)
        return Made(LOST, home)

"""``defaults``: arguments for every layer of a class, wherever it stands; what a layer says itself wins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from specc import layers
from specc.diagnostics import Diagnostic, Fix, Path
from specc.diagnostics.quote import quote
from specc.expansion.meant import mended_class, misspelt_keys
from specc.expansion.places import Home
from specc.expansion.report import Report
from specc.expansion.values import LOST, Lost
from specc.layers.base import CalledLayer, Layer
from specc.spec.entries import WRAPPED

_CALL = ("initial_state", "mask", *CalledLayer.model_fields)


def own_fields(cls: type[Layer]) -> set[str]:
    """What only a layer itself can say: its name, what it is called on, and the layers inside it."""
    called = _CALL if issubclass(cls, CalledLayer) else ()
    return {"name", *cls.nested_layers, *called} & set(cls.model_fields) - {"trainable"}


@dataclass
class Defaults:
    """The arguments that each class gets, checked once. home: of ``defaults``.

    _by_class: the values, LOST for wrong ones, and where each stands.
    _doubts: arguments that a class may have here besides, because of a mistake. None as the class stands for every
    one, None as the arguments for those that a spec seldom goes without.
    """

    home: Home
    report: Report
    _by_class: dict[str, Mapping[str, tuple[Any, Home]]] = field(default_factory=dict)
    _doubts: list[tuple[str | None, Iterable[str] | None]] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)

    def complete(self, data: Any, path: Path, is_inside: bool = False) -> Iterator[tuple[Path, Home]]:
        """Fill in a layer and the layers inside it, in place; gives the path of each new argument and its home."""
        cls = mended_class(data) if isinstance(data, dict) and (self._by_class or self._doubts) else None
        if cls is None:
            return
        misspelt = misspelt_keys(data, cls)
        for key in (misspelt.get(key, key) for key in cls.nested_layers):
            inner = data.get(key)
            for steps, item in enumerate(inner) if isinstance(inner, list) else [(None, inner)]:
                yield from self.complete(item, (*path, key) if steps is None else (*path, key, steps), is_inside=True)
        self._used.add(cls.__name__)
        for key, value, home in self._arguments(cls):
            if key not in data and key not in misspelt and not (is_inside and key in WRAPPED):
                data[key] = value
                yield (*path, key), home

    def _arguments(self, cls: type[Layer]) -> Iterator[tuple[str, Any, Home]]:
        """The arguments of a class, their values and homes."""
        name = cls.__name__
        for key, (value, home) in self._by_class.get(name, {}).items():
            yield key, value, home
        for _, keys in (doubt for doubt in self._doubts if doubt[0] in (name, None)):
            for key in cls.model_fields.keys() & keys if keys is not None else _usual(cls):
                yield key, LOST, self._lose(self.home.at(name, key))

    def _lose(self, home: Home) -> Home:
        self.report.lost.add(home)
        return home

    def doubt(self, name: str | None = None, arguments: Iterable[str] | None = None) -> None:
        """Note that arguments of a class may be meant to stand here."""
        self._doubts.append((name, arguments))

    def suspect(self, stray: Any) -> None:
        """Note that what stands under a key which is none may be meant for defaults."""
        for name in stray if isinstance(stray, Mapping) else ():
            if name in layers.HOMES:
                self.doubt(name, list(stray[name]) if isinstance(stray[name], Mapping) else None)

    def read(self, data: Mapping[str, Any]) -> None:
        """Take what is right, and what is beyond doubt; mistakes are reported, each once and here."""
        for name, arguments in data.items():
            at = self.home.at(name)
            cls = layers.find(name) or self._find_meant(name, arguments, at)
            if cls is None or (cls.__name__ != name and cls.__name__ in data):
                continue
            if isinstance(arguments, Mapping):
                self._by_class[cls.__name__] = self._check(cls, arguments, at)
                continue
            self.doubt(cls.__name__)
            if not isinstance(arguments, Lost):
                hint = "such as `LSTM: {dropout: 0.2}`"
                message = f"the defaults of {name} must be a mapping, found {quote(arguments)}"
                self.report.add("V251", at, message, hint)

    def _find_meant(self, name: str, arguments: Any, home: Home) -> type[Layer] | None:
        """The class that a name which is none, which is reported, means beyond doubt."""
        from specc.spec import classes

        message, hint, fix = classes.explain_class(name)
        renamed = None if fix is None else Fix(key=fix.value)
        self.report.adopt(Diagnostic("V201", home.path, message, hint, renamed, part="key"))
        if fix is not None:
            self._used.add(fix.value)
            return layers.find(fix.value)
        self.doubt(classes.meant_class(name), list(arguments) if isinstance(arguments, Mapping) else None)
        return None

    def _check(self, cls: type[Layer], arguments: Mapping[str, Any], home: Home) -> dict[str, tuple[Any, Home]]:
        """The arguments that the class takes. What a fix mends is taken as mended; other wrong ones are LOST."""
        own = [key for key in arguments if key == "type" or key in own_fields(cls)]
        for key in own:
            message = f"`{key}` of {cls.__name__} can have no default"
            self.report.add("V251", home.at(key), message, "say it on the layer itself", part="key")
        given = {key: value for key, value in arguments.items() if key not in own}
        lost = {key: key for key in own if key != "type"}
        mistakes = _find_mistakes(cls, given)
        for finding in mistakes:
            self._adopt(finding, home)
        written = {f.fix.key: str(f.path[0]) for f in mistakes if f.fix is not None and f.fix.key and len(f.path) == 1}
        if mistakes:
            from specc.diagnostics.fixes import with_fixes

            given = with_fixes(given, [finding for finding in mistakes if finding.fix is not None])
        for finding in _find_mistakes(cls, given) if mistakes else ():
            key = str(finding.path[0])
            if key in written:  # the misspelt key hid it
                self._adopt(finding._replace(path=(written[key], *finding.path[1:]), fix=None), home)
            given.pop(key, None)
            lost |= {key: written.get(key, key)} if key in cls.model_fields else self._find_meaning(cls, key)
        taken = {key: (value, home.at(written.get(key, key))) for key, value in given.items()}
        return taken | {key: (LOST, self._lose(home.at(place))) for key, place in lost.items()}

    def _find_meaning(self, cls: type[Layer], key: str) -> dict[str, str]:
        """The argument that an unknown key stands for most likely, if there is one."""
        from specc.spec.arguments import IRRELEVANT, intended

        meant = intended(key, cls.model_fields)
        if meant is None and key not in IRRELEVANT:
            self.doubt(cls.__name__, _required(cls))
        return {} if meant is None else {meant: key}

    def _adopt(self, finding: Diagnostic, home: Home) -> None:
        """Report a mistake in the defaults of a class, which does not follow from another."""
        if home.at(*finding.path) not in self.report.lost:
            self.report.adopt(finding._replace(path=(*home.path, *finding.path)))

    def finish(self) -> None:
        """Report the classes that no layer has."""
        for name in () if self.report.lost else self._by_class:  # what is lost may have meant the rest
            if name not in self._used:
                message = f"no layer is of the class {name}"
                self.report.add("V252", self.home.at(name), message, "delete it", part="key", severity="warning")


def _required(cls: type[Layer]) -> set[str]:
    """What a layer must have, and defaults may say."""
    return {name for name, field in cls.model_fields.items() if field.is_required()} - own_fields(cls)


def _usual(cls: type[Layer]) -> set[str]:
    """What layers need or, where they are stacked, seldom go without."""
    return _required(cls) | ({"return_sequences"} & cls.model_fields.keys())


def _find_mistakes(cls: type[Layer], arguments: Mapping[str, Any]) -> list[Diagnostic]:
    """What is wrong with arguments, at paths inside them."""
    try:
        cls.model_validate(arguments)
    except ValidationError as error:
        from specc.spec.messages import describe

        errors = [e for e in error.errors(include_url=False) if e["type"] != "missing"]
        return describe(errors, arguments, (), cls, elsewhere=cls.otherwise)
    return []

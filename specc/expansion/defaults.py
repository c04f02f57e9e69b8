"""``defaults``: arguments for every layer of a class, wherever it stands; what a layer says itself wins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from specc import layers
from specc.diagnostics import Diagnostic, Fix, Path
from specc.diagnostics.quote import quote
from specc.expansion.places import Home
from specc.expansion.report import Report
from specc.expansion.values import Lost
from specc.layers.base import CalledLayer, Layer

_CALL = ("initial_state", "mask", *CalledLayer.model_fields)


def own_fields(cls: type[Layer]) -> set[str]:
    """What only a layer itself can say: its name, what it is called on, and the layers inside it."""
    called = _CALL if issubclass(cls, CalledLayer) else ()
    return {"name", *cls.nested_layers, *called} & set(cls.model_fields) - {"trainable"}


@dataclass
class Defaults:
    """The arguments that each class gets, checked once. home: of ``defaults``."""

    home: Home
    by_class: Mapping[str, Mapping[str, Any]]
    _used: set[str] = field(default_factory=set)

    def complete(self, data: Any, path: Path) -> Iterator[tuple[Path, Home]]:
        """Fill in a layer and the layers inside it, in place; gives the path of each new argument and its home."""
        cls = layers.find(data["type"]) if isinstance(data, dict) and isinstance(data.get("type"), str) else None
        if cls is None:
            return
        for key in cls.nested_layers:
            inner = data.get(key)
            for steps, item in enumerate(inner) if isinstance(inner, list) else [(None, inner)]:
                yield from self.complete(item, (*path, key) if steps is None else (*path, key, steps))
        name = cls.__name__
        if name in self.by_class:
            self._used.add(name)
            for key, value in self.by_class[name].items():
                if key not in data:
                    data[key] = value
                    yield (*path, key), self.home.at(name, key)

    def finish(self, report: Report) -> None:
        """Report the classes that no layer has."""
        for name in self.by_class:
            if name not in self._used:
                message = f"no layer is of the class {name}"
                report.add("V252", self.home.at(name), message, "delete it", part="key", severity="warning")


def read_defaults(data: Mapping[str, Any], home: Home, report: Report) -> Defaults:
    """The defaults that are right; the others are reported, each once and here."""
    by_class: dict[str, Mapping[str, Any]] = {}
    for name, arguments in data.items():
        at = home.at(name)
        cls = layers.find(name)
        if cls is None:
            from specc.spec.classes import explain_class

            message, hint, fix = explain_class(name)
            renamed = None if fix is None else Fix(key=fix.value)
            report.adopt(Diagnostic("V201", at.path, message, hint, renamed, part="key"))
        elif not isinstance(arguments, Mapping):
            if not isinstance(arguments, Lost):
                hint = "such as `LSTM: {dropout: 0.2}`"
                report.add("V251", at, f"the defaults of {name} must be a mapping, found {quote(arguments)}", hint)
        else:
            by_class[name] = _check(cls, arguments, at, report)
    return Defaults(home, by_class)


def _check(cls: type[Layer], arguments: Mapping[str, Any], home: Home, report: Report) -> Mapping[str, Any]:
    """The arguments that the class takes."""
    own = {"type", *own_fields(cls)}
    for key in arguments:
        if key in own:
            message = f"`{key}` of {cls.__name__} can have no default"
            report.add("V251", home.at(key), message, "say it on the layer itself", part="key")
    given = {key: value for key, value in arguments.items() if key not in own}
    try:
        cls.model_validate(given)
    except ValidationError as error:
        from specc.spec.messages import describe

        errors = [e for e in error.errors(include_url=False) if e["type"] != "missing"]
        for finding in describe(errors, given, home.path, cls, elsewhere=cls.otherwise):
            if Home(home.document, finding.path) not in report.lost:
                report.adopt(finding)
            given.pop(str(finding.path[len(home.path)]), None)
    return given

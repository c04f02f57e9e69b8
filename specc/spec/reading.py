"""Reads the data of a spec: its top level, then its layers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from specc import dialects
from specc.diagnostics import Diagnostic, Document, Findings, Path, did_you_mean
from specc.diagnostics.quote import quote
from specc.diagnostics.spelling import suggest_key
from specc.dialects import Dialect, DialectName
from specc.spec.entries import Entry, read_entries
from specc.spec.fields import known_keys
from specc.spec.header import Expect, Header

_NEUTRAL: Mapping[str, Any] = {"max_memory": 2**63 - 1, "outputs": []}
"""What a key counts as that has a mistake, so that no other finding follows from its default."""


class Spec(NamedTuple):
    """A validated spec.

    is_dialect_certain: false where the spec names none that exists, so that findings about dialects are guesses.
    """

    header: Header
    dialect: Dialect
    entries: tuple[Entry, ...]
    is_dialect_certain: bool = True

    @property
    def outputs(self) -> tuple[str, ...] | None:
        """The references that the spec lists as outputs; None for those of the last layer."""
        listed = self.header.outputs
        return (listed,) if isinstance(listed, str) else None if listed is None else tuple(listed)


def read_spec(document: Document, data: object, findings: Findings, dialect: str | None = None) -> Spec | None:
    """The spec that the data holds; None where its top level is beyond repair. dialect: overrides the spec's."""
    if not isinstance(data, Mapping) or "specc" not in data:
        findings.add(_refuse_foreign(data))
        return None
    version = data["specc"]
    if isinstance(version, int) and not isinstance(version, bool) and version != 1:
        message = f"this specc reads version 1 of the spec language, found {version}"
        findings.add(Diagnostic("V218", ("specc",), message, "write `specc: 1`, or install a newer specc"))
        return None
    header, bad = _read_header(data, findings)
    name = _choose_dialect(header, dialect)
    is_certain = dialect is not None or not bad & {"dialect", "keras_version"}
    release, fits = _read_version(header, name, is_certain and dialect is None, findings)
    facts = dialects.find(name, release)
    entries = read_entries(header.layers, facts, findings)
    _forget_echoes(findings, data, entries)
    return Spec(header, facts, entries, is_certain and fits)


def _refuse_foreign(data: object) -> Diagnostic:
    hint = "a spec starts with `specc: 1`, then `layers:`"
    if not isinstance(data, Mapping):
        return Diagnostic("V200", (), f"a spec is a mapping of keys, found {quote(data)}", hint)
    near = next((key for key in data if isinstance(key, str) and did_you_mean(key, ["specc"])), None)
    if near is not None:
        return Diagnostic("V202", (near,), f"unknown key `{near}`", *suggest_key(near, ["specc"]), part="key")
    return Diagnostic("V200", (), "not a specc spec: the top-level key `specc` is missing", hint)


def _read_header(data: Mapping[str, Any], findings: Findings) -> tuple[Header, set[str]]:
    """The top level, and the keys in it that are reported as wrong."""
    known = known_keys(Header)
    try:
        return Header.model_validate(data), set()
    except ValidationError as error:
        errors = error.errors(include_url=False)
    from specc.spec.arguments import intended
    from specc.spec.messages import describe

    inside = [e for e in errors if e["loc"][0] == "expect" and len(e["loc"]) > 1]
    for diagnostic in describe([e for e in errors if e not in inside], data, (), Header):
        findings.add(diagnostic)
    for diagnostic in describe([_step_in(e) for e in inside], data.get("expect", {}), ("expect",), Expect):
        findings.add(diagnostic)
    named = {str(e["loc"][0]) for e in errors}
    bad = named | {meant for key in named if key not in known and (meant := intended(key, known))}
    bad |= {"outputs"} if "layers" in bad else set()
    kept = {key: value for key, value in data.items() if key in known and key not in bad}
    items = data.get("layers")
    kept |= {key: value for key, value in _NEUTRAL.items() if key in bad}
    kept |= {"specc": 1, "layers": items if isinstance(items, list) else []}
    if isinstance(kept.get("expect"), Mapping):
        kept["expect"] = Expect.model_validate(kept["expect"])
    return Header.model_construct(**kept), bad


def _step_in(error: ErrorDetails) -> ErrorDetails:
    """A complaint about something inside a top-level key, seen from that key."""
    return {**error, "loc": error["loc"][1:]}


def _choose_dialect(header: Header, override: str | None) -> DialectName:
    chosen = header.dialect if override is None else override
    for name in dialects.NAMES:
        if name == chosen:
            return name
    raise ValueError(f"unknown dialect {chosen!r}: there are {', '.join(dialects.NAMES)}")


def _read_version(
    header: Header, name: DialectName, is_own: bool, findings: Findings
) -> tuple[dialects.Version | None, bool]:
    """The version that settles the finer points, and whether the one given fits the dialect.

    is_own: the dialect is the spec's own; of another the spec's version says nothing.
    """
    text = header.keras_version
    if text is None:
        return None, True
    path: Path = ("keras_version",)
    version = dialects.parse_version(text)
    if version is None:
        findings.add(Diagnostic("V217", path, f"{quote(text)} is no version", 'for example "2.2.4", in quotes'))
        return None, False
    if dialects.fits(name, version):
        return version, True
    if is_own:
        homes = [f"`dialect: {other}`" for other in dialects.NAMES if dialects.fits(other, version)]
        hint = f"set {' or '.join(homes)}, or leave `keras_version` out" if homes else None
        findings.add(Diagnostic("V217", path, f"{text} is no version of {name}", hint))
    return None, not is_own


def _forget_echoes(findings: Findings, data: Mapping[str, Any], entries: tuple[Entry, ...]) -> None:
    """An invalid name is reported where a layer is given it, not again where another refers to it."""
    misnamed = {entry.name for entry in entries if entry.misnamed}
    if misnamed:
        findings.diagnostics[:] = [
            finding
            for finding in findings
            if finding.code != "V207" or finding.path[-1] == "name" or _look_up(data, finding.path) not in misnamed
        ]


def _look_up(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data

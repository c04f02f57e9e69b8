"""What goes wrong in a translation: findings whose paths lead into the Keras text."""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.diagnostics import Diagnostic, Findings, Part, Path


class Abandon(Exception):
    """Nothing more of this file is worth translating: the findings say why."""


@dataclass
class Report:
    """Collects findings; of those that would come again for every layer, the first."""

    findings: Findings = field(default_factory=Findings)
    dropped: list[str] = field(default_factory=list)
    """What inference does not need and the spec does not say, in words."""
    _told: set[str] = field(default_factory=set)

    def error(self, code: str, path: Path, message: str, hint: str | None = None, part: Part = "value") -> None:
        self.findings.add(Diagnostic(code, path, message, hint, part=part))

    def warn(self, code: str, path: Path, message: str, hint: str | None = None) -> None:
        self.findings.add(Diagnostic(code, path, message, hint, severity="warning"))

    def warn_once(self, code: str, path: Path, message: str, hint: str | None = None) -> None:
        """A warning that holds for the whole file, at the first place that gives cause."""
        if code not in self._told:
            self._told.add(code)
            self.warn(code, path, message, hint)

    def drop(self, what: str) -> None:
        if what not in self.dropped:
            self.dropped.append(what)

"""What goes wrong while a spec is expanded: findings at the places that the user wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from specc.diagnostics import Diagnostic, Document, Findings, Fix, Part, Severity, Span
from specc.expansion.places import Home
from specc.expansion.values import Mistake
from specc.source import Source


class Abandon(Exception):
    """Nothing more of this spec is worth expanding: the findings say why."""


@dataclass
class Report:
    """Collects findings, each once, however often a block comes by its place.

    lost: the homes of values with a mistake; what follows from them is no finding of its own.
    causes: where values are written, by the homes of the ``${name}`` that stand for them.
    """

    root: Document
    findings: Findings = field(default_factory=Findings)
    lost: set[Home] = field(default_factory=set)
    causes: dict[Home, Home] = field(default_factory=dict)
    _blamed: dict[tuple[str, str, Home], Home] = field(default_factory=dict)
    _told: set[tuple[str, Home, Span | None]] = field(default_factory=set)

    def add(
        self,
        code: str,
        home: Home,
        message: str,
        hint: str | None = None,
        *,
        part: Part = "value",
        severity: Severity = "error",
        span: Span | None = None,
        fix: Fix | None = None,
    ) -> None:
        """Note a finding at a place."""
        if (code, home, span) in self._told:
            return
        self._told.add((code, home, span))
        document = None if home.document is self.root else home.document
        self.findings.add(
            Diagnostic(code, home.path, message, hint, fix, severity=severity, part=part, span=span, document=document)
        )

    def mistake(self, home: Home, mistake: Mistake, cause: Home | None = None) -> None:
        """Note what is wrong with an expression in the text at a place, which is lost thereby.

        cause: where the var is written that is wrong; it is told once.
        """
        self.lost.add(home)
        if cause is not None:
            told = (mistake.code, mistake.message, self.causes.get(cause, cause))
            if self._blamed.setdefault(told, home) != home:
                return
        span = None
        if isinstance(home.document, Source):
            span = home.document.locate_within(home.path, mistake.start, mistake.end)
        self.add(mistake.code, home, mistake.message, mistake.hint, span=span)

    def adopt(self, diagnostic: Diagnostic) -> None:
        """Take over a finding that another room made, with its document."""
        self.findings.add(diagnostic)

    def abandon(self, home: Home, message: str, hint: str | None = None) -> NoReturn:
        """Give up: a bound on the size of the expanded spec is passed."""
        self.add("V250", home, message, hint)
        raise Abandon

"""Counts what a run finds, while it goes by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from specc.cli.exits import FAILURE, FINDINGS, FINE
from specc.diagnostics import Checked, Diagnostic
from specc.diagnostics.render.escape import visible
from specc.diagnostics.render.place import locate
from specc.diagnostics.render.summary import count, count_severities


class Tally:
    """What was found so far. max_errors: after so many the run stops; None for no end.

    names: of the sources that could be read. fixable: findings that have a fix; fixed: those that are mended.
    """

    def __init__(self, max_errors: int | None) -> None:
        self.max_errors = max_errors
        self.names: list[str] = []
        self.failures: list[str] = []
        self.errors = self.warnings = self.fixable = self.fixed = 0
        self.is_cut = False

    def watch(self, run: Iterable[Checked]) -> Iterator[Checked]:
        """The same sources, counted; what is beyond ``max_errors`` is cut off."""
        for checked in run:
            if self.max_errors is not None and self.errors == self.max_errors:
                self.is_cut = True
                return
            shown = self._cut(checked)
            self._count(shown)
            yield shown

    def _cut(self, checked: Checked) -> Checked:
        if self.max_errors is None:
            return checked
        kept: list[Diagnostic] = []
        left = self.max_errors - self.errors
        for finding, _ in locate(checked):
            if finding.severity == "error":
                if not left:
                    self.is_cut = True
                    return checked._replace(findings=tuple(kept))
                left -= 1
            kept.append(finding)
        return checked

    def _count(self, checked: Checked) -> None:
        if checked.failure is not None:
            self.failures.append(checked.failure)
            return
        self.names.append(checked.name)
        errors = sum(finding.severity == "error" for finding in checked.findings)
        self.errors += errors
        self.warnings += len(checked.findings) - errors
        if any(finding.fix for finding in checked.findings):
            from specc.fixing import fixable

            self.fixable += len(fixable(checked))

    def drain(self, run: Iterable[Checked]) -> None:
        """Let a run go by that nobody looks at."""
        for _ in run:
            pass

    def exit_code(self, strict: bool, is_diff: bool) -> int:
        """strict: whether warnings count as errors. is_diff: whether what could be fixed is not."""
        if self.failures:
            return FAILURE
        is_wrong = self.errors or (strict and self.warnings) or (is_diff and self.fixed)
        return FINDINGS if is_wrong else FINE

    def summary(self, fix: str = "") -> str:
        """One line: ``2 errors in model.yaml (1 fixable with --fix)``. fix: what becomes of fixes: ``fixed``."""
        where = visible(self.names[0]) if len(self.names) == 1 else f"{len(self.names)} files"
        found = count_severities(self.errors, self.warnings)
        if self.fixed:
            found = f"{count(self.fixed, 'mistake')} {fix}, {found} left"
        notes = [f"{self.fixable} fixable with --fix"] if self.fixable and not fix else []
        if self.is_cut:
            notes.append(f"stopped after {count(self.errors, 'error')}")
        shown = f" ({', '.join(notes)})" if notes else ""
        return f"{found} in {where}{shown}"

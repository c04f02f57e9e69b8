"""What a verification found: the largest difference of every target in every case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.targets import Target


@dataclass
class Report:
    """differences: case -> target -> the largest difference, relative to 1 + |reference|.

    absent: why targets do not appear: they are not installed here, or refuse the model. failures: what a target
    raised as it ran.
    """

    tolerance: float
    differences: dict[str, dict[Target, float]] = field(default_factory=dict)
    absent: dict[Target, str] = field(default_factory=dict)
    failures: dict[Target, str] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether every target that ran stayed within the tolerance."""
        return not self.failures and all(d <= self.tolerance for row in self.differences.values() for d in row.values())

    def largest(self) -> Mapping[Target, float]:
        """The largest difference of each target."""
        found: dict[Target, float] = {}
        for row in self.differences.values():
            for target, difference in row.items():
                found[target] = max(found.get(target, 0.0), difference)
        return found

    def __str__(self) -> str:
        targets = list(self.largest())
        rows = [["case", *targets]]
        rows += [
            [case, *(f"{row[t]:.1e}" if t in row else "-" for t in targets)] for case, row in self.differences.items()
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(targets) + 1)]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        lines += [f"{target}: left out, {reason}" for target, reason in self.absent.items()]
        lines += [f"{target}: failed, {reason}" for target, reason in self.failures.items()]
        verdict = "agree" if self.agrees else "DIFFER"
        return "\n".join([*lines, f"the targets {verdict} (tolerance {self.tolerance:g})"])

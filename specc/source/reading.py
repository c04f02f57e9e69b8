"""What a reader makes of a text."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from specc.diagnostics import Diagnostic
from specc.source import limits
from specc.source.positions import Positions

SLIPS = ("S107", "S112")
"""A key that stands twice, of which the data has the first, and a number that cannot be, for which it has 0."""


def are_slips(findings: Sequence[Diagnostic]) -> bool:
    """Whether mistakes leave one value open each, at their paths, and all else clear."""
    return len(findings) < limits.FINDINGS and all(finding.code in SLIPS for finding in findings)


class Reading(NamedTuple):
    """Data, what is wrong with the text, and a way to the positions.

    With findings that are no slips the data is a fragment.
    """

    data: object
    findings: tuple[Diagnostic, ...]
    scan: Callable[[], Positions]

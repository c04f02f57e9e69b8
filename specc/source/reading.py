"""What a reader makes of a text."""

from collections.abc import Callable
from typing import NamedTuple

from specc.diagnostics import Diagnostic
from specc.source.positions import Positions


class Reading(NamedTuple):
    """Data, what is wrong with the text, and a way to the positions; with findings the data is a fragment."""

    data: object
    findings: tuple[Diagnostic, ...]
    scan: Callable[[], Positions]

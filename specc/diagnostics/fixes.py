"""What data would be with the fixes of findings applied. In a text ``Document.edits`` applies them."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from specc.diagnostics import KEEP, Diagnostic


def with_fixes(data: Any, fixed: Iterable[Diagnostic]) -> Any:
    """The data as the fixes would have it: plain data, of which a copy is changed. Every finding has a fix."""
    data = deepcopy(data)
    # Values inside an entry before its key, so that the paths still lead there.
    for finding in sorted(fixed, key=lambda finding: len(finding.path), reverse=True):
        assert finding.fix is not None
        *way, last = finding.path
        holder = data
        for step in way:
            holder = holder[step]
        value = holder[last]
        if finding.fix.value is not KEEP:
            holder[last] = finding.fix.value
        elif finding.fix.drop:
            del holder[last]
        if finding.fix.key is not None:
            del holder[last]
            holder[finding.fix.key] = value if finding.fix.value is KEEP else finding.fix.value
    return data

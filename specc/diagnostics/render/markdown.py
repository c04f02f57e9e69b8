"""A table of the findings, for the summary that GitHub shows of a job.

Annotations are cut off at ten a step; the summary has them all, up to the size that GitHub takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from specc.diagnostics import Checked
from specc.diagnostics.render.escape import message, visible
from specc.diagnostics.render.place import locate
from specc.diagnostics.render.summary import count, count_severities

_MARKUP = re.compile(r"([\\|<>*_\[\]~#&])")
_ROWS = 1000  # about 200 KB of the 1 MiB that GitHub takes


def render(run: Iterable[Checked], color: bool) -> Iterator[str]:
    rows: list[str] = []
    files = errors = warnings = 0
    for checked in run:
        files += 1
        if checked.failure is not None:
            rows.append(_row(visible(checked.name), "", checked.failure))
        for finding, spot in locate(checked):
            errors += finding.severity == "error"
            warnings += finding.severity == "warning"
            hint = f" ({finding.hint})" if finding.hint else ""
            rows.append(_row(str(spot), finding.code, f"{finding.message}{hint}"))
    yield f"### specc: {count_severities(errors, warnings)} in {count(files, 'file')}\n\n"
    if rows:
        yield "| place | code | finding |\n|---|---|---|\n"
        yield from rows[:_ROWS]
        if len(rows) > _ROWS:
            yield f"\nand {len(rows) - _ROWS} more\n"
        yield "\n"


def _row(place: str, code: str, text: str) -> str:
    return f"| {_plain(place)} | {code} | {_plain(message(text))} |\n"


def _plain(text: str) -> str:
    """Text whose markup shows as it is; code in backquotes stays code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return _MARKUP.sub(r"\\\1", text).replace("`", "\\`")
    shown = [
        part.replace("|", "\\|") if number % 2 else _MARKUP.sub(r"\\\1", part) for number, part in enumerate(parts)
    ]
    return "`".join(shown)

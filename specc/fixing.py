"""Mends the mistakes in a text that have one safe fix, and leaves every other character as it is.

Each round applies the fixes of all findings at once and checks the result: what a fix has changed must read as the
fix says and nothing else may have changed with it, such as the copies of a YAML anchor; the finding must be gone, and
no other without a fix may stand in its place. Where a round fails, its fixes are tried one by one. A fix may bring to
light what the mistake hid, so that rounds go on until there is nothing to do.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from specc.diagnostics import Checked, Diagnostic, Edit, Path, SpecError
from specc.diagnostics.fixes import with_fixes
from specc.source import parse
from specc.source.sniffing import top_level_keys

_CHECKS = 100
"""How often a text is checked at most: what is left then waits for the next run."""

_TWICE = "S107"

_KERAS = frozenset(("class_name", "modelTopology", "model_config"))

_Place = tuple[str, Path]


@dataclass(frozen=True)
class Mended:
    """What became of a text. fixed: what is mended; left: what is still found."""

    text: str
    fixed: tuple[Diagnostic, ...]
    left: Checked


def mend(text: str, check: Callable[[str], Checked], wanted: Callable[[Diagnostic], bool]) -> Mended:
    """Apply the fixes of what ``check`` finds. wanted: which findings to mend."""
    return _Mending(text, check, wanted).run()


def fixable(checked: Checked) -> list[tuple[Diagnostic, tuple[Edit, ...]]]:
    """The findings that have a fix, each with its edits of the source itself. None in what Keras wrote."""
    document = checked.document
    if document is None or document.text is None or not _KERAS.isdisjoint(top_level_keys(document.text)):
        return []
    found = ((finding, document.edits(finding)) for finding in checked.findings if finding.document in (None, document))
    return [(finding, edits) for finding, edits in found if edits]


class _Mending:
    def __init__(self, text: str, check: Callable[[str], Checked], wanted: Callable[[Diagnostic], bool]) -> None:
        self._text = text
        self._check = check
        self._wanted = wanted
        self._now = check(text)
        self._checks = 1
        self._fixed: list[Diagnostic] = []
        self._hopeless: set[_Place] = set()

    def run(self) -> Mended:
        while self._checks < _CHECKS and (found := self._candidates()):
            if self._try(found):
                continue
            for one in found:
                if self._checks >= _CHECKS or self._try([one]):
                    break  # offsets have moved
                self._hopeless.add(_place(one[0]))
        return Mended(self._text, tuple(self._fixed), self._now)

    def _candidates(self) -> list[tuple[Diagnostic, tuple[Edit, ...]]]:
        """Findings whose edits do not overlap; the rest waits for the next round."""
        chosen, taken = [], _Taken()
        found = fixable(self._now)
        # Keys that stand twice go first: what is mended with them cannot be compared with what was there.
        for finding, edits in [pair for pair in found if pair[0].code == _TWICE] or found:
            if self._wanted(finding) and _place(finding) not in self._hopeless and taken.add(edits):
                chosen.append((finding, edits))
        return chosen

    def _try(self, found: Sequence[tuple[Diagnostic, tuple[Edit, ...]]]) -> bool:
        """Apply the edits where the text is better for it."""
        findings = [finding for finding, _ in found]
        text = apply(self._text, [edit for _, edits in found for edit in edits])
        self._checks += 1
        after = self._check(text)
        if not (_is_gone(findings, self._now, after) and _is_said(findings, self._text, text)):
            return False
        self._text, self._now = text, after
        self._fixed += findings
        return True


class _Taken:
    """Stretches of a text that are to be edited."""

    def __init__(self) -> None:
        self._stretches: list[tuple[int, int]] = []

    def add(self, edits: Iterable[Edit]) -> bool:
        """Take the stretches; False where another edit has one already."""
        stretches = [(edit.start, edit.end) for edit in edits]
        if any(map(self._meets, stretches)):
            return False
        for stretch in stretches:
            insort(self._stretches, stretch)
        return True

    def _meets(self, stretch: tuple[int, int]) -> bool:
        at = bisect_left(self._stretches, stretch)
        around = self._stretches[max(0, at - 1) : at + 1]
        return any(start < stretch[1] and stretch[0] < end for start, end in around)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with stretches replaced that do not overlap."""
    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join((*pieces, text[at:]))


def _place(finding: Diagnostic) -> _Place:
    return finding.code, finding.path


def _is_gone(fixed: Sequence[Diagnostic], before: Checked, after: Checked) -> bool:
    """Whether the findings are gone, no new one stands in their places, and the text reads as well as before."""
    had, has, solved = (Counter(map(_place, some)) for some in (before.findings, after.findings, fixed))
    if any(has[place] > had[place] - number for place, number in solved.items()):
        return False
    unreadable = [sum(finding.code[0] == "S" for finding in some) for some in (before.findings, after.findings, fixed)]
    if unreadable[1] > unreadable[0] - unreadable[2]:
        return False
    renamed = {finding.path: _target(finding) for finding in fixed}
    old = {_after(finding.path, renamed) for finding in before.findings if finding not in fixed}
    new = {finding.path for finding in _beyond_mending(after)}
    return not {_target(finding) for finding in fixed} & (new - old)


def _after(path: Path, renamed: Mapping[Path, Path | None]) -> Path | None:
    """Where something stands once keys are renamed: with the key that it stands under."""
    for length in range(len(path), 0, -1):
        if path[:length] in renamed:
            target = renamed[path[:length]]
            return None if target is None else (*target, *path[length:])
    return path


def _beyond_mending(checked: Checked) -> list[Diagnostic]:
    """The errors that have no fix."""
    hopeful = {id(finding) for finding, _ in fixable(checked)}
    return [finding for finding in checked.findings if finding.severity == "error" and id(finding) not in hopeful]


def _target(finding: Diagnostic) -> Path | None:
    """Where the entry stands once it is mended; None where it is gone."""
    assert finding.fix is not None
    if finding.fix.drop:
        return None
    return finding.path if finding.fix.key is None else (*finding.path[:-1], finding.fix.key)


def _is_said(fixed: Sequence[Diagnostic], before: str, after: str) -> bool:
    """Whether the text says what it said before, but for what the fixes say."""
    if any(finding.code == _TWICE for finding in fixed):
        return True  # the check has read the text
    try:
        data = parse(before, "", lenient=True).data
        return bool(with_fixes(data, fixed) == parse(after, "", lenient=True).data)
    except SpecError:
        return False

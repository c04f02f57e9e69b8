"""What specc says about a user's input: a finding carries a code, a path into the source and a message.

A path is a tuple of keys and list positions, such as ``("layers", 2, "units")``. Lines and columns are looked
up only when a finding is rendered (``specc.diagnostics.render``), from the positions that the source kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, Protocol

REMEMBERED: Final = 1000
"""Words for which it is remembered what they are near to: in a block one mistake comes by again and again."""

Path = tuple[str | int, ...]
Severity = Literal["error", "warning"]
Part = Literal["key", "value"]


class Span(NamedTuple):
    """A stretch of a text; lines and columns count from 1, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Edit(NamedTuple):
    """A stretch of a text, by its offsets and by lines and columns, and what to write in its place."""

    start: int
    end: int
    span: Span
    text: str


class Document(Protocol):
    """Where findings point: a named text that knows where each path stands."""

    @property
    def name(self) -> str: ...

    @property
    def text(self) -> str | None:
        """None for a source that has no lines, such as HDF5."""

    def locate(self, path: Path, part: Part = "value") -> Span | None:
        """Where the path stands; the nearest enclosing place where it does not exist."""

    def edits(self, finding: Diagnostic) -> tuple[Edit, ...]:
        """What the finding's fix changes in the text; nothing where it has none, or the place is none to write in."""


class Place(NamedTuple):
    """A second place that a finding speaks of, such as the layer whose output does not fit."""

    path: Path
    message: str
    document: Document | None = None


KEEP: Final = object()
"""The value of a fix that leaves the value as it is."""


class Fix(NamedTuple):
    """The one safe way to mend the entry that a finding points at.

    key: what to call it. value: what to set it to, as plain data. drop: whether to take the whole entry out.
    Only for mistakes that can have meant one thing alone; the text is written by the document (``Document.edits``).
    """

    key: str | None = None
    value: Any = KEEP
    drop: bool = False


class Advice(NamedTuple):
    """A hint, and the fix that does what it says, where nothing else can have been meant."""

    hint: str | None = None
    fix: Fix | None = None


class Diagnostic(NamedTuple):
    """One finding: what was found and what was expected, where, and one hint.

    ``part`` says which side of a mapping entry to underline: the key (unknown keys) or the value.
    ``code`` is listed in ``specc.diagnostics.catalogue``. ``span`` is for mistakes that have a position but no
    path: a text that does not parse. ``document`` is where the path leads, if that is another document than the
    one that was read, such as a fragment which it includes; the same holds for a ``Place``.
    """

    code: str
    path: Path
    message: str
    hint: str | None = None
    fix: Fix | None = None
    severity: Severity = "error"
    part: Part = "value"
    related: tuple[Place, ...] = ()
    span: Span | None = None
    document: Document | None = None


class SpecError(Exception):
    """The user's input has mistakes; ``diagnostics`` lists them (warnings among them).

    ``document`` is the source that they point into, where it is known.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], document: Document | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.document = document
        super().__init__("; ".join(f"{d.code} {d.message}" for d in self.diagnostics if d.severity == "error"))


class Unreadable(Exception):
    """A file cannot be read or written: exit code 3, never a finding."""


class Checked(NamedTuple):
    """One source that was checked: what was found in it, or why it could not be read.

    name: as the user gave it. document: where the findings point, if they do not say another.
    """

    name: str
    document: Document | None = None
    findings: tuple[Diagnostic, ...] = ()
    failure: str | None = None


@dataclass(eq=False, repr=False)
class Findings:
    """Collects the findings of one stage, so that a user sees all independent mistakes at once."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        self.diagnostics.append(diagnostic)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self.diagnostics)

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self.diagnostics)

    def raise_errors(self, document: Document | None = None) -> None:
        """Raise SpecError where a finding is an error."""
        if self.failed:
            raise SpecError(self.diagnostics, document)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the known word nearest to ``word``, or None."""
    return _did_you_mean(word, tuple(known))


@lru_cache(REMEMBERED)
def _did_you_mean(word: str, names: tuple[str, ...]) -> str | None:
    import difflib  # for mistakes alone

    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return f"did you mean `{folded[near[0]]}`?" if near else None

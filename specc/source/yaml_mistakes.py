"""What a YAML parser's complaint means to the person who wrote the text.

libyaml and PyYAML word their complaints differently; the patterns fit both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from specc.diagnostics import Diagnostic
from specc.source.lines import Lines
from specc.source.outline import TOO_DEEP, shorten

# part of the parser's complaint -> message, hint
_COMPLAINTS: dict[str, tuple[str, str | None]] = {
    "sequence entries are not allowed": (
        "a list cannot start on this line",
        "start it on the next line, or write it as `[a, b]`",
    ),
    "unknown escape": (
        "double quotes know no such escape",
        r"write `\\` for a backslash, or use single quotes",
    ),
    "escape code": ("this escape names no character", r"write `\\` for a backslash"),
    "undefined tag handle": ("specc takes no YAML tags", "quote a text that starts with `!`"),
    "incompatible YAML document": ("specc reads YAML 1.2", "delete this line"),
    "directive": ("specc takes no such directive", "quote a text that starts with `%`"),
    "<document start>": ("the document has ended before this", "indent all top-level keys alike"),
    "alphabetic or numeric": (
        "a name is missing after this sign",
        "quote a text that starts with `*` or `&`",
    ),
    "node content": ("a value is missing before this", None),
}
_WORD = re.compile(r"[^\s,:{}\[\]]+")
_LAST_WORDS = re.compile(r"(?:^|[\r\n])[ -]*([^\s-][^\r\n]*)\Z")
_NO_SPACE = re.compile(r"([A-Za-z_]\w*):\S")


def explain(error: yaml.MarkedYAMLError, text: str, lines: Lines) -> Diagnostic:
    """The finding for a text that does not parse."""
    complaint = " ".join(filter(None, (error.problem, error.context)))
    at = error.problem_mark.index if error.problem_mark else 0
    opened = error.context_mark.index if error.context_mark else at
    return _Mistake(text, lines, complaint, at, opened).finding()


@dataclass(frozen=True)
class _Mistake:
    """A complaint about ``at``, on something that began at ``opened``."""

    text: str
    lines: Lines
    complaint: str
    at: int
    opened: int

    def finding(self) -> Diagnostic:
        if self.text.startswith("\t", self.at):
            return self._say("a tab stands where YAML takes only spaces", "indent with spaces", code="S115")
        if "expected ',' or" in self.complaint:
            return self._bracket()
        if "unexpected end of stream" in self.complaint:
            return self._say(
                "this quote is never closed",
                "a single quote inside single quotes is written `''`",
                self.opened,
            )
        if "expected ':'" in self.complaint:
            return self._no_key(self.opened)
        if "mapping values" in self.complaint:
            return self._key()
        if "cannot start any token" in self.complaint:
            sign = self.text[self.at : self.at + 1]
            shown = "a backquote" if sign == "`" else f"`{sign}`"
            return self._say(f"a plain text cannot start with {shown}", "put it in quotes")
        if "maximum nesting depth" in self.complaint:  # a limit of libyaml's own, met while it looks ahead for a key
            return self._say(TOO_DEEP, start=self.at, code="S104")
        if "parsing a block collection" in self.complaint:
            hint = "start its items with `- `, indented alike"
            return self._say("this line does not go on with the list above", hint)
        if "parsing a block mapping" in self.complaint:
            return self._stray()
        for part, (message, advice) in _COMPLAINTS.items():
            if part in self.complaint:
                return self._say(message, advice)
        return self._say(f"this is not YAML: {self.complaint}")

    def _bracket(self) -> Diagnostic:
        """A list or mapping in brackets that does not go on as it should."""
        bracket = self.text[self.opened : self.opened + 1]
        closing = {"[": "]", "{": "}"}.get(bracket, "]")
        if not self.text[self.at :].strip():
            return self._say(f"this `{bracket}` is never closed", f"a `{closing}` is missing", self.opened)
        place = self.lines.span(self.opened, self.opened + 1)
        hint = f"the `{bracket}` is at line {place.line}, column {place.column}"
        return self._say(f"a `,` or the closing `{closing}` is missing before this", hint)

    def _key(self) -> Diagnostic:
        """A key where none can be; the line above may be the cause, by continuing over the line break."""
        above = self.text[: self._line_start()].rstrip()
        found = _LAST_WORDS.search(above)
        if found and _NO_SPACE.match(found[1]):
            return self._no_key(found.start(1))
        hint = "indent it like its neighbours, or quote a text that holds `: `"
        return self._say("a key cannot stand here", hint)

    def _no_key(self, start: int) -> Diagnostic:
        """A line between keys that is no key."""
        line = self.text[start : self.lines.line_end(start)].rstrip()
        end = start + len(line)
        if found := _NO_SPACE.match(line):
            return self._say(f"a space is missing after `{shorten(found[1])}:`", None, start, end)
        return self._say("this line is neither a key with its value nor a list item", None, start, end)

    def _stray(self) -> Diagnostic:
        """Something stands in a mapping that is no key of it."""
        if self.text[self.at : self.at + 1] in ("}", "]"):
            return self._say("this bracket closes nothing")
        if self.text[self._line_start() : self.at].strip():
            return self._say("nothing can follow the value on this line", "quote the whole text, not a part of it")
        return self._say("the indentation of this line fits no mapping above", "align it with the keys it belongs to")

    def _line_start(self) -> int:
        return max(self.text.rfind("\n", 0, self.at), self.text.rfind("\r", 0, self.at)) + 1

    def _say(
        self,
        message: str,
        hint: str | None = None,
        start: int | None = None,
        end: int | None = None,
        code: str = "S105",
    ) -> Diagnostic:
        if start is None:
            start, end = self._word()
        return Diagnostic(code, (), message, hint, span=self.lines.span(start, start + 1 if end is None else end))

    def _word(self) -> tuple[int, int]:
        """The word at the complaint; the one before it where the parser stopped at a colon."""
        if found := _WORD.match(self.text, self.at):
            return found.span()
        start = self.at
        while self.text.startswith(":", self.at) and start and _WORD.match(self.text[start - 1]):
            start -= 1
        return start, max(self.at, start + 1)

"""The shape of a catalogue entry."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What a code means, why it is an error, and how to mend it.

    bad, good: small specs (or shell lines) that show the mistake and its correction.
    is_optional: whether it is reported only to those who select its whole code.
    """

    code: str
    title: str
    explanation: str
    bad: str
    good: str
    is_optional: bool = False

    @property
    def text(self) -> str:
        """The entry as a terminal shows it."""
        examples = [
            f"{title}:\n\n{textwrap.indent(textwrap.dedent(example).strip(), '    ')}"
            for title, example in (("Wrong", self.bad), ("Right", self.good))
            if example.strip()
        ]
        explanation = textwrap.fill(" ".join(self.explanation.split()), 88)
        return "\n\n".join([f"{self.code}: {self.title}", explanation, *examples])

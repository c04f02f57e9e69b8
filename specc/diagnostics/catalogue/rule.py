"""The shape of a catalogue entry."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What a code means, why it is an error, and how to mend it.

    bad, good: small specs (or shell lines) that show the mistake and its correction.
    """

    code: str
    title: str
    explanation: str
    bad: str
    good: str

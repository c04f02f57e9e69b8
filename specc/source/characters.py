"""The characters that a text may not hold."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from specc.diagnostics import Diagnostic
from specc.source.lines import Lines

# The rest is printable by YAML 1.2, chapter 5.1. NEL, LS and PS are letters to it but line ends to the
# parser, which knows YAML 1.1: a text that holds them means two things.
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_NOT_JSON = re.compile("[\0\ud800-\udfff]")


def check_characters(text: str, format: Literal["yaml", "json"], lines: Lines) -> Diagnostic | None:
    """The finding for the first character that no text of this format may hold."""
    found = (_NOT_YAML if format == "yaml" else _NOT_JSON).search(text)
    if found is None:
        return None
    name = unicodedata.name(found[0], "a control character")
    message = f"the text holds U+{ord(found[0]):04X} ({name.lower()})"
    hint = "delete it, or write it as an escape in double quotes"
    return Diagnostic("S114", (), message, hint, span=lines.span(*found.span()))

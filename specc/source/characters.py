"""The characters that a text may not hold."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from specc.diagnostics import Diagnostic
from specc.source.lines import Lines

# Not printable by YAML 1.2, chapter 5.1; and NEL, LS and PS, which are letters to it but line ends to the parser,
# which knows YAML 1.1: a text that holds them means two things. (Listing what is printable would take ten times as
# long to compile; even this takes a millisecond, which most texts do without.)
_CONTROLS = "\0-\x08\x0b\x0c\x0e-\x1f\x7f"
_NOT_YAML = f"[{_CONTROLS}\x80-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
_NOT_JSON = "[\0\ud800-\udfff]"


def check_characters(text: str, format: Literal["yaml", "json"], lines: Lines) -> Diagnostic | None:
    """The finding for the first character that no text of this format may hold."""
    unfit = _NOT_JSON if format == "json" else f"[{_CONTROLS}]" if text.isascii() else _NOT_YAML
    found = re.search(unfit, text)
    if found is None:
        return None
    name = unicodedata.name(found[0], "a control character")
    message = f"the text holds U+{ord(found[0]):04X} ({name.lower()})"
    hint = "delete it, or write it as an escape in double quotes"
    return Diagnostic("S114", (), message, hint, span=lines.span(*found.span()))

"""The catalogue as a page, ``docs/errors.md``."""

from __future__ import annotations

import re

from specc.diagnostics.catalogue import RULES
from specc.diagnostics.catalogue.rule import Rule

_ROOMS = {
    "S": ("S1xx: the text", "A file is not readable as YAML or JSON, or as text at all."),
    "V": ("V2xx: the spec", "Keys, values, names and references: what a spec may say."),
    "G": ("G3xx: shapes", "Shapes, masks and states of layers that do not fit together."),
    "W": ("W4xx: weights", "Arrays that do not fit the weights of the model."),
    "L": ("L5xx: lowering", "Layers that cannot be turned into operations."),
    "T": ("T6xx: targets", "What a target cannot express."),
    "K": ("K7xx: Keras files", "Architectures and models that Keras wrote."),
}
_HEAD = """\
# Error codes

Every code that specc reports, by the room that finds it. `specc rule CODE` prints an entry. Written by
`python -m specc.diagnostics.catalogue`; the examples are run in the tests.
"""


def errors_page() -> str:
    """The page, in Markdown."""
    parts = [_HEAD]
    for letter, (title, purpose) in _ROOMS.items():
        rules = [rule for rule in RULES.values() if rule.code.startswith(letter)]
        if rules:
            parts += [f"## {title}\n\n{purpose}\n", *map(_entry, rules)]
    return "\n".join(parts)


def _entry(rule: Rule) -> str:
    return f"### {rule.code}: {rule.title}\n\n{describe(rule)}"


def describe(rule: Rule) -> str:
    """An entry without its heading, in Markdown."""
    return f"{' '.join(rule.explanation.split())}\n\nWrong:\n\n{_example(rule.bad)}\nRight:\n\n{_example(rule.good)}"


def _example(text: str) -> str:
    """A fenced block, in the language that the example is in."""
    language = "yaml"
    if text.startswith(("specc ", "iconv ")):
        language = "sh"
    elif re.match(r"numpy\.|file\[", text):
        language = "python"
    elif text.startswith("{"):
        language = "json"
    return f"```{language}\n{text.rstrip()}\n```\n"

"""``specc rule``: what a code means."""

from __future__ import annotations

import argparse
import textwrap
from typing import TYPE_CHECKING

from specc.cli.exits import FINE, UsageError

if TYPE_CHECKING:
    from specc.diagnostics.catalogue.rule import Rule


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", nargs="?", help="such as V201")


def execute(arguments: argparse.Namespace) -> int:
    from specc.diagnostics import did_you_mean
    from specc.diagnostics.catalogue import RULES

    if arguments.code is None:
        print("\n".join(f"{rule.code}  {rule.title}" for rule in RULES.values()))
        return FINE
    found = RULES.get(arguments.code.upper())
    if found is None:
        hint = did_you_mean(arguments.code, RULES) or "`specc rule` lists all codes"
        raise UsageError(f"there is no code {arguments.code}", hint)
    print(_explain(found))
    return FINE


def _explain(rule: Rule) -> str:
    examples = [
        f"{title}:\n\n{textwrap.indent(textwrap.dedent(example).strip(), '    ')}"
        for title, example in (("Wrong", rule.bad), ("Right", rule.good))
        if example.strip()
    ]
    text = textwrap.fill(" ".join(rule.explanation.split()), 88)
    return "\n\n".join([f"{rule.code}: {rule.title}", text, *examples])

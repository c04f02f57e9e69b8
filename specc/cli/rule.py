"""``specc rule``: what a code means."""

from __future__ import annotations

import argparse

from specc.cli.exits import FINE, UsageError


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
    print(found.text)
    return FINE

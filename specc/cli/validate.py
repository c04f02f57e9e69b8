"""``specc validate``: findings on stdout, a short count on stderr."""

from __future__ import annotations

import argparse
import sys

from specc.cli.exits import FAILURE, FINDINGS, FINE
from specc.cli.report import report
from specc.cli.terminal import complain, say
from specc.diagnostics import Diagnostic, Document, SpecError, Unreadable


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, or - for stdin")
    parser.add_argument("--format", choices=("text", "concise"), default="text", help="default: text")


def execute(arguments: argparse.Namespace) -> int:
    from specc.diagnostics.render import summarize

    found: list[Diagnostic] = []
    checked: list[str] = []
    for path in arguments.paths:
        try:
            diagnostics, document = _check(path)
        except Unreadable as error:
            complain(str(error))
            continue
        report(diagnostics, document, sys.stdout, arguments.format)
        found += diagnostics
        checked.append(path)
    if checked:
        name = "stdin" if checked == ["-"] else checked[0] if len(checked) == 1 else f"{len(checked)} files"
        sys.stdout.flush()
        say(summarize(found, name))
    if len(checked) < len(arguments.paths):
        return FAILURE
    return FINDINGS if any(finding.severity == "error" for finding in found) else FINE


def _check(path: str) -> tuple[tuple[Diagnostic, ...], Document | None]:
    """What is wrong with one source."""
    from specc.model import load

    try:
        model = load(path)
    except SpecError as error:
        return error.diagnostics, error.document
    return tuple(model.diagnostics), model.document

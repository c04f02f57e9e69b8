"""``specc validate``: findings on stdout, a short count on stderr."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable

from specc.cli.exits import FAILURE, FINDINGS, FINE
from specc.cli.terminal import complain, say, wants_color, write_result
from specc.diagnostics import Checked, SpecError, Unreadable
from specc.diagnostics.render import FORMATS

STDIN = "-"
STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Environment variable of GitHub Actions: the file of the summary that the job's page shows."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar="PATH", nargs="+", help="a file, or - for stdin")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--output-file", metavar="FILE", default="-", help="write the findings there instead of stdout")
    parser.add_argument("--stdin-filename", metavar="NAME", help="what findings call stdin; its folder is the spec's")


def execute(arguments: argparse.Namespace) -> int:
    run = [_check(path, arguments.stdin_filename) for path in arguments.paths]
    _write(run, arguments.format, arguments.output_file)
    sys.stdout.flush()
    return _conclude(run)


def _check(path: str, stdin_name: str | None) -> Checked:
    """What is wrong with one source."""
    from specc.model import load

    name = path if path != STDIN else stdin_name or "<stdin>"
    try:
        model = load(path, stdin_name=stdin_name)
    except SpecError as error:
        return Checked(name, error.document, error.diagnostics)
    except Unreadable as error:
        return Checked(name, failure=str(error))
    return Checked(name, model.document, tuple(model.diagnostics))


def _write(run: Iterable[Checked], format: str, target: str) -> None:
    """The report, and the summary for GitHub where there is a place for one."""
    from specc.diagnostics.render import render_run

    if target == "-":
        sys.stdout.writelines(render_run(run, format, wants_color(sys.stdout)))
    else:
        write_result(target, "".join(render_run(run, format)).encode())
    if format == "github" and (summary := os.environ.get(STEP_SUMMARY)):
        from specc.diagnostics.render.markdown import render as render_markdown

        with open(summary, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(render_markdown(run, False))


def _conclude(run: list[Checked]) -> int:
    """Say what could not be read and how much was found; returns the exit code."""
    from specc.diagnostics.render.summary import summarize

    for checked in run:
        if checked.failure is not None:
            complain(checked.failure)
    read = [checked for checked in run if checked.failure is None]
    findings = [finding for checked in read for finding in checked.findings]
    if read:
        say(summarize(findings, read[0].name if len(read) == 1 else f"{len(read)} files"))
    if len(read) < len(run):
        return FAILURE
    return FINDINGS if any(finding.severity == "error" for finding in findings) else FINE

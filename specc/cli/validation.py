"""One run of ``specc validate``: sources are found, checked, mended where that is asked for, and reported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from specc.cli.checking import Checker, Mended
from specc.cli.configuration import Configurations
from specc.cli.discovery import find_sources
from specc.cli.exits import UsageError
from specc.cli.selection import read_codes
from specc.cli.sources import refuse_overwriting, source_options
from specc.cli.tally import Tally
from specc.cli.terminal import complain, say, wants_color, write_result
from specc.diagnostics import Checked, Unreadable
from specc.source import STDIN

STEP_SUMMARY = "GITHUB_STEP_SUMMARY"
"""Environment variable of GitHub Actions: the file of the summary that the job's page shows."""


class Validation:
    """What the command line asks for, and what came of it."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        if arguments.stdin_filename is not None and STDIN not in arguments.paths:
            raise UsageError("--stdin-filename names stdin, which is not checked", f"add `{STDIN}` to the paths")
        self._arguments = arguments
        self._configurations = Configurations(_overrides(arguments))
        self._checker = Checker(self._configurations, source_options(arguments), arguments.stdin_filename)
        shared = self._configurations.of(_shared_folder(arguments))
        self._format = shared.format
        self._tally = Tally(shared.max_errors)
        self._patches: list[bytes] = []

    def run(self) -> int:
        arguments, tally = self._arguments, self._tally
        check = self._mend if arguments.fix or arguments.diff else self._checker.check
        run = tally.watch(found if isinstance(found, Checked) else check(found) for found in self._sources())
        if arguments.diff:
            tally.drain(run)
            write_result(arguments.output_file, b"".join(self._patches), is_text=True)
        else:
            self._report(run)
        for failure in tally.failures:
            complain(failure)
        if tally.names and not arguments.quiet:
            say(tally.summary("would be fixed" if arguments.diff else "fixed" if arguments.fix else ""))
        return tally.exit_code(arguments.strict, arguments.diff)

    def _sources(self) -> Iterator[str | Checked]:
        """The names of the sources, each once; a name that leads nowhere is ``Checked`` already."""
        seen: set[str] = set()
        for path in self._arguments.paths:
            is_empty = True
            for found in find_sources(path, self._configurations.excludes):
                is_empty = False
                name = os.path.normpath(found if isinstance(found, str) else found.name)
                if name not in seen:
                    seen.add(name)
                    refuse_overwriting(self._arguments.output_file, name)
                    yield found
            if is_empty and not self._arguments.quiet:
                say(f"specc: no specs in `{path}`")

    def _mend(self, source: str) -> Checked:
        """Mend a source, or note what would change in it."""
        mended = self._checker.mend(source)
        try:
            self._put(source, mended)
        except Unreadable as error:
            return Checked(mended.checked.name, failure=str(error))
        self._tally.fixed += mended.fixed
        return mended.checked

    def _put(self, source: str, mended: Mended) -> None:
        if self._arguments.diff:
            if mended.fixed:
                from specc.cli.diff import unified

                self._patches.append(unified(mended.before, mended.after, mended.checked.name))
        elif source == STDIN:
            write_result("-", mended.after, is_text=True)
        elif mended.fixed:
            write_result(source, mended.after)

    def _report(self, run: Iterable[Checked]) -> None:
        """The findings; after a fix of stdin, whose text takes stdout, they go to stderr."""
        from specc.diagnostics.render import render_run

        target, is_taken = self._arguments.output_file, self._arguments.fix and STDIN in self._arguments.paths
        kept: list[Checked] = []
        if target == "-":
            stream = sys.stderr if is_taken else sys.stdout
            stream.writelines(render_run(_keep(run, kept), self._format, wants_color(stream)))
            stream.flush()
        else:
            report = "".join(render_run(_keep(run, kept), self._format))
            write_result(target, report.encode(errors="backslashreplace"))
        if self._format == "github" and (summary := os.environ.get(STEP_SUMMARY)):
            from specc.diagnostics.render.markdown import render as render_markdown

            with open(summary, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(render_markdown(kept, False))


def _keep(run: Iterable[Checked], kept: list[Checked]) -> Iterator[Checked]:
    for checked in run:
        kept.append(checked)
        yield checked


def _overrides(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the command line says of the configuration."""
    found: dict[str, Any] = {"format": arguments.format, "max_errors": arguments.max_errors}
    for option in ("select", "ignore"):
        if (values := getattr(arguments, option)) is not None:
            found[option] = read_codes(values, f"--{option}")
    found["exclude"] = arguments.exclude and tuple(arguments.exclude)
    return {key: value for key, value in found.items() if value is not None}


def _shared_folder(arguments: argparse.Namespace) -> Path:
    """The folder around all paths: its configuration says the format, and when to stop."""
    paths = [arguments.stdin_filename or "." if path == STDIN else path for path in arguments.paths]
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in map(os.path.abspath, paths)]
    try:
        return Path(os.path.commonpath(folders))
    except ValueError:  # paths on several drives
        return Path.cwd()

"""The two streams: results go to stdout, all else to stderr."""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import TextIO

from specc.cli.exits import UsageError


def prepare_streams() -> None:
    """Make both streams take whatever is written: one may be closed, or know no character beyond ASCII."""
    # A closed stream is None. The replacement lives as long as the process.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(message: str) -> None:
    """A line for the person at the terminal."""
    print(message, file=sys.stderr)


def complain(message: str, hint: str | None = None) -> None:
    """An error that has no place in a source."""
    say(f"specc: error: {message}")
    if hint:
        say(f"  hint: {hint}")


def wants_color(stream: TextIO) -> bool:
    """Colour on a terminal only, and not where NO_COLOR asks for none."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width(stream: TextIO) -> int | None:
    """The columns of a terminal; None where nothing needs to fit, as in a file or a pipe."""
    if not stream.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


_COLUMNS = 80


class Help(argparse.HelpFormatter):
    """Asks how wide the terminal is where there is one. argparse makes a formatter for each option, and asks by way of
    shutil, which imports all that unpacks archives."""

    def __init__(self, prog: str) -> None:
        said = os.environ.get("COLUMNS", "")
        columns = int(said) if said.isdecimal() else 0
        if not columns and not sys.stdout.isatty():
            columns = _COLUMNS
        super().__init__(prog, width=columns - 2 if columns else None)


def write_result(target: str, content: bytes, is_text: bool = False) -> None:
    """Write to a file, whole or not at all; ``-`` is stdout. Binary content never goes to a terminal."""
    if target == "-":
        if sys.stdout.isatty() and not is_text:
            raise UsageError("the result is binary, and stdout is a terminal", "give a file, or pipe it on")
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from specc.output import atomic_write

    atomic_write(target, content)

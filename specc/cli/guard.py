"""Nothing ends in a traceback: every exception becomes a message on stderr and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from specc.cli.exits import BROKEN_PIPE, FAILURE, FINDINGS, INTERRUPTED, USAGE, Complaint
from specc.cli.terminal import complain, say

TRACEBACK = "SPECC_TRACEBACK"
"""Environment variable: set to 1, an internal error shows its traceback."""


def guard(command: Callable[[], int]) -> int:
    """Run a command; returns its exit code, or that of the exception it raises."""
    try:
        code = _run(command)
        sys.stdout.flush()
    except KeyboardInterrupt:
        say("specc: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone; what is still buffered would raise again while Python shuts down.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        return explain(error)
    return code


def _run(command: Callable[[], int]) -> int:
    try:
        return command()
    except SystemExit as stop:  # argparse: 0 after --help, 2 after a wrong option
        return stop.code if isinstance(stop.code, int) else FAILURE


def explain(error: Exception) -> int:
    """Say what went wrong on stderr; returns the exit code."""
    from specc.cli.report import report
    from specc.diagnostics import SpecError, Unreadable
    from specc.expansion import UnknownVar

    match error:
        case SpecError():
            report(error.diagnostics, error.document, sys.stderr)
            return FINDINGS
        case Complaint():
            complain(error.message, error.hint)
            return error.code
        case UnknownVar():
            complain(f"--set: there is no var `{error.name}`", error.hint)
            return USAGE
        case Unreadable():
            complain(str(error))
        case MemoryError():
            complain("out of memory", "`--max-memory BYTES` refuses a large model before it is built")
        case OSError():
            name = f" (`{error.filename}`)" if error.filename else ""
            complain(f"{(error.strerror or str(error)).lower()}{name}")
        case _:
            hint = "please report this line with the spec, the command and `specc --version`"
            complain(describe_internal(error), f"{hint} ({TRACEBACK}=1 shows more)")
    return FAILURE


def describe_internal(error: Exception) -> str:
    """A mistake of specc's own, and where it happened, in one line; who asks for it gets its traceback on stderr."""
    if os.environ.get(TRACEBACK):
        import traceback

        traceback.print_exception(error)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}" if frame else "?"
    text = " ".join(str(error).split())[:300]
    return f"internal error, a mistake in specc: {type(error).__name__}: {text} ({place})"

"""Exit codes, and the exceptions that lead to them."""

from __future__ import annotations

FINE = 0
FINDINGS = 1
USAGE = 2
FAILURE = 3
INTERRUPTED = 130
"""128 + SIGINT, as shells count."""
BROKEN_PIPE = 141
"""128 + SIGPIPE."""


class Complaint(Exception):
    """A command cannot go on, for a reason that its user can mend; one message, one hint."""

    code = USAGE

    def __init__(self, message: str, hint: str | None = None) -> None:
        self.message = message
        self.hint = hint
        super().__init__(message)


class UsageError(Complaint):
    """The command line asks for something that does not exist or does not go together."""


class InputError(Complaint):
    """The user's data has a mistake, or does not fit the model."""

    code = FINDINGS

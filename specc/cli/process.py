"""What makes a whole ``specc`` process quick: docs/decisions/start-up.md has the figures."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from types import ModuleType

_LOADER = "pydantic.plugin._loader"
_OBJECTS = 100_000  # new ones between two collections; Python starts with 700


def run_as_process(command: Callable[[], int]) -> int:
    """Run a command that is all that this process is for; returns its exit code."""
    gc.set_threshold(_OBJECTS)
    # NumPy would start a thread for each core; and how many there are must not decide what initializers draw.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _leave_plugins_out()
    try:
        return command()
    finally:
        gc.freeze()  # nothing is left to collect for when Python ends


def _leave_plugins_out() -> None:
    """Let pydantic find no plugins: before its first validator it would read what every installed package offers,
    and import email and sockets for that."""
    loader = ModuleType(_LOADER)
    loader.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(_LOADER, loader)

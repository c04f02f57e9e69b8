"""What makes a whole ``specc`` process quick: docs/decisions/start-up.md has the figures."""

from __future__ import annotations

import atexit
import gc
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any, NoReturn

_LOADER = "pydantic.plugin._loader"
_compile = re.compile
_OBJECTS = 100_000  # new ones between two collections; Python starts with 700


def run_as_process(command: Callable[[], int]) -> NoReturn:
    """Run a command that is all that this process is for, and end the process with its exit code."""
    gc.set_threshold(_OBJECTS)
    # NumPy would start a thread for each core; and how many there are must not decide what initializers draw.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _leave_plugins_out()
    _let_yaml_compile_late()
    _end(command())


def _end(code: int) -> NoReturn:
    """End at once: Python would first take every module and object apart, one by one."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # whoever cares for what was written has been told
            stream.flush()
    atexit._run_exitfuncs()  # files that live as long as the process
    os._exit(code)


def _leave_plugins_out() -> None:
    """Let pydantic find no plugins: before its first validator it would read what every installed package offers,
    and import email and sockets for that."""
    loader = ModuleType(_LOADER)
    loader.__dict__["get_plugins"] = tuple
    sys.modules.setdefault(_LOADER, loader)


class _LatePattern:
    """A regular expression that is compiled when it is first used."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._written = pattern, flags

    def __getattr__(self, name: str) -> Any:
        return getattr(_compile(*self._written), name)  # which remembers what it has compiled


def _let_yaml_compile_late() -> None:
    """Let PyYAML compile its regular expressions when it needs them: with libyaml it never does, and one of them
    covers all of Unicode."""

    def compile_late(pattern: Any, flags: Any = 0) -> Any:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        return (_LatePattern if caller.startswith("yaml.") else _compile)(pattern, flags)

    re.compile = compile_late

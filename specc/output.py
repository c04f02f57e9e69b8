"""Write files so that they appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from specc.diagnostics import Unreadable


def atomic_write(path: str | os.PathLike[str], content: bytes) -> None:
    """Write beside the target and rename: a run that stops halfway leaves the old file as it was.

    A link stays, what it points to is replaced; a device or a pipe is written into. Raises Unreadable.
    """
    atomic_write_all({path: content})


def atomic_write_all(contents: Mapping[str | os.PathLike[str], bytes]) -> None:
    """Write files that belong together: all are written beside their targets before the first is renamed."""
    with contextlib.ExitStack() as stack:
        ready = []
        for path, content in contents.items():
            target = Path(os.path.realpath(path))
            with _blaming(path):
                if target.exists() and not target.is_file() and not target.is_dir():
                    target.write_bytes(content)
                else:
                    ready.append((path, target, _write_beside(target, content, stack)))
        for path, target, temporary in ready:
            with _blaming(path):
                os.replace(temporary, target)


@contextlib.contextmanager
def _blaming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Whatever the system refuses becomes Unreadable, about this path."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unreadable(f"cannot write `{os.fspath(path)}`: {reason}") from error


def _write_beside(target: Path, content: bytes, stack: contextlib.ExitStack) -> Path:
    """A file with the content beside the target; the stack takes away what was not renamed."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    temporary = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")
    # Made by open rather than tempfile, whose files only their owner may read.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    stack.callback(_remove, temporary)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        shutil.copymode(target, temporary)
    return temporary


def _remove(temporary: Path) -> None:
    with contextlib.suppress(OSError):
        os.unlink(temporary)

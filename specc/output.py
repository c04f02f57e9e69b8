"""Write files so that they appear whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from pathlib import Path

from specc.diagnostics import Unreadable


def atomic_write(path: str | os.PathLike[str], content: bytes) -> None:
    """Write beside the target and rename: a run that stops halfway leaves the old file as it was.

    A link stays, what it points to is replaced; a device or a pipe is written into. Raises Unreadable.
    """
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(content)
        else:
            _replace(target, content)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Unreadable(f"cannot write `{os.fspath(path)}`: {reason}") from error


def _replace(target: Path, content: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    temporary = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")
    # Made by open rather than tempfile, whose files only their owner may read.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise

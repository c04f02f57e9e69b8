"""What comes through stdin and has to be a file: HDF5 and zip are read here and there, not from end to end."""

from __future__ import annotations

import contextlib
import os
import weakref
from typing import IO

_CHUNK = 1 << 20


class TooLong(Exception):
    """More comes than was allowed."""


class Spooled(os.PathLike[str]):
    """A file that lives as long as this object, with the name that its reader knows it by."""

    def __init__(self, begun: bytes, stream: IO[bytes], most: int, name: str) -> None:
        """begun: what has been read of the stream. Raises TooLong beyond ``most`` bytes, OSError."""
        import tempfile

        self.name = name
        handle, self._path = tempfile.mkstemp(prefix="specc-")
        self._keeper = weakref.finalize(self, _remove, self._path)
        size, piece = 0, begun
        with os.fdopen(handle, "wb") as file:
            while piece:
                size += len(piece)
                if size > most:
                    raise TooLong
                file.write(piece)
                piece = stream.read(_CHUNK)

    def __fspath__(self) -> str:
        return self._path


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)

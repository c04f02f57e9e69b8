"""Which kind of store a file is: its first bytes decide, never its name."""

from __future__ import annotations

import stat
from pathlib import Path as FilePath
from typing import Literal

from specc.diagnostics import Path, Unreadable
from specc.stores.arrays import StoreFile

Kind = Literal["npz", "safetensors", "hdf5", "shards"]

EXPECTED = "expected an .npz, a .safetensors or a Keras .h5 file"
LONGEST_HEADER = 100_000_000  # of a .safetensors file: the format's own limit
HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_STRANGERS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x93NUMPY", "a single array (.npy)", "save the arrays by name: numpy.savez"),
    (b"\x80", "a Python pickle, which could run any code", "save the weights as .safetensors or .npz"),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first"),
    (b"version https://git-lfs", "a Git LFS pointer, the weights themselves are elsewhere", "git lfs pull"),
)


def open_store(path: FilePath, blame: Path, title: str | None = None) -> tuple[StoreFile, Kind]:
    """The file and its kind. title: the file as the user knows it, where that is not its path.

    Raises Unreadable where it cannot be opened, W401 where it is no kind of store, W402 where it is empty.
    """
    store = StoreFile(path, title or str(path), blame)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            # A pipe or a device could block for ever, or never end.
            found = "a folder" if stat.S_ISDIR(mode) else "no regular file"
            raise Unreadable(f"cannot read the weights: `{path}` is {found}")
        with path.open("rb") as file:
            head = file.read(64)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreadable(f"cannot read the weights: `{path}`: {reason}") from None
    if not head:
        raise store.damaged("the file is empty")
    return store, _tell(head, store)


def _tell(head: bytes, store: StoreFile) -> Kind:
    if head.startswith(HDF5):
        return "hdf5"
    if head.startswith(_ZIP):
        return "npz"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= LONGEST_HEADER:
        return "safetensors"
    if head.lstrip().startswith(b"{"):
        return "shards"
    for magic, what, hint in _STRANGERS:
        if head.startswith(magic):
            raise store.fault("W401", f"`{store.title}` is no weights file: it is {what}", hint)
    raise store.fault("W401", f"`{store.title}` is no weights file: its first bytes are {head[:8]!r}", EXPECTED)

"""Arrays on the command line: .npy and .npz files in, .npz or text out. Nothing is ever unpickled."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from specc.cli.exits import InputError
from specc.diagnostics import Unreadable

Array = np.ndarray[Any, np.dtype[Any]]

_NPY_MAGIC, _ZIP_MAGIC = b"\x93NUMPY", b"PK"
_BROKEN = (ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)
"""What damaged, encrypted or pickled archives raise."""


def read_arrays(path: str) -> Array | dict[str, Array]:
    """The array of a .npy file, or the arrays of a .npz file by name; told apart by content.

    A .npy is mapped, not read: its shape is compared with the model's before anything is allocated. Raises
    Unreadable, and InputError for other content.
    """
    try:
        with open(path, "rb") as file:
            magic = file.read(6)
    except OSError as error:
        raise Unreadable(f"cannot read `{path}`: {(error.strerror or str(error)).lower()}") from error
    try:
        if magic == _NPY_MAGIC:
            return np.load(path, mmap_mode="r", allow_pickle=False)  # type: ignore[no-any-return]
        if magic.startswith(_ZIP_MAGIC):
            # NumPy would leave a broken archive open if it had opened it itself.
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
    except _BROKEN as error:
        pickled = "allow_pickle" in str(error) or "Python objects" in str(error)
        reason = "it holds Python objects" if pickled else str(error).split("\n")[0]
        raise InputError(f"`{path}` cannot be read as arrays: {reason}") from None
    raise InputError(f"`{path}` is no .npy or .npz file", "numpy.save and numpy.savez write them")


def pack(arrays: Mapping[str, Array]) -> bytes:
    """The content of a .npz file. (numpy.savez takes no array of the name `file`.)"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
            # A fixed date: the same arrays give the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
    return buffer.getvalue()


def show(name: str, array: Array) -> str:
    """An array for people: name, type and shape, then the numbers, long ones shortened in the middle."""
    text = np.array2string(array, precision=6, suppress_small=True, threshold=200, max_line_width=100)
    return f"{name}: {array.dtype} {array.shape}\n{text}"

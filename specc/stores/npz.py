"""The arrays of an ``.npz``: a zip of ``.npy`` members, read as data. Nothing is unpickled."""

from __future__ import annotations

import io
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import IO

import numpy as np

from specc.stores.arrays import Array, Stored, StoredArray, StoreFile
from specc.stores.kinds import EXPECTED

_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(ValueError, OverflowError, NotImplementedError, RuntimeError, KeyError, AttributeError),
)
_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000  # as numpy itself allows
_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DESCR = re.compile(r"'descr'\s*:\s*'([^']{1,40})'")
_FLOAT = re.compile("[<>=|]?f[248]")
_TYPES = {"i": "int", "u": "uint", "f": "float", "c": "complex", "b": "bool", "U": "text", "S": "text"}
_TYPES |= {
    "O": "Python objects (a pickle, which is never read)",
    "V": "raw bytes",
    "M": "dates",
    "m": "times",
}
_ORDER = re.compile(r"'fortran_order'\s*:\s*(True|False)")
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip can hold, for what is written: the same arrays are the same bytes at any time."""
_SHAPE = re.compile(r"'shape'\s*:\s*\(([\d\s,L]*)\)")


@contextmanager
def open_arrays(store: StoreFile) -> Iterator[dict[str, StoredArray]]:
    """The arrays by name, open for reading while the context lasts."""
    with _damage(store):
        archive = zipfile.ZipFile(store.path)
    with archive:
        with _damage(store):
            arrays = _list_arrays(archive, store)
        yield arrays


def _list_arrays(archive: zipfile.ZipFile, store: StoreFile) -> dict[str, StoredArray]:
    members = archive.infolist()
    _refuse_strangers({member.filename for member in members}, store)
    arrays: dict[str, StoredArray] = {}
    for member in members:
        array = _stored_array(archive, member, store)
        if array.name in arrays:
            raise store.damaged(f"two members are called `{member.filename}`")
        arrays[array.name] = array
    return arrays


@contextmanager
def _damage(store: StoreFile) -> Iterator[None]:
    """What zipfile raises on a broken archive, as a finding."""
    try:
        yield
    except _ERRORS as error:
        raise store.damaged(str(error) or type(error).__name__) from None


def _refuse_strangers(names: set[str], store: StoreFile) -> None:
    if "config.json" in names and "metadata.json" in names:
        what, hint = "a Keras 3 archive (.keras)", "save its weights as .npz, .safetensors or a Keras .h5"
    elif any(name.endswith("data.pkl") for name in names):
        what, hint = "a PyTorch checkpoint, which holds a pickle", "save the weights as .safetensors"
    elif names and not any(name.endswith(".npy") for name in names):
        what, hint = "a zip without arrays", EXPECTED
    else:
        return
    raise store.fault("W401", f"`{store.title}` is no weights file: it is {what}", hint)


def _stored_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, store: StoreFile) -> StoredArray:
    """What a member's header says; its size must agree with the archive's own."""
    title = f"member `{member.filename}`"
    if not member.filename.endswith(".npy"):
        raise store.damaged(f"{title} is no .npy array")
    if member.flag_bits & 0x1 or member.compress_type not in _METHODS:
        raise store.refused(f"{title} is encrypted, or packed by a method that .npz does not use")
    with archive.open(member) as file:
        header, start = _read_header(file, title, store)
    shape, order, descr = _parse_header(header, title, store)
    name = member.filename.removesuffix(".npy")
    if descr is None or not _FLOAT.fullmatch(descr):
        return StoredArray(name, shape, _type_name(descr), _unread)
    dtype = np.dtype(descr)
    size = math.prod(shape) * dtype.itemsize
    if member.file_size != start + size:
        raise store.damaged(f"{title} holds {member.file_size - start} bytes of data, its header declares {size}")
    read = partial(_read, store, archive, member, start, shape, order, dtype)
    return StoredArray(name, shape, dtype.name, read)


def _read_header(file: IO[bytes], title: str, store: StoreFile) -> tuple[str, int]:
    """The header's text, and the offset at which the data begins."""
    prefix = file.read(8)
    if len(prefix) < 8 or prefix[:6] != _MAGIC or prefix[6] not in (1, 2, 3):
        raise store.damaged(f"{title} is no .npy array")
    width = 2 if prefix[6] == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    if length > _LONGEST_HEADER:
        raise store.damaged(f"{title} has a header of {length} bytes, expected at most {_LONGEST_HEADER}")
    header = file.read(length)
    if len(header) < length:
        raise store.damaged(f"{title} ends within its header")
    return header.decode("latin-1"), 8 + width + length


def _parse_header(header: str, title: str, store: StoreFile) -> tuple[tuple[int, ...], bool, str | None]:
    """(shape, fortran_order, descr), found by patterns: the header is a Python literal that nobody evaluates.

    descr: the type, such as ``<f4``; None for records of several fields.
    """
    order, shape, descr = _ORDER.search(header), _SHAPE.search(header), _DESCR.search(header)
    if order is None or shape is None:
        raise store.damaged(f"{title} has a header that declares no shape and order")
    sizes = [part.strip().rstrip("L") for part in shape[1].split(",")]
    if any(len(size) > 19 for size in sizes):
        raise store.damaged(f"{title} declares a dimension of {max(map(len, sizes))} digits")
    dims = tuple(int(size) for size in sizes if size)
    return dims, order[1] == "True", descr[1] if descr else None


def _type_name(descr: str | None) -> str:
    """``<i8`` as users call it: int64. None: records of several fields."""
    if descr is None:
        return "records"
    code = descr.lstrip("<>=|")
    word = _TYPES.get(code[:1], f"`{descr}`")
    return f"{word}{8 * int(code[1:])}" if code[:1] in "iufc" and code[1:].isdecimal() else word


def _unread() -> Stored:
    raise AssertionError("an array of a type that is refused is never read")


def _read(
    store: StoreFile,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    start: int,
    shape: tuple[int, ...],
    fortran_order: bool,
    dtype: np.dtype[np.generic],
) -> Stored:
    """Exactly the declared bytes, straight into the array; a member that inflates to more is not followed."""
    array = np.empty(math.prod(shape), dtype)
    target = array.view(np.uint8)
    with _damage(store), archive.open(member) as file:
        file.read(start)
        done = 0
        while done < len(target):
            piece = file.read(min(_CHUNK, len(target) - done))
            if not piece:
                raise EOFError(f"member `{member.filename}` ends after {done} of {len(target)} bytes")
            target[done : done + len(piece)] = np.frombuffer(piece, np.uint8)
            done += len(piece)
        if file.read(1):  # reading to the end also checks the CRC
            raise ValueError(f"member `{member.filename}` goes on after its data")
    return array.reshape(shape, order="F" if fortran_order else "C")


def pack(arrays: Mapping[str, Array]) -> bytes:
    """The content of an uncompressed ``.npz``; the same arrays are the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
            with archive.open(member, "w", force_zip64=array.nbytes >= 1 << 31) as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
    return buffer.getvalue()

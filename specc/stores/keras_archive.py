"""A ``.keras`` archive: a zip of the architecture, a note on the version, and a ``.weights.h5``."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from specc.stores.arrays import StoreFile

CONFIG, METADATA = "config.json", "metadata.json"
WEIGHTS = ("model.weights.h5", "variables.h5")  # the latter of TensorFlow 2.11
PICKLED = "model.weights.npz"
_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError, KeyError)
_HDF5 = b"\x89HDF\r\n\x1a\n"
_LONGEST_TEXT = 32 << 20
_CHUNK = 1 << 20
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SPARE = 64 << 20
_COPIES = 8  # an optimizer keeps two or three arrays for each weight, perhaps in float64


def read_config(store: StoreFile) -> tuple[str, str | None, bool] | None:
    """(architecture, note on the version, whether weights are there); None for a zip without an architecture."""
    with _open(store) as archive:
        names = set(archive.namelist())
        if CONFIG not in names:
            return None
        if PICKLED in names and not names.intersection(WEIGHTS):
            raise store.refused(f"its weights, `{PICKLED}`, are pickled Python objects, which are never read")
        metadata = _read_text(store, archive, METADATA) if METADATA in names else None
        return _read_text(store, archive, CONFIG), metadata, any(name in names for name in WEIGHTS)


def holds_weights(store: StoreFile) -> bool:
    """Whether a zip is an archive of Keras."""
    with _open(store) as archive:
        return any(name in archive.namelist() for name in (*WEIGHTS, CONFIG))


@contextmanager
def unpack_weights(store: StoreFile, expected: int) -> Iterator[StoreFile]:
    """The weights as a file of their own, for as long as the context lasts. expected: bytes that a model asks for."""
    with tempfile.TemporaryDirectory(prefix="specc-") as folder:
        target = Path(folder) / "weights.h5"
        with _open(store) as archive:
            name = next((name for name in WEIGHTS if name in archive.namelist()), None)
            if name is None:
                raise store.fault("W401", f"`{store.title}` holds no weights", "it is an archive of Keras without them")
            _copy(store, archive, name, target, _SPARE + _COPIES * expected)
        yield StoreFile(target, store.title, store.blame)


@contextmanager
def _open(store: StoreFile) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(store.path) as archive:
            yield archive
    except _ERRORS as error:
        raise store.damaged(str(error) or type(error).__name__) from None


def _member(store: StoreFile, archive: zipfile.ZipFile, name: str, most: int) -> zipfile.ZipInfo:
    found = [member for member in archive.infolist() if member.filename == name]
    if len(found) > 1:
        raise store.damaged(f"two members are called `{name}`")
    (member,) = found
    if member.flag_bits & 0x1 or member.compress_type not in _METHODS:
        raise store.refused(f"member `{name}` is encrypted, or packed by a method that Keras does not use")
    if member.file_size > most:
        raise store.refused(f"member `{name}` declares {member.file_size:,} bytes, more than the {most:,} expected")
    return member


def _read_text(store: StoreFile, archive: zipfile.ZipFile, name: str) -> str:
    member = _member(store, archive, name, _LONGEST_TEXT)
    with archive.open(member) as file:
        data = file.read(_LONGEST_TEXT + 1)
    if len(data) > _LONGEST_TEXT:
        raise store.refused(f"member `{name}` goes on after {_LONGEST_TEXT:,} bytes")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise store.damaged(f"member `{name}` is no text") from None


def _copy(store: StoreFile, archive: zipfile.ZipFile, name: str, target: Path, most: int) -> None:
    """Unpack a member in pieces; never more than it declares."""
    member = _member(store, archive, name, most)
    done = 0
    with archive.open(member) as source, target.open("wb") as file:
        while piece := source.read(_CHUNK):
            done += len(piece)
            if done > member.file_size:
                raise store.damaged(f"member `{name}` goes on after the {member.file_size:,} bytes that it declares")
            file.write(piece)
    if done < member.file_size:
        raise store.damaged(f"member `{name}` ends after {done:,} of {member.file_size:,} bytes")
    with target.open("rb") as file:
        if file.read(len(_HDF5)) != _HDF5:
            raise store.damaged(f"member `{name}` is no HDF5 file")

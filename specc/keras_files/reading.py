"""Finds the architecture in a file: text, a whole-model HDF5, or a Keras 3 archive. Content decides, never names."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path as FilePath
from typing import IO, Any, NamedTuple

from specc.diagnostics import Diagnostic, Path, SpecError, Unreadable
from specc.source import Refused, Source, open_stdin, parse
from specc.source.spooled import Spooled, TooLong

HDF5 = b"\x89HDF\r\n\x1a\n"
ZIP = b"PK\x03\x04"
COMPILED, OPTIMIZER = "the optimizer, loss and metrics", "what the optimizer remembers"
"""What a file may hold beside the model."""
_SPARE, _COPIES = 64 << 20, 3  # an optimizer keeps up to two arrays for each weight


class Architecture(NamedTuple):
    """What a file says. path: of ``{class_name, config}`` in the source's data.

    version, backend: of the Keras that wrote it, where the file says so. weights: the file, if it holds arrays.
    dropped: what the file holds beside the model, in words.
    """

    source: Source
    path: Path
    version: str | None
    backend: str | None
    weights: os.PathLike[str] | None = None
    dropped: tuple[str, ...] = ()

    @property
    def data(self) -> Any:
        data: Any = self.source.data
        for step in self.path:
            data = data[step]
        return data


def sniff(path: FilePath) -> bytes:
    """The first bytes of a file; none where it is no regular file, or cannot be read: who reads it will say so."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(len(HDF5))
    except (OSError, ValueError):
        return b""


def is_binary(stream: IO[bytes]) -> bool:
    """Whether a stream begins as an HDF5 file or an archive; nothing is taken from it where it can be looked into."""
    return isinstance(stream, BufferedReader) and stream.peek(len(HDF5)).startswith((HDF5, ZIP))


def read_binary(path: FilePath) -> Architecture | None:
    """The architecture in an HDF5 file or a Keras archive; None for any other file.

    Raises SpecError for one that is damaged, refused, or holds weights alone.
    """
    return _read_kind(sniff(path), path, os.fspath(path))


def read_binary_stdin(name: str, budget: int) -> tuple[Architecture | None, bytes]:
    """The same of what comes through stdin, kept in a file for as long as the architecture lives; and what has been
    read of anything else. name: of stdin, in findings. budget: bytes that the weights may take.
    """
    stream, most = open_stdin(), _SPARE + _COPIES * budget
    try:
        head = stream.read(len(HDF5))
        if not head.startswith((HDF5, ZIP)):
            return None, head
        return _read_kind(head, Spooled(head, stream, most, name), name), b""
    except TooLong:
        message = f"more than {most:,} bytes come through stdin"
        raise _refuse(name, "W403", message, "raise --max-memory, or give the file by its name") from None
    except OSError as error:
        raise Unreadable(f"cannot read stdin: {(error.strerror or str(error)).lower()}") from None


def _read_kind(head: bytes, path: os.PathLike[str], name: str) -> Architecture | None:
    if head.startswith(HDF5):
        return _read_hdf5(path, name)
    return _read_archive(path, name) if head.startswith(ZIP) else None


def find_in_text(source: Source) -> Architecture | None:
    """The architecture that a text is, perhaps wrapped as TensorFlow.js does; None for a text of another kind."""
    data: Any = source.data
    path: Path = ()
    version = backend = None
    is_compiled = False
    for _ in range(3):
        if not isinstance(data, Mapping) or "specc" in data:
            return None
        is_compiled |= any(isinstance(data.get(key), Mapping) for key in ("compile_config", "training_config"))
        version, backend = data.get("keras_version", version), data.get("backend", backend)
        if "class_name" in data:
            dropped = (COMPILED,) if is_compiled else ()
            return Architecture(source, path, _text(version), _text(backend), None, dropped)
        key = next((key for key in ("modelTopology", "model_config") if key in data), None)
        if key is None:
            return None
        data, path = data[key], (*path, key)
    return None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _read_hdf5(path: os.PathLike[str], name: str) -> Architecture:
    from specc.stores.arrays import StoreFile
    from specc.stores.keras_header import read_header

    with _naming(name):
        header = read_header(StoreFile(FilePath(path), name, ()))
    if header.config is None:
        raise _refuse(
            name,
            "K701",
            f"`{name}` holds weights and no architecture",
            "give the architecture (the .json of the model, or a spec) and this file with --weights",
        )
    source = parse(header.config, f"{name}:model_config")
    found = find_in_text(source)
    if found is None:
        raise _refuse(name, "K700", f"the attribute `model_config` of `{name}` is no architecture of Keras")
    # The group of the weights says who wrote them; without its version they are of Keras 1.
    version = header.weights_version or header.version or found.version
    if header.weights_version is None and (header.version or "2").startswith("2"):
        version = header.version or found.version or "1"
    dropped = [COMPILED] * header.is_compiled + [OPTIMIZER] * header.has_optimizer
    return Architecture(source, found.path, version, header.backend or found.backend, path, tuple(dropped))


def _read_archive(path: os.PathLike[str], name: str) -> Architecture | None:
    from specc.stores.arrays import StoreFile
    from specc.stores.keras_archive import read_config

    with _naming(name):
        found = read_config(StoreFile(FilePath(path), name, ()))
    if found is None:
        return None
    config, metadata, has_weights = found
    source = parse(config, f"{name}:config.json")
    architecture = find_in_text(source)
    if architecture is None:
        raise _refuse(name, "K700", f"`config.json` in `{name}` is no architecture of Keras")
    version = architecture.version
    if metadata is not None:
        said = parse(metadata, f"{name}:metadata.json").data
        version = _text(said.get("keras_version")) if isinstance(said, Mapping) else version
    return architecture._replace(version=version, weights=path if has_weights else None)


def _refuse(name: str, code: str, message: str, hint: str | None = None) -> SpecError:
    return SpecError([Diagnostic(code, (), message, hint)], Refused(name, None))


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Findings of the stores have no document: they get the file itself."""
    try:
        yield
    except SpecError as error:
        raise SpecError(error.diagnostics, error.document or Refused(name, None)) from None
    except OSError as error:
        raise Unreadable(f"cannot read `{name}`: {(error.strerror or str(error)).lower()}") from None

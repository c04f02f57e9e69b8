"""What an HDF5 file of Keras says of itself: the architecture, and the versions that wrote it."""

from __future__ import annotations

from dataclasses import dataclass

import h5py

from specc.stores.arrays import StoreFile
from specc.stores.hdf5 import find_child, guard, open_file, read_texts


@dataclass(frozen=True)
class Header:
    """config: the architecture, as JSON. version: of the whole file. weights_version: none in Keras 1.

    is_compiled: it says how the model was trained. has_optimizer: it holds arrays of the optimizer.
    """

    config: str | None
    version: str | None
    weights_version: str | None
    backend: str | None
    is_compiled: bool = False
    has_optimizer: bool = False


def read_header(store: StoreFile) -> Header:
    """The attributes of a file; its arrays are not looked at."""
    with open_file(store) as file, guard(store):
        weights = find_child(store, file, "model_weights") if file.links.exists(b"model_weights") else file
        assert isinstance(weights, h5py.h5g.GroupID)
        version = _text(store, file, "keras_version")
        own = _text(store, weights, "keras_version")
        backend = _text(store, weights, "backend") or _text(store, file, "backend")
        is_compiled = bool(h5py.h5a.exists(file, b"training_config"))
        has_optimizer = bool(file.links.exists(b"optimizer_weights"))
        return Header(_text(store, file, "model_config"), version, own, backend, is_compiled, has_optimizer)


def _text(store: StoreFile, group: h5py.h5g.GroupID, name: str) -> str | None:
    texts = read_texts(store, group, name)
    return texts[0] if texts else None

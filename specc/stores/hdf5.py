"""The layers of a Keras HDF5 file, in the file's own order; what could reach beyond the file is refused.

    (model_weights/)  attribute layer_names                     the layers, in order
      <layer>/        attribute weight_names                    its arrays, in order
        <array>       a dataset, at that path below the layer

An HDF5 file of 1,400 bytes can declare a terabyte, name any file of the machine, or point at itself: a link
is looked at before it is followed, and a dataset before its shape is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import h5py
import numpy as np

from specc.stores.arrays import Stored, StoredArray, StoreFile, from_bfloat16
from specc.stores.heaps import check_heaps

_ERRORS = (OSError, RuntimeError, ValueError, KeyError, TypeError, OverflowError, MemoryError)
_MOST_NAMES = 100_000
_LONGEST_ATTRIBUTE = 16 << 20
_LARGEST_CHUNK = 64 << 20  # Keras writes no chunks; h5py's own guess stays below 1 MiB
_FILTERS = {1, 2}  # deflate and shuffle; the rest loads code from plugins, or crashes on damaged chunks


@dataclass(frozen=True)
class FileLayer:
    """A layer of the file with its arrays, in order."""

    name: str
    arrays: tuple[StoredArray, ...]


@dataclass(frozen=True)
class KerasFile:
    """The layers that hold arrays, in order, and the backend that wrote them; Keras 1 did not say which."""

    layers: list[FileLayer]
    backend: str | None


@contextmanager
def open_file(store: StoreFile) -> Iterator[h5py.h5g.GroupID]:
    """The root of a file, open for reading while the context lasts."""
    check_heaps(store)
    with guard(store):
        file = h5py.File(store.path, "r")
    with file:
        yield file.id


@contextmanager
def open_layers(store: StoreFile) -> Iterator[KerasFile]:
    """The layers, open for reading while the context lasts."""
    with open_file(store) as root:
        with guard(store):
            found = _list_layers(store, root)
        yield found


def _list_layers(store: StoreFile, group: h5py.h5g.GroupID) -> KerasFile:
    if group.links.exists(b"model_weights"):
        group = find_child(store, group, "model_weights")
    names = read_texts(store, group, "layer_names")
    if names is None:
        return KerasFile(list(_layers_of_keras_0(store, group)), None)
    layers = [_file_layer(store, group, name) for name in names]
    backend = read_texts(store, group, "backend")
    return KerasFile([layer for layer in layers if layer.arrays], backend[0] if backend else None)


@contextmanager
def guard(store: StoreFile) -> Iterator[None]:
    """What h5py raises on a broken file, as a finding."""
    try:
        yield
    except _ERRORS as error:
        text = str(error).partition("\n")[0].strip("'\"")
        if "truncated" in text or "eof" in text:
            raise store.damaged("the file is cut short") from None
        inner = text[text.find("(") + 1 : text.rfind(")")] if "(" in text else text
        raise store.damaged(f"HDF5 says: {inner or type(error).__name__}") from None


def _layers_of_keras_0(store: StoreFile, group: h5py.h5g.GroupID) -> Iterator[FileLayer]:
    """Keras before 1.0 numbered layers and arrays: ``layer_0/param_0``; Keras 1 still read them in their order."""
    count = read_count(store, group, "nb_layers")
    if count is None:
        raise _no_layers(store, group)
    for number in range(count):
        name = f"layer_{number}"
        layer = find_child(store, group, name)
        if not isinstance(layer, h5py.h5g.GroupID):
            raise store.damaged(f"layer `{name}` is no group")
        arrays = [find_array(store, layer, f"param_{i}") for i in range(read_count(store, layer, "nb_params") or 0)]
        if arrays:
            yield FileLayer(name, tuple(arrays))


def _no_layers(store: StoreFile, group: h5py.h5g.GroupID) -> Exception:
    if any(group.links.exists(name) for name in (b"layers", b"_layer_checkpoint_dependencies")):
        what = "holds weights in the form of Keras 3 (.weights.h5), which is not read as a store"
        return store.fault("W401", f"`{store.title}` {what}", "save the whole model as .h5")
    what = "is HDF5 without the attribute `layer_names` that Keras writes"
    return store.fault("W401", f"`{store.title}` {what}", "save it with Keras: model.save_weights or model.save")


def _file_layer(store: StoreFile, parent: h5py.h5g.GroupID, name: str) -> FileLayer:
    group = find_child(store, parent, name)
    if not isinstance(group, h5py.h5g.GroupID):
        raise store.damaged(f"layer `{name}` is no group")
    arrays = [find_array(store, group, array) for array in read_texts(store, group, "weight_names") or ()]
    return FileLayer(name, tuple(arrays))


def find_child(store: StoreFile, group: h5py.h5g.GroupID, path: str) -> h5py.h5g.GroupID:
    """The group or dataset at a path, by hard links alone."""
    for step in path.split("/"):
        if step in ("", "."):
            continue
        key = step.encode()
        if not isinstance(group, h5py.h5g.GroupID) or not group.links.exists(key):
            raise store.damaged(f"it names `{path}` and does not hold it")
        if group.links.get_info(key).type != h5py.h5l.TYPE_HARD:
            raise store.refused(f"`{path}` is a link, and links can lead to any file of this machine")
        group = h5py.h5o.open(group, key)
    return group


def read_texts(store: StoreFile, group: h5py.h5g.GroupID, name: str) -> list[str] | None:
    """A list of names in an attribute, or in ``name0``, ``name1``, … where it was too long for one."""
    if h5py.h5a.exists(group, name.encode()):
        return _read_names(store, group, name)
    names: list[str] = []
    count = 0
    while h5py.h5a.exists(group, f"{name}{count}".encode()):
        names += _read_names(store, group, f"{name}{count}")
        count += 1
    return names if count else None


def read_count(store: StoreFile, group: h5py.h5g.GroupID, name: str) -> int | None:
    """A small whole number in an attribute; None where it is not there."""
    if not h5py.h5a.exists(group, name.encode()):
        return None
    attribute = h5py.h5a.open(group, name.encode())
    if not isinstance(attribute.get_type(), h5py.h5t.TypeIntegerID) or attribute.shape not in ((), (1,)):
        raise store.damaged(f"the attribute `{name}` is no number")
    count = int(np.asarray(h5py.Group(group).attrs[name]).reshape(()))
    if not 0 <= count <= _MOST_NAMES:
        raise store.refused(f"the attribute `{name}` declares {count}")
    return count


def _read_names(store: StoreFile, group: h5py.h5g.GroupID, name: str) -> list[str]:
    attribute = h5py.h5a.open(group, name.encode())
    count = attribute.get_space().get_simple_extent_npoints()
    if not count:
        return []  # Keras writes the list of a layer without weights so
    if count > _MOST_NAMES or attribute.get_storage_size() > _LONGEST_ATTRIBUTE:
        raise store.refused(f"the attribute `{name}` declares {count} names")
    # h5py crashes on some types that only a damaged file has.
    if not isinstance(attribute.get_type(), h5py.h5t.TypeStringID) or len(attribute.shape) > 1:
        raise store.damaged(f"the attribute `{name}` is no list of names")
    values = np.atleast_1d(np.asarray(h5py.Group(group).attrs[name]))
    return [value.decode() if isinstance(value, bytes) else str(value) for value in values.tolist()]


def find_array(store: StoreFile, group: h5py.h5g.GroupID, name: str) -> StoredArray:
    dataset = find_child(store, group, name)
    if not isinstance(dataset, h5py.h5d.DatasetID):
        raise store.damaged(f"`{name}` is no dataset")
    _refuse_foreign_data(store, dataset, name)
    shape = dataset.shape
    if shape is None:
        raise store.damaged(f"`{name}` holds no array")
    view = h5py.Dataset(dataset)
    dtype = view.dtype
    _refuse_huge_chunks(store, view, name)
    # HDF5 has no such type: Keras keeps two opaque bytes, and notes in a .weights.h5 alone what they are.
    is_bfloat16 = dtype == np.dtype("V2") and view.attrs.get("dtype", "bfloat16") == "bfloat16"
    read = partial(_read, store, view, name, is_bfloat16)
    return StoredArray(name, tuple(shape), "bfloat16" if is_bfloat16 else _type_name(dtype), read)


def _type_name(dtype: np.dtype[np.generic]) -> str:
    return {"O": "text or references", "S": "text", "V": "records"}.get(dtype.kind, dtype.name)


def _refuse_foreign_data(store: StoreFile, dataset: h5py.h5d.DatasetID, name: str) -> None:
    """Before the shape is asked for: HDF5 opens the sources of a virtual dataset to answer."""
    plan = dataset.get_create_plist()
    if plan.get_layout() == h5py.h5d.VIRTUAL:
        raise store.refused(f"`{name}` is a virtual dataset, whose data lies in other files")
    if plan.get_external_count():
        raise store.refused(f"`{name}` is an external dataset, whose data lies in other files")
    foreign = {plan.get_filter(i)[0] for i in range(plan.get_nfilters())} - _FILTERS
    if foreign:
        raise store.refused(f"`{name}` is packed with HDF5 filter {min(foreign)}; gzip and shuffle are read")


def _refuse_huge_chunks(store: StoreFile, view: h5py.Dataset, name: str) -> None:
    """HDF5 makes room for a whole chunk, however small the dataset."""
    if view.chunks and math.prod(view.chunks) * view.dtype.itemsize > _LARGEST_CHUNK:
        raise store.refused(f"`{name}` is stored in chunks of {math.prod(view.chunks)} values")


def _read(store: StoreFile, view: h5py.Dataset, name: str, is_bfloat16: bool) -> Stored:
    with guard(store):
        if view.size and not view.id.get_storage_size():
            raise store.damaged(f"`{name}` is declared and was never written")
        values: Stored = np.asarray(view[()])
    return from_bfloat16(values.view("<u2")) if is_bfloat16 else values

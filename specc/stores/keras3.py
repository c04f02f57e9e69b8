"""The arrays of a ``.weights.h5`` of Keras 3 or tf.keras, whose groups are named by class and a running number.

    layers/lstm_1/cell/vars/0, 1, 2        kernel, recurrent_kernel, bias of the second LSTM
    layers/bidirectional/forward_layer/cell/vars/0, …
    layers/sequential/layers/dense/vars/0  of a model inside the model

Early files say ``_layer_checkpoint_dependencies`` for ``layers``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import h5py

from specc.stores.arrays import StoredArray, StoreFile
from specc.stores.hdf5 import FileLayer, KerasFile, find_array, find_child, guard, open_file, read_texts
from specc.stores.members import Member, list_leaves

CONTAINERS = ("layers", "_layer_checkpoint_dependencies")
_MOST_ARRAYS = 1_000


@contextmanager
def open_layers(store: StoreFile, members: Sequence[Member], parts: Mapping[str, Sequence[str]]) -> Iterator[KerasFile]:
    """The layers of the members that hold arrays, in their order, open while the context lasts.

    parts: of a layer of the spec, where its arrays lie below its group, in the order of the declared weights.
    Groups that no member leads to are layers of their own, at the end, so that a file of another model is seen.
    """
    with open_file(store) as root:
        with guard(store):
            layers = _list_layers(store, root, members, parts)
        yield KerasFile(layers, None)


def is_by_path(store: StoreFile) -> bool:
    """Whether a file has this form, and not the older one with ``layer_names``."""
    with open_file(store) as root, guard(store):
        if root.links.exists(b"model_weights") or read_texts(store, root, "layer_names") is not None:
            return False
        return any(root.links.exists(name.encode()) for name in CONTAINERS)


def _list_layers(
    store: StoreFile, root: h5py.h5g.GroupID, members: Sequence[Member], parts: Mapping[str, Sequence[str]]
) -> list[FileLayer]:
    layers, used = [], set()
    for member, path in list_leaves(members):
        used.add(path.split("/")[1])
        group = _follow(store, root, path)
        places = parts.get(member.layer or "", ("",))
        if member.is_wrapped:
            places = [place.removeprefix("layer").removeprefix("/") for place in places]
        arrays = [] if group is None else _arrays(store, group, places)
        if arrays:
            layers.append(FileLayer(path.removeprefix("layers/"), tuple(arrays)))
    for name in _foreign_groups(store, root, used):
        group = _follow(store, root, f"layers/{name}")
        arrays = [] if group is None else _arrays(store, group, ("",))
        if arrays:
            layers.append(FileLayer(name, tuple(arrays)))
    return layers


def _foreign_groups(store: StoreFile, root: h5py.h5g.GroupID, used: set[str]) -> list[str]:
    container = _follow(store, root, "layers")
    names = [] if container is None else [name.decode(errors="replace") for name in container]
    return [name for name in names if name not in used]


def _follow(store: StoreFile, root: h5py.h5g.GroupID, path: str) -> h5py.h5g.GroupID | None:
    """The group at a path; None where it is not there."""
    group = root
    for step in path.split("/"):
        names = CONTAINERS if step == "layers" else (step,)
        found = next((name for name in names if group.links.exists(name.encode())), None)
        if found is None:
            return None
        group = find_child(store, group, found)
        if not isinstance(group, h5py.h5g.GroupID):
            raise store.damaged(f"`{path}` is no group")
    return group


def _arrays(store: StoreFile, group: h5py.h5g.GroupID, parts: Sequence[str]) -> list[StoredArray]:
    """The arrays below a layer's group, part by part, by their numbers."""
    arrays: list[StoredArray] = []
    for part in parts:
        below = _follow(store, group, f"{part}/vars" if part else "vars")
        if below is None:
            continue
        count = 0
        while below.links.exists(str(count).encode()) and count < _MOST_ARRAYS:
            arrays.append(find_array(store, below, str(count)))
            count += 1
    return arrays

"""The arrays of a ``.weights.h5`` of Keras 3 or tf.keras, whose groups are named by class and a running number.

    layers/lstm_1/cell/vars/0, 1, 2        kernel, recurrent_kernel, bias of the second LSTM
    layers/bidirectional/forward_layer/cell/vars/0, …
    layers/sequential/layers/dense/vars/0  of a model inside the model

Early files say ``_layer_checkpoint_dependencies`` for ``layers``, and those of TensorFlow 2.11 and 2.12 count a layer
that has weights twice there. A large model may lie in several such files (``specc.stores.shards``): each has some of
the arrays, under the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import h5py

from specc.stores.arrays import StoredArray, StoreFile
from specc.stores.hdf5 import FileLayer, KerasFile, find_array, find_child, guard, open_file, read_texts
from specc.stores.members import Member, list_leaves

_EARLY = "_layer_checkpoint_dependencies"
CONTAINERS = ("layers", _EARLY)
_MOST_ARRAYS = 1_000

Groups = list[tuple[StoreFile, h5py.h5g.GroupID]]
"""A group in each of the files that hold it."""


@contextmanager
def open_layers(
    files: Sequence[StoreFile], members: Sequence[Member], parts: Mapping[str, Sequence[str]]
) -> Iterator[KerasFile]:
    """The layers of the members that hold arrays, in their order, open while the context lasts.

    files: one, or the shards of one. parts: of a layer of the spec, where its arrays lie below its group, in the
    order of the declared weights. Groups that no member leads to are layers of their own, at the end, so that a file
    of another model is seen.
    """
    with ExitStack() as stack:
        roots = [(file, stack.enter_context(open_file(file))) for file in files]
        layers: list[FileLayer] = []
        if files:  # the index of a model without weights names none
            with guard(files[0]):
                layers = _list_layers(roots, members, parts)
        yield KerasFile(layers, None)


def is_by_path(store: StoreFile) -> bool:
    """Whether a file has this form, and not the older one with ``layer_names``."""
    with open_file(store) as root, guard(store):
        if root.links.exists(b"model_weights") or read_texts(store, root, "layer_names") is not None:
            return False
        return any(root.links.exists(name.encode()) for name in CONTAINERS)


def _list_layers(roots: Groups, members: Sequence[Member], parts: Mapping[str, Sequence[str]]) -> list[FileLayer]:
    layers, used = [], set()
    for member, path in list_leaves(members):
        used.add(path.split("/")[1])
        places = parts.get(member.layer or "", ("",))
        if member.is_wrapped:
            places = [place.removeprefix("layer").removeprefix("/") for place in places]
        arrays = _arrays(_follow(roots, path), places)
        if arrays:
            layers.append(FileLayer(path.removeprefix("layers/"), tuple(arrays)))
    for name, below in _foreign_groups(roots, used).items():
        arrays = _arrays(below, list(dict.fromkeys(part for _, group in below for part in _parts_below(group))))
        if arrays:
            layers.append(FileLayer(name, tuple(arrays)))
    return layers


def _foreign_groups(roots: Groups, used: set[str]) -> dict[str, Groups]:
    """The groups of layers that no member leads to."""
    found: dict[str, Groups] = {}
    for store, group in _follow(roots, "layers"):
        known = {_name_in(group, name) for name in used}
        for name in _names(group):
            if name not in known and _is_group(group, name):
                found.setdefault(name, []).append((store, find_child(store, group, name)))
    return found


def _parts_below(group: h5py.h5g.GroupID) -> Iterator[str]:
    """Where arrays lie below the group of a layer that nobody knows; states of random numbers are none."""
    seen: set[int] = set()  # groups may hold each other
    pending = [("", group)]
    while pending:
        prefix, group = pending.pop()
        address = h5py.h5o.get_info(group).addr
        if address in seen:
            continue
        seen.add(address)
        for name in _names(group):
            if name == "vars":
                yield prefix
            elif name != "seed_generator" and _is_group(group, name):
                pending.append((f"{prefix}/{name}".lstrip("/"), h5py.h5g.open(group, name.encode())))


def _is_group(group: h5py.h5g.GroupID, name: str) -> bool:
    key = name.encode()
    is_own = group.links.exists(key) and group.links.get_info(key).type == h5py.h5l.TYPE_HARD
    return bool(is_own and h5py.h5o.get_info(group, key).type == h5py.h5o.TYPE_GROUP)


def _names(group: h5py.h5g.GroupID) -> list[str]:
    return [name.decode(errors="replace") for name in group]


def _name_in(group: h5py.h5g.GroupID, step: str) -> str | None:
    """What a group calls a step of a path; None where it has no such thing."""
    if step == "layers":
        return next((name for name in CONTAINERS if group.links.exists(name.encode())), None)
    if not (h5py.h5i.get_name(group) or b"").endswith(_EARLY.encode()):
        return step if group.links.exists(step.encode()) else None
    # The numbers have gaps: the second layer of a class is the second that is there.
    kind, number = _split_number(step)
    alike = sorted(found[1] for found in map(_split_number, _names(group)) if found[0] == kind)
    if number >= len(alike):
        return None
    return f"{kind}_{alike[number]}" if alike[number] else kind


def _split_number(name: str) -> tuple[str, int]:
    """``dense_2`` -> dense, 2; ``dense`` -> dense, 0."""
    kind, _, number = name.rpartition("_")
    return (kind, int(number)) if kind and number.isdecimal() and len(number) < 7 else (name, 0)


def _follow(roots: Groups, path: str) -> Groups:
    """The group at a path, in the files that hold it."""
    groups = roots
    for step in path.split("/"):
        found: Groups = []
        for store, group in groups:
            name = _name_in(group, step)
            if name is None:
                continue
            child = find_child(store, group, name)
            if not isinstance(child, h5py.h5g.GroupID):
                raise store.damaged(f"`{path}` is no group")
            found.append((store, child))
        groups = found
    return groups


def _arrays(groups: Groups, parts: Sequence[str]) -> list[StoredArray]:
    """The arrays below a layer's group, part by part, by their numbers."""
    arrays: list[StoredArray] = []
    for part in parts:
        below = _follow(groups, f"{part}/vars" if part else "vars")
        for number in range(_MOST_ARRAYS):
            name = str(number)
            holder = next(((s, group) for s, group in below if group.links.exists(name.encode())), None)
            if holder is None:
                break
            arrays.append(find_array(*holder, name))
    return arrays

"""Hostile HDF5: links, foreign data, sizes that nothing is behind, names that lead nowhere or in circles."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np

from tests.hostile import sound
from tests.hostile.entries import Entry, cut

CANARY = "canary/other.h5"
"""A sound file beside the hostile ones; whoever opens it is caught."""
Change = Callable[[h5py.File], None]
BIAS = "model_weights/d/d/bias:0"


def _replace(path: str, make: Callable[[h5py.Group, str], Any]) -> Change:
    def change(file: h5py.File) -> None:
        group, name = file[path].parent, path.rpartition("/")[2]
        del group[name]
        make(group, name)

    return change


def _link(path: str, target: Any) -> Change:
    return _replace(path, lambda group, name: group.__setitem__(name, target))


def _dataset(path: str, *arguments: Any, **options: Any) -> Change:
    return _replace(path, lambda group, name: group.create_dataset(name, *arguments, **options))


def _names(path: str, attribute: str, value: Any) -> Change:
    def change(file: h5py.File) -> None:
        file[path].attrs[attribute] = value

    return change


def _virtual(unlimited: bool) -> Change:
    def make(group: h5py.Group, name: str) -> None:
        most = (None,) if unlimited else (2,)
        layout = h5py.VirtualLayout((2,), "<f4", maxshape=most)
        source = h5py.VirtualSource(CANARY, "model_weights/d/d/bias:0", (2,), maxshape=most)
        if unlimited:
            layout[0 : h5py.h5s.UNLIMITED] = source[0 : h5py.h5s.UNLIMITED]
        else:
            layout[:] = source
        group.create_virtual_dataset(name, layout)

    return _replace(BIAS, make)


def _filtered(group: h5py.Group, name: str) -> None:
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((2,))
    plan.set_filter(32999, h5py.h5z.FLAG_OPTIONAL, ())
    space = h5py.h5s.create_simple((2,))
    h5py.h5d.create(group.id, name.encode(), h5py.h5t.IEEE_F32LE, space, plan)


def _group_in_itself(file: h5py.File) -> None:
    group = file["model_weights/d"]
    group["d/again"] = group
    group.attrs["weight_names"] = np.array([b"d/again/" * 1_000 + b"missing", b"d/bias:0"])


def _layer_that_is_the_root(file: h5py.File) -> None:
    file["model_weights/root"] = file["/"]
    file["model_weights"].attrs["layer_names"] = np.array([b"root/model_weights/" * 100 + b"d"])
    file["model_weights"].attrs["layer_names"] = np.array([b"root"])
    file.attrs["weight_names"] = np.array([b"model_weights/root/model_weights/d/d/kernel:0"])


def _many_groups(file: h5py.File) -> None:
    group = file["layers"]
    for _ in range(300):
        group = group.create_group("layers")
    group["back"] = file["layers"]
    del file["layers/dense/vars/1"]


def _free_block_in_a_circle() -> bytes:
    data = sound.hdf5()
    names = data.index(b"HEAP")
    _, first, address = struct.unpack_from("<3Q", data, names + 8)
    place = address + first
    return data[:place] + struct.pack("<Q", first) + data[place + 8 :]


def _object_of_no_size() -> bytes:
    """Names of variable length lie in a global heap; here it never comes to an end."""
    data = sound.hdf5(_names("model_weights", "layer_names", np.array(["d"], dtype=object)))
    place = data.index(b"GCOL") + 16
    return data[:place] + bytes(16) + data[place + 16 :]


def _source(name: str, code: str, change: Change | None = None, data: Callable[[], bytes] | None = None) -> Entry:
    return Entry(f"{name}.h5", code, data or (lambda: sound.hdf5(change)))


def _weights(name: str, code: str, change: Change) -> Entry:
    return Entry(f"{name}.weights.h5", code, lambda: sound.by_path(change), "weights")


_CONFIG, _GROUP, _FIRST = "model_config", "model_weights", "layers/dense/vars/0"
ENTRIES: list[Entry] = [
    *cut(
        "cut.h5", "W402", sound.hdf5,
        ("after_the_magic", 8), ("in_the_superblock", 40), ("after_the_superblock", 96), ("in_the_root_group", 130),
        ("in_the_attribute", b'"class_name": "Dense"'), ("in_a_tree", b"TREE"), ("in_a_heap", b"HEAP"),
        ("in_a_table_of_names", b"SNOD"), ("in_a_dataset_header", 4500), ("in_the_data", sound.KERNEL.tobytes()),
        ("at_the_last_byte", -1),
    ),
    *cut(
        "cut_new.h5", "W402", lambda: sound.hdf5(libver="latest"),
        ("in_the_superblock", 30), ("in_an_object_header", b"OHDR"), ("in_the_data", sound.KERNEL.tobytes()),
    ),
    _source("link_soft_to_the_group", "W403", _link(_GROUP, h5py.SoftLink("/elsewhere"))),
    _source("link_soft_to_a_layer", "W403", _link(f"{_GROUP}/d", h5py.SoftLink("/elsewhere"))),
    _source("link_external_to_the_group", "W403", _link(_GROUP, h5py.ExternalLink(CANARY, _GROUP))),
    _source("link_external_to_a_layer", "W403", _link(f"{_GROUP}/d", h5py.ExternalLink(CANARY, f"{_GROUP}/d"))),
    _source("link_external_to_an_array", "W403", _link(BIAS, h5py.ExternalLink(CANARY, BIAS))),
    _source("link_external_to_a_device", "W403", _link(BIAS, h5py.ExternalLink("/dev/zero", "/"))),
    _source("external_data", "W403", _dataset(BIAS, (2,), "<f4", external=[("canary/numbers", 0, 8)])),
    _source("external_password_file", "W403", _dataset(BIAS, (2,), "<f4", external=[("/etc/passwd", 0, 8)])),
    _source("virtual_data", "W403", _virtual(False)),
    _source("virtual_data_without_end", "W403", _virtual(True)),
    _source("terabyte_in_one_piece", "W406", _dataset(BIAS, (1 << 38,), "<f4")),
    _source("terabyte_in_chunks", "W406", _dataset(BIAS, (1 << 20, 1 << 18), "<f4", chunks=(1024, 1024))),
    _source("terabyte_of_the_right_rank", "W406",
            _dataset(f"{_GROUP}/d/d/kernel:0", (1 << 36, 4), "<f4", chunks=(64, 4), compression="gzip")),
    _source("chunk_of_a_gigabyte", "W403",
            _dataset(BIAS, (2,), "<f4", chunks=(1 << 28,), maxshape=(None,), compression="gzip")),
    _source("filter_of_a_plugin", "W403", _replace(BIAS, _filtered)),
    _source("never_written", "W402", _dataset(BIAS, (2,), "<f4")),
    _source("null_array", "W402", _dataset(BIAS, data=h5py.Empty("<f4"))),
    _source("wrong_shape", "W406", _dataset(BIAS, data=np.ones(3, "<f4"))),
    _source("wrong_rank", "W406", _dataset(BIAS, data=np.ones((1, 2), "<f4"))),
    _source("scalar", "W406", _dataset(BIAS, data=np.float32(1))),
    _source("empty_array", "W406", _dataset(BIAS, data=np.ones((0,), "<f4"))),
    _source("transposed", "W406", _dataset(f"{_GROUP}/d/d/kernel:0", data=np.ones((2, 3), "<f4"))),
    _source("whole_numbers", "W407", _dataset(BIAS, data=np.ones(2, "<i8"))),
    _source("texts", "W407", _dataset(BIAS, data=np.array(["a", "b"], dtype=object), dtype=h5py.string_dtype())),
    _source("references", "W407", _dataset(BIAS, (2,), h5py.ref_dtype)),
    _source("records", "W407", _dataset(BIAS, data=np.zeros(2, [("a", "<f4"), ("b", "<f4")]))),
    _source("complex_numbers", "W407", _dataset(BIAS, data=np.ones(2, "<c8"))),
    _source("layer_that_is_an_array", "W402", _names(_GROUP, "layer_names", np.array([b"d/d/bias:0"]))),
    _source("layer_names_of_no_layer", "W402", _names(_GROUP, "layer_names", np.array([b"missing"]))),
    _source("layer_names_twice_the_same", "W408", _names(_GROUP, "layer_names", np.array([b"d", b"d"]))),
    _source("layer_names_above_the_file", "W402", _names(_GROUP, "layer_names", np.array([b"../../d"]))),
    _source("layer_names_of_numbers", "W402", _names(_GROUP, "layer_names", np.ones(3))),
    _source("layer_names_that_are_no_text", "W402", _names(_GROUP, "layer_names", np.array([b"\xff\xfe"]))),
    _source("weight_names_of_a_group", "W402",
            _names(f"{_GROUP}/d", "weight_names", np.array([b"d", b"d/bias:0"]))),
    _source("weight_names_too_few", "W409", _names(f"{_GROUP}/d", "weight_names", np.array([b"d/kernel:0"]))),
    _source("weight_names_turned_round", "W406",
            _names(f"{_GROUP}/d", "weight_names", np.array([b"d/bias:0", b"d/kernel:0"]))),
    _source("group_in_itself", "W402", _group_in_itself),
    _source("layer_that_is_the_root", "W409", _layer_that_is_the_root),
    _source("heap_object_of_no_size", "W402", data=_object_of_no_size),
    _source("heap_block_in_a_circle", "W402", data=_free_block_in_a_circle),
    _source("addresses_of_four_bytes", "W403", data=lambda: sound.hdf5()[:13] + b"\x04" + sound.hdf5()[14:]),
    _source("config_of_numbers", "W402", lambda file: file.attrs.__setitem__(_CONFIG, np.zeros((3, 4)))),
    _source("config_that_is_empty", "S103", lambda file: file.attrs.__setitem__(_CONFIG, np.bytes_(b" "))),
    _source("config_of_a_list", "K700", lambda file: file.attrs.__setitem__(_CONFIG, np.bytes_(b"[1]"))),
    _source("config_without_weights", "W402", lambda file: file.__delitem__(f"{_GROUP}/d")),
    _source("weights_alone", "K701", data=lambda: sound.hdf5(whole=False)),
    _weights("path_link", "W403", _link("layers", h5py.ExternalLink(CANARY, "/"))),
    _weights("path_terabyte", "W406", _dataset(_FIRST, (1 << 20, 1 << 18), "<f4", chunks=(1024, 1024))),
    _weights("path_circle", "W408", lambda file: file.__setitem__("layers/gru/cell/vars/0", np.ones(3, "<f4"))),
    _weights("path_levels", "W408", _many_groups),
]  # fmt: skip

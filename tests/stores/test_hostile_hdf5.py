"""Broken and hostile HDF5 files: refused by what they declare, before a byte of data is read."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from specc.diagnostics import SpecError
from specc.stores.arrays import StoreFile
from specc.stores.heaps import check_heaps
from tests.stores.declarations import bound, dense, refusals, survives
from tests.stores.keras_h5 import write

MODEL = dense("dense", 3, 2)
FILE = {"d": [("d/kernel:0", np.ones((3, 2), np.float32)), ("d/bias:0", np.ones(2, np.float32))]}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return write(tmp_path / "w.h5", FILE)


def edit(file: Path, change: Callable[[h5py.File], None]) -> Path:
    with h5py.File(file, "r+") as target:
        change(target)
    return file


def replace(file: Path, path: str, make: Callable[[h5py.Group, str], None]) -> Path:
    """Put something else in an object's place."""

    def change(target: h5py.File) -> None:
        group, name = target[path].parent, path.rpartition("/")[2]
        del group[name]
        make(group, name)

    return edit(file, change)


@pytest.mark.parametrize("path", ["d", "d/d", "d/d/kernel:0"])
@pytest.mark.parametrize("kind", ["soft", "external"])
def test_links_are_not_followed(good: Path, path: str, kind: str) -> None:
    secret = write(good.parent / "secret.h5", FILE)

    def link(group: h5py.Group, name: str) -> None:
        group[name] = h5py.ExternalLink(str(secret), path) if kind == "external" else h5py.SoftLink("/elsewhere")

    (found,) = refusals(MODEL, replace(good, path, link))
    assert found.startswith("W403 weights: `w.h5` is refused: `")
    assert "is a link, and links can lead to any file of this machine" in found


def test_the_group_of_a_whole_model_may_be_no_link(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.h5", FILE)
    with h5py.File(tmp_path / "w.h5", "w") as target:
        target["model_weights"] = h5py.ExternalLink(str(secret), "/")
    (found,) = refusals(MODEL, tmp_path / "w.h5")
    assert found.startswith("W403 weights: `w.h5` is refused: `model_weights` is a link")


def test_external_data_is_not_read(good: Path) -> None:
    (good.parent / "secret").write_bytes(bytes(100))

    def make(group: h5py.Group, name: str) -> None:
        group.create_dataset(name, (2,), "f4", external=[(str(good.parent / "secret"), 0, 8)])

    (found,) = refusals(MODEL, replace(good, "d/d/bias:0", make))
    assert found.startswith("W403 weights: `w.h5` is refused: `d/bias:0` is an external dataset")


@pytest.mark.parametrize("unlimited", [True, False])
def test_virtual_data_is_not_read(good: Path, unlimited: bool) -> None:
    secret = write(good.parent / "secret.h5", FILE, chunks=1)

    def make(group: h5py.Group, name: str) -> None:
        if unlimited:
            layout = h5py.VirtualLayout((2,), "f4", maxshape=(None,))
            source = h5py.VirtualSource(str(secret), "d/d/bias:0", shape=(2,), maxshape=(None,))
            layout[0 : h5py.h5s.UNLIMITED] = source[0 : h5py.h5s.UNLIMITED]
        else:
            layout = h5py.VirtualLayout((2,), "f4")
            layout[:] = h5py.VirtualSource(str(secret), "d/d/bias:0", shape=(2,))
        group.create_virtual_dataset(name, layout)

    (found,) = refusals(MODEL, replace(good, "d/d/bias:0", make))
    assert found.startswith("W403 weights: `w.h5` is refused: `d/bias:0` is a virtual dataset")


def test_a_declared_terabyte_is_not_read(good: Path) -> None:
    def make(group: h5py.Group, name: str) -> None:
        group.create_dataset(name, (1 << 38,), "f4")

    file = replace(good, "d/d/bias:0", make)
    assert file.stat().st_size < 20_000
    (found,) = refusals(MODEL, file)
    assert found == (
        "W406 layers.0.units: `dense/bias` in `w.h5` (as `d/bias:0`): found (274877906944,), expected (2,) | "
        "the file holds 274877906944 units"
    )


def test_declared_data_that_was_never_written(good: Path) -> None:
    replace(good, "d/d/bias:0", lambda group, name: group.create_dataset(name, (2,), "f4") and None)
    (found,) = refusals(MODEL, good)
    assert found.startswith("W402 weights: `w.h5` is damaged: `d/bias:0` is declared and was never written")


def test_huge_chunks(good: Path) -> None:
    def make(group: h5py.Group, name: str) -> None:
        group.create_dataset(name, (2,), "f4", chunks=(1 << 28,), maxshape=(None,), compression="gzip")

    (found,) = refusals(MODEL, replace(good, "d/d/bias:0", make))
    assert found.startswith("W403 weights: `w.h5` is refused: `d/bias:0` is stored in chunks of 268435456 values")


def test_filters_that_need_plugins(good: Path) -> None:
    def make(group: h5py.Group, name: str) -> None:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((2,))
        plan.set_filter(32999, h5py.h5z.FLAG_OPTIONAL, ())
        space = h5py.h5s.create_simple((2,))
        h5py.h5d.create(group.id, name.encode(), h5py.h5t.IEEE_F32LE, space, plan)

    (found,) = refusals(MODEL, replace(good, "d/d/bias:0", make))
    assert found.startswith("W403 weights: `w.h5` is refused: `d/bias:0` is packed with HDF5 filter 32999")


def _set(name: str, value: Any) -> Callable[[h5py.File], None]:
    def change(target: h5py.File) -> None:
        target.attrs[name] = value

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            _set("layer_names", ["d", "missing"]),
            "W402 weights: `w.h5` is damaged: it names `missing` and does",
        ),
        (
            _set("layer_names", np.ones(3)),
            "W402 weights: `w.h5` is damaged: the attribute `layer_names` is no list",
        ),
        (
            _set("layer_names", [["d"]]),
            "W402 weights: `w.h5` is damaged: the attribute `layer_names` is no list",
        ),
        (_set("layer_names", np.array([b"\xff\xfe"])), "W402 weights: `w.h5` is damaged: "),
        (
            _set("layer_names", ["d/d/bias:0"]),
            "W402 weights: `w.h5` is damaged: layer `d/d/bias:0` is no group",
        ),
        (
            _set("layer_names", ["../d"]),
            "W402 weights: `w.h5` is damaged: it names `../d` and does not hold it",
        ),
        (_set("layer_names", h5py.Empty("S1")), "W408 weights: `w.h5` holds 0 layers with weights (none)"),
        (_set("layer_names", np.zeros(0)), "W408 weights: `w.h5` holds 0 layers with weights (none)"),
        (
            lambda f: f["d"].attrs.__setitem__("weight_names", ["d", "d/bias:0"]),
            "W402 weights: `w.h5` is damaged: `d` is",
        ),
        (
            lambda f: f["d"].attrs.__setitem__("weight_names", ["x"]),
            "W402 weights: `w.h5` is damaged: it names `x`",
        ),
        (lambda f: f.attrs.__delitem__("layer_names"), "W401 weights: `w.h5` is HDF5 without the attribute"),
    ],
)
def test_files_that_contradict_themselves(good: Path, change: Callable[[h5py.File], None], message: str) -> None:
    (found,) = refusals(MODEL, edit(good, change))
    assert found.startswith(message)


def test_a_layer_named_twice_by_one_string(good: Path) -> None:
    """One name as text, not a list of names, is what some writers make of a single layer."""
    assert bound(MODEL, edit(good, _set("layer_names", "d")))


def test_floods_of_names(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w.h5", "w", libver="latest") as target:
        target.attrs["layer_names"] = np.full(200_000, b"d")
    (found,) = refusals(MODEL, tmp_path / "w.h5")
    assert found.startswith("W403 weights: `w.h5` is refused: the attribute `layer_names` declares 200000 names")


def test_heaps_that_lead_in_circles(good: Path) -> None:
    """A free object without a size, and a free block that follows itself: the HDF5 library would never return."""
    data = good.read_bytes()
    heap = data.index(b"GCOL")
    names = data.index(b"HEAP")
    size, first, address = struct.unpack_from("<3Q", data, names + 8)
    assert first < size
    for place, value in ((heap + 16, bytes(16)), (address + first, struct.pack("<Q", first))):
        good.write_bytes(data[:place] + value + data[place + len(value) :])
        (found,) = refusals(MODEL, good)
        assert found.startswith("W402 weights: `w.h5` is damaged: one of its heaps of names contradicts itself")


def test_numbers_of_another_width(good: Path) -> None:
    data = good.read_bytes()
    good.write_bytes(data[:13] + b"\x04" + data[14:])
    (found,) = refusals(MODEL, good)
    assert found.startswith("W403 weights: `w.h5` is refused: its addresses and sizes are not of 8 bytes")


def test_a_null_dataset(good: Path) -> None:
    replace(good, "d/d/bias:0", lambda group, name: group.create_dataset(name, data=h5py.Empty("f4")) and None)
    (found,) = refusals(MODEL, good)
    assert found.startswith("W402 weights: `w.h5` is damaged: `d/bias:0` holds no array")


def test_the_weights_of_keras_3(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w.h5", "w") as target:
        target.create_group("layers/dense/vars")
    (found,) = refusals(MODEL, tmp_path / "w.h5")
    assert found.startswith("W401 weights: `w.h5` holds weights in the form of Keras 3 (.weights.h5)")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.999])
def test_cut_files(good: Path, share: float) -> None:
    data = good.read_bytes()
    good.write_bytes(data[: int(len(data) * share)])
    (found,) = refusals(MODEL, good)
    assert found.startswith("W402 weights: `w.h5` is damaged: ")


def test_overwritten_files(good: Path) -> None:
    """Zeros over each stretch of 64 bytes: a finding, or the file is still good. Never another exception."""
    data = good.read_bytes()
    for place in range(8, len(data), 64):
        good.write_bytes(data[:place] + bytes(64) + data[place + 64 :])
        assert survives(MODEL, good)


@pytest.mark.parametrize("start", [96, (1 << 20) - 4, (1 << 20) - 1, 1 << 20, (2 << 20) - 3])
def test_a_heap_is_found_wherever_it_stands(tmp_path: Path, start: int) -> None:
    """A free object of size zero, in a heap that may lie across the pieces in which a file is searched."""
    heap = b"GCOL\x01\0\0\0" + struct.pack("<Q", 4096) + bytes(4096)
    content = b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08".ljust(start, b"\0") + heap
    (tmp_path / "w.h5").write_bytes(content)
    with pytest.raises(SpecError) as caught:
        check_heaps(StoreFile(tmp_path / "w.h5", "w.h5", ()))
    assert [finding.code for finding in caught.value.diagnostics] == ["W402"]

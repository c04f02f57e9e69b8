"""Hostile archives: .keras and .npz that lie about their members, reach beyond themselves, or never end."""

from __future__ import annotations

import io
import pickle
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping

import numpy as np

from tests.hostile import sound
from tests.hostile.entries import Entry, cut
from tests.hostile.hdf5_files import CANARY

_DEFLATED = zipfile.ZIP_DEFLATED
_TERABYTES = "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"


def _twice(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of what is meant here
        for member, data in sound.keras().items():
            sound.add(file, member, data)
        sound.add(file, name, sound.keras()[name])
    return buffer.getvalue()


def _patched(members: Mapping[str, bytes], name: str, field: int, value: int, size: str = "<I") -> bytes:
    """An archive whose directory says something else of a member. field: where, in the member's entry."""
    data = bytearray(sound.archive(members))
    place = data.index(b"PK\x01\x02")
    while data[place + 46 : place + 46 + len(name)] != name.encode():
        place = data.index(b"PK\x01\x02", place + 4)
    struct.pack_into(size, data, place + field, value)
    return bytes(data)


def _pointer(members: Mapping[str, bytes]) -> bytes:
    """A member that is a symbolic link, as zips of Unix have them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in members.items():
            if name != "model.weights.h5":
                sound.add(file, name, data)
        link = zipfile.ZipInfo("model.weights.h5", (2026, 1, 1, 0, 0, 0))
        link.external_attr = 0o120777 << 16
        file.writestr(link, CANARY)
    return buffer.getvalue()


class _Trap:
    """What the machine would run, if somebody unpickled it."""

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return print, ("a pickle was read",)


def _objects() -> bytes:
    trap = np.empty(2, object)
    trap[:] = _Trap()
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, trap, allow_pickle=True)
    return buffer.getvalue()


def _elsewhere(weights: str) -> dict[str, bytes]:
    """A .keras whose weights have another name."""
    members = sound.keras()
    return {(weights if name == "model.weights.h5" else name): data for name, data in members.items()}


def _keras(name: str, code: str, make: Callable[[], bytes]) -> Entry:
    return Entry(f"{name}.keras", code, make)


def _npz(name: str, code: str, **members: bytes) -> Entry:
    return Entry(f"{name}.npz", code, lambda: sound.archive(sound.npz(**members)), "weights")


_WHOLE = "model.weights.h5"
ENTRIES: list[Entry] = [
    *cut(
        "cut.keras", "W402", lambda: sound.archive(sound.keras()),
        ("in_a_local_header", 12), ("in_a_member", b'"class_name": "Dense"'), ("before_the_directory", b"PK\x01\x02"),
        ("in_the_directory", b"model.weights.h5"), ("in_the_end_record", b"PK\x05\x06"), ("at_the_last_byte", -1),
    ),
    *cut(
        "cut.npz", "W402", lambda: sound.archive(sound.npz()),
        ("in_a_member", b"fortran_order"), ("in_the_end_record", b"PK\x05\x06"),
    ),
    _keras("bomb_of_a_config", "W403",
           lambda: sound.archive(sound.keras(config__json=b" " * (33 << 20)), _DEFLATED)),
    _keras("bomb_of_weights", "W403",
           lambda: sound.archive({**sound.keras(), _WHOLE: bytes(80 << 20)}, _DEFLATED)),
    _keras("bomb_that_declares_little", "W402",
           lambda: _patched({**sound.keras(), _WHOLE: sound.by_path() + bytes(1 << 20)}, _WHOLE, 24, 5_000)),
    _keras("two_configs", "W402", lambda: _twice("config.json")),
    _keras("two_weights", "W402", lambda: _twice(_WHOLE)),
    _keras("encrypted_config", "W403", lambda: _patched(sound.keras(), "config.json", 8, 1, "<H")),
    _keras("encrypted_weights", "W403", lambda: _patched(sound.keras(), _WHOLE, 8, 1, "<H")),
    _keras("packed_by_another_method", "W403", lambda: sound.archive(sound.keras(), zipfile.ZIP_LZMA)),
    _keras("packed_by_no_method", "W403", lambda: _patched(sound.keras(), "config.json", 10, 77, "<H")),
    _keras("member_behind_the_end", "W402", lambda: _patched(sound.keras(), _WHOLE, 42, 1 << 30)),
    _keras("member_on_another_member", "W402", lambda: _patched(sound.keras(), _WHOLE, 42, 0)),
    _keras("sum_that_is_wrong", "W402", lambda: _patched(sound.keras(), "config.json", 16, 1)),
    _keras("weights_that_are_a_link", "W402", lambda: _pointer(sound.keras())),
    _keras("weights_that_are_no_hdf5", "W402", lambda: sound.archive({**sound.keras(), _WHOLE: b"no HDF5"})),
    _keras("weights_with_links", "W403",
           lambda: sound.archive({**sound.keras(), _WHOLE: sound.by_path(_link_out)})),
    _keras("pickled_weights", "W403", lambda: sound.archive(_elsewhere("model.weights.npz"))),
    _keras("config_that_is_no_text", "W402", lambda: sound.archive(sound.keras(config__json=b"\xff\xfe\x00"))),
    _keras("config_of_nan", "S112", lambda: sound.archive(sound.keras(config__json=b'{"class_name": NaN}'))),
    _keras("config_of_a_list", "K700", lambda: sound.archive(sound.keras(config__json=b"[]"))),
    _keras("note_that_is_no_json", "S106", lambda: sound.archive(sound.keras(metadata__json=b'{"keras_version"'))),
    _keras("no_config", "S101", lambda: sound.archive({"other.json": b"{}"})),
    Entry("names_above_the_folder.keras", "W401",
          lambda: sound.archive(_elsewhere(f"../{CANARY}")), "weights"),
    Entry("absolute_names.npz", "W401", lambda: sound.archive({"/etc/passwd": b"x", f"../{CANARY}": b"x"}), "weights"),
    _npz("pickled_array", "W407", bias=_objects()),
    _npz("member_that_is_a_pickle", "W402", bias=pickle.dumps(_Trap(), 2)),
    _npz("header_with_code", "W402", bias=sound.npy("__import__('os').abort()", bytes(8))),
    _npz("header_of_brackets", "W402", bias=sound.npy("(" * 9_000, bytes(8))),
    _npz("header_that_is_long", "W402", bias=sound.npy(" " * 60_000, bytes(8))),
    _npz("header_of_version_9", "W402", bias=sound.npy("{}", bytes(8), 9)),
    _npz("shape_of_terabytes", "W402", bias=sound.npy(_TERABYTES, bytes(8))),
    _npz("shape_below_zero", "W402",
         bias=sound.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }", bytes(8))),
    _npz("shape_of_many_digits", "W402",
         bias=sound.npy("{'descr': '<f4', 'fortran_order': False, 'shape': (" + "9" * 900 + ",), }", bytes(8))),
    _npz("more_than_it_declares", "W402", bias=sound.array(sound.BIAS) + bytes(1000)),
    _npz("less_than_it_declares", "W402", bias=sound.array(sound.BIAS)[:-1]),
    _npz("type_of_objects", "W407", bias=sound.npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }")),
]  # fmt: skip


def _link_out(file: object) -> None:
    import h5py

    assert isinstance(file, h5py.File)
    del file["layers/dense/vars/1"]
    file["layers/dense/vars/1"] = h5py.ExternalLink(CANARY, "layers/dense/vars/1")

"""Hostile weights of other kinds: .safetensors that lie, pickles, what is no store at all, an index of shards."""

from __future__ import annotations

import json
import pickle
from typing import Any

from tests.hostile import sound
from tests.hostile.entries import Entry, cut
from tests.hostile.hdf5_files import CANARY
from tests.hostile.sound import tensor

_KERNEL, _BIAS = tensor([3, 2], 0, 24), tensor([2], 24, 32)


class _Trap:
    def __reduce__(self) -> Any:
        return print, ("a pickle was read",)


def _lying(name: str, header: Any, code: str = "W402", **options: Any) -> Entry:
    return Entry(f"{name}.safetensors", code, lambda: sound.safetensors(header, **options), "weights")


def _of(**entries: Any) -> dict[str, Any]:
    return {"d/kernel": _KERNEL, "d/bias": _BIAS} | {f"d/{name}": entry for name, entry in entries.items()}


def _index(name: str, code: str, places: Any) -> Entry:
    data = json.dumps({"metadata": {}, "weight_map": places}).encode()
    return Entry(f"{name}.weights.json", code, lambda: data, "weights")


ENTRIES: list[Entry] = [
    *cut(
        "cut.safetensors", "W402", sound.safetensors,
        ("in_the_header", b"data_offsets"), ("in_the_data", -20), ("at_the_last_byte", -1),
    ),
    _lying("header_longer_than_the_file", None, length=1 << 20),
    _lying("header_of_exabytes", None, code="W401", length=1 << 62),
    _lying("header_of_brackets", b'{"a": ' + b"[" * 100_000),
    _lying("names_twice", b'{"d/bias": 1, "d/bias": 2}'),
    _lying("overlapping", _of(bias=tensor([2], 16, 24))),
    _lying("with_a_hole", _of(kernel=tensor([3, 2], 8, 32))),
    _lying("offsets_behind_the_end", _of(x=tensor([1 << 40], 32, 32 + (1 << 42)))),
    _lying("offsets_turned_round", _of(bias=tensor([2], 32, 24))),
    _lying("offsets_below_zero", _of(bias=tensor([2], -8, 0))),
    _lying("shape_of_exabytes", _of(bias=tensor([1 << 62, 1 << 62], 24, 32))),
    _lying("shape_that_lies", _of(bias=tensor([3], 24, 32))),
    _lying("type_of_whole_numbers", _of(bias=tensor([2], 24, 32, "I32")), code="W407"),
    _lying("more_data_than_arrays", None, data=bytes(64)),
    Entry("pickle.pt", "W401", lambda: pickle.dumps(_Trap(), 2), "weights"),
    Entry("checkpoint.zip", "W401", lambda: sound.archive({"archive/data.pkl": b"\x80\x02."}), "weights"),
    Entry("single.npy", "W401", lambda: sound.array(sound.BIAS), "weights"),
    Entry("packed.h5.gz", "W401", lambda: b"\x1f\x8b\x08" + bytes(40), "weights"),
    Entry("pointer.h5", "W401", lambda: b"version https://git-lfs.github.com/spec/v1\n", "weights"),
    Entry("nothing.h5", "W402", lambda: b"", "weights"),
    Entry("zeros.h5", "W401", lambda: bytes(4096), "weights"),
    _index("shard_elsewhere", "W403", {"/layers/dense/vars": f"../{CANARY}"}),
    _index("shard_of_the_machine", "W403", {"/layers/dense/vars": "/etc/passwd"}),
    _index("shard_in_a_folder", "W403", {"/layers/dense/vars": CANARY}),
    _index("shard_that_is_missing", "W402", {"/layers/dense/vars": "nowhere.weights.h5"}),
    _index("shards_without_number", "W403", {str(i): f"{i}.h5" for i in range(2000)}),
    Entry("pickle.json", "S101", lambda: pickle.dumps(_Trap(), 2)),
    Entry("zeros.json", "S101", lambda: bytes(4096)),
    Entry("nothing.json", "S103", lambda: b""),
]  # fmt: skip

"""The index of weights that Keras 3 cut into several files: ``model.weights.json`` beside ``model_00000.weights.h5``, …

    {"metadata": {"total_size": 4096}, "weight_map": {"/layers/dense/vars": "model_00000.weights.h5", …}}

The index names the file, or the list of files, that holds the arrays of each group. Only files beside it are opened.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from specc.diagnostics import Unreadable
from specc.stores.arrays import StoreFile
from specc.stores.kinds import HDF5

_LONGEST_INDEX = 32 << 20
_MOST_SHARDS = 1_000


def list_shards(store: StoreFile) -> list[StoreFile]:
    """The files that the index names, in the order of their names.

    Raises W401 for JSON that is no index, W402 and W403 for one that is damaged or names files elsewhere.
    """
    data = _read(store)
    places = data.get("weight_map") if isinstance(data, Mapping) else None
    if not isinstance(places, Mapping):
        hint = "an architecture is opened as a source; --weights takes the file with its weights"
        raise store.fault("W401", f"`{store.title}` is no weights file: it is JSON without a `weight_map`", hint)
    names: set[str] = set()
    for value in places.values():
        listed = value if isinstance(value, list) else [value]
        if not all(isinstance(name, str) and name for name in listed):
            raise store.damaged("its `weight_map` names no files")
        names.update(listed)
    outside = sorted(name for name in names if "/" in name or "\\" in name or name in (".", ".."))
    if outside:
        raise store.refused(f"it names `{outside[0][:80]}`, and only files beside it are opened")
    if len(names) > _MOST_SHARDS:
        raise store.refused(f"it names {len(names)} files, expected at most {_MOST_SHARDS}")
    return [_shard(store, name) for name in sorted(names)]


def _read(store: StoreFile) -> Any:
    with store.path.open("rb") as file:
        text = file.read(_LONGEST_INDEX + 1)
    if len(text) > _LONGEST_INDEX:
        raise store.refused(f"its index is longer than {_LONGEST_INDEX:,} bytes")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise store.damaged(f"its index is no JSON: {str(error)[:80]}") from None


def _shard(store: StoreFile, name: str) -> StoreFile:
    path = store.path.with_name(name)
    try:
        if not path.is_file():
            raise store.damaged(f"it names `{name}`, which is not there")
        with path.open("rb") as file:
            head = file.read(len(HDF5))
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot read the weights: `{path}`: {error}") from None
    if head != HDF5:
        raise store.damaged(f"it names `{name}`, which is no HDF5 file")
    return StoreFile(path, str(path), store.blame)

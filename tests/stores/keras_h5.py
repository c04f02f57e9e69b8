"""Writes HDF5 files as Keras lays them out, with h5py alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import h5py
import numpy as np

Layers = Mapping[str, Sequence[tuple[str, Any]]]


def _names(names: Sequence[str], text: Literal["bytes", "str"]) -> Any:
    if text == "bytes":
        return [name.encode() for name in names]  # an empty list becomes float64, as it does in Keras
    return np.array(names, dtype=object) if names else np.zeros(0)


def _put(group: h5py.Group, attribute: str, names: Sequence[str], text: Any, chunks: int) -> None:
    if chunks == 1:
        group.attrs[attribute] = _names(names, text)
        return
    for number, part in enumerate(np.array_split(np.array(names, dtype=object), chunks)):
        group.attrs[f"{attribute}{number}"] = _names(part.tolist(), text)


def write(
    file: Path,
    layers: Layers,
    *,
    whole: bool = False,
    text: Literal["bytes", "str"] = "bytes",
    chunks: int = 1,
    backend: str | None = "tensorflow",
    **options: Any,
) -> Path:
    """One group a layer, with its arrays in order.

    whole: below ``model_weights``. chunks: how many attributes a list of names is cut into. backend: None for a
    file of Keras 1, which names neither backend nor version. options: of the datasets.
    """
    with h5py.File(file, "w") as target:
        root = target.create_group("model_weights") if whole else target
        if whole:
            target.attrs["model_config"] = "{}"
            root.create_group("top_level_model_weights")
        if backend is not None:
            root.attrs["backend"] = backend
            root.attrs["keras_version"] = "2.1.6"
        _put(root, "layer_names", list(layers), text, chunks)
        for name, arrays in layers.items():
            group = root.create_group(name)
            _put(group, "weight_names", [path for path, _ in arrays], text, chunks if len(arrays) > 1 else 1)
            for path, array in arrays:
                group.create_dataset(path, data=array, **options)
    return file

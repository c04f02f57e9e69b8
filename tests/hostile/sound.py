"""A small model in every kind of file, whole and sound: what the hostile files are made of."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import h5py
import numpy as np

MODEL: dict[str, Any] = {
    "class_name": "Sequential",
    "config": {
        "name": "model",
        "layers": [{"class_name": "Dense", "config": {"name": "d", "units": 2, "batch_input_shape": [None, 3]}}],
    },
    "keras_version": "2.2.4",
    "backend": "tensorflow",
}
KERNEL = np.arange(6, dtype="<f4").reshape(3, 2)
BIAS = np.ones(2, "<f4")
_BYTES = KERNEL.tobytes() + BIAS.tobytes()
_DATE = (2026, 1, 1, 0, 0, 0)


def text(model: Any = MODEL) -> bytes:
    """An architecture as JSON."""
    return json.dumps(model, indent=1).encode()


def hdf5(change: Callable[[h5py.File], None] | None = None, *, whole: bool = True, libver: Any = None) -> bytes:
    """A whole model, or its weights alone, as Keras 2 writes it. change: what is done to the file afterwards."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=libver) as file:
        root = file
        if whole:
            file.attrs["model_config"] = np.bytes_(json.dumps(MODEL).encode())
            root = file.create_group("model_weights")
        root.attrs["keras_version"], root.attrs["backend"] = np.bytes_(b"2.2.4"), np.bytes_(b"tensorflow")
        root.attrs["layer_names"] = np.array([b"d"])
        root.create_group("d").attrs["weight_names"] = np.array([b"d/kernel:0", b"d/bias:0"])
        root["d/d/kernel:0"], root["d/d/bias:0"] = KERNEL, BIAS
        if change is not None:
            change(file)
    return buffer.getvalue()


def by_path(change: Callable[[h5py.File], None] | None = None) -> bytes:
    """The weights as Keras 3 keeps them."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["layers/dense/vars/0"], file["layers/dense/vars/1"] = KERNEL, BIAS
        if change is not None:
            change(file)
    return buffer.getvalue()


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip with these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, data in members.items():
            add(file, name, data, method)
    return buffer.getvalue()


def add(file: zipfile.ZipFile, name: str, data: bytes, method: int = zipfile.ZIP_STORED) -> None:
    """Add a member, with the same date always."""
    member = zipfile.ZipInfo(name, _DATE)
    member.compress_type = method
    file.writestr(member, data, compresslevel=9)


def keras(**others: bytes) -> dict[str, bytes]:
    """The members of a .keras. others: instead of its own, with `__` for the dots of their names."""
    members = {
        "metadata.json": b'{"keras_version": "3.5.0", "date_saved": "2026-01-01@00:00:00"}',
        "config.json": text(),
        "model.weights.h5": by_path(),
    }
    return members | {name.replace("__", "."): data for name, data in others.items()}


def npy(header: str, data: bytes = b"", version: int = 1) -> bytes:
    """An array of an .npz with any header."""
    raw = header.encode("latin-1")
    size = struct.pack("<H" if version == 1 else "<I", len(raw))
    return b"\x93NUMPY" + bytes([version, 0]) + size + raw + data


def array(values: Any) -> bytes:
    """A sound array of an .npz."""
    return npy(f"{{'descr': '<f4', 'fortran_order': False, 'shape': {values.shape}, }}\n", values.tobytes())


def npz(**others: bytes) -> dict[str, bytes]:
    """The members of an .npz. others: instead of its own."""
    members = {"d/kernel.npy": array(KERNEL), "d/bias.npy": array(BIAS)}
    return members | {f"d/{name}.npy": data for name, data in others.items()}


def safetensors(header: Any = None, data: bytes = _BYTES, length: int | None = None) -> bytes:
    """A .safetensors with any header, and any length said of it."""
    if header is None:
        header = {"d/kernel": tensor([3, 2], 0, 24), "d/bias": tensor([2], 24, 32)}
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(raw) if length is None else length) + raw + data


def tensor(shape: list[int], low: int, high: int, dtype: str = "F32") -> dict[str, Any]:
    """An entry of the header of a .safetensors."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [low, high]}

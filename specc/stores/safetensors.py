"""The arrays of a ``.safetensors`` file: a JSON header of names, types, shapes and offsets, then the bytes.

8 bytes: length n of the header, little endian | n bytes of JSON | the data
{"lstm/kernel": {"dtype": "F32", "shape": [8, 128], "data_offsets": [0, 4096]}, "__metadata__": {…}}
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import IO, Any

import numpy as np

from specc.stores.arrays import Array, Stored, StoredArray, StoreFile, from_bfloat16

_FLOATS = {"F16": "<f2", "BF16": "<u2", "F32": "<f4", "F64": "<f8"}
_SIZES = {"BOOL": 1, "U8": 1, "I8": 1, "U16": 2, "I16": 2, "U32": 4, "I32": 4, "U64": 8, "I64": 8}
_SIZES |= {"F16": 2, "BF16": 2, "F32": 4, "F64": 8, "C64": 8}
_NAMES = {"F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64", "C64": "complex64"}
_NAMES |= {"BOOL": "bool", "U8": "uint8", "I8": "int8", "U16": "uint16", "I16": "int16"}
_NAMES |= {"U32": "uint32", "I32": "int32", "U64": "uint64", "I64": "int64"}


@contextmanager
def open_arrays(store: StoreFile) -> Iterator[dict[str, StoredArray]]:
    """The arrays by name, open for reading while the context lasts."""
    with store.path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        entries, start = _read_header(file, size, store)
        arrays, spans = {}, []
        for name, entry in entries.items():
            arrays[name], span = _stored_array(file, start, name, entry, store)
            spans.append(span)
        _check_spans(spans, size - start, store)
        yield arrays


def _read_header(file: IO[bytes], size: int, store: StoreFile) -> tuple[dict[str, Any], int]:
    """The header's entries without the metadata, and the offset at which the data begins."""
    length = int.from_bytes(file.read(8), "little")
    if length > size - 8:
        raise store.damaged(f"its header is declared to take {length} bytes, the file has {size}")
    try:
        header = json.loads(file.read(length), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise store.damaged(f"its header is no JSON that the format allows: {error}") from None
    header.pop("__metadata__", None)
    return header, 8 + length


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    entries = dict(pairs)
    if len(entries) < len(pairs):
        raise ValueError("a name stands in it twice")
    return entries


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63


def _stored_array(
    file: IO[bytes], start: int, name: str, entry: Any, store: StoreFile
) -> tuple[StoredArray, tuple[int, int]]:
    """What the header says of an array, and the bytes that it takes; the two must agree."""
    fields = entry if isinstance(entry, dict) else {}
    dtype, shape, span = fields.get("dtype"), fields.get("shape"), fields.get("data_offsets")
    sizes_ok = isinstance(shape, list) and all(map(_is_size, shape))
    span_ok = isinstance(span, list) and len(span) == 2 and all(map(_is_size, span)) and span[0] <= span[1]
    if not (isinstance(dtype, str) and sizes_ok and span_ok):
        raise store.damaged(f"the entry of `{name}` lacks a valid `dtype`, `shape` or `data_offsets`")
    assert isinstance(shape, list)
    assert isinstance(span, list)
    if dtype in _SIZES and math.prod(shape) * _SIZES[dtype] != span[1] - span[0]:
        raise store.damaged(f"`{name}` has {span[1] - span[0]} bytes, its shape and type do not")
    read = partial(_read, file, start + span[0], tuple(shape), dtype)
    return StoredArray(name, tuple(shape), _NAMES.get(dtype, dtype), read), (span[0], span[1])


def _check_spans(spans: list[tuple[int, int]], size: int, store: StoreFile) -> None:
    """The arrays must fill the data without holes and without sharing bytes."""
    end = 0
    for low, high in sorted(spans):
        if low != end:
            raise store.damaged("its arrays overlap, or leave holes between them")
        end = high
    if end != size:
        raise store.damaged(f"its arrays take {end} bytes, the file has {size}")


def _read(file: IO[bytes], offset: int, shape: tuple[int, ...], dtype: str) -> Stored:
    file.seek(offset)
    flat = np.fromfile(file, np.dtype(_FLOATS[dtype]), math.prod(shape))
    assert flat.size == math.prod(shape), "the spans were checked against the file's size"
    values = from_bfloat16(flat.astype(np.uint16, copy=False)) if dtype == "BF16" else flat
    return values.reshape(shape)


def pack(arrays: Mapping[str, Array]) -> bytes:
    """The content of a file of these arrays, by name."""
    from safetensors.numpy import save

    content: bytes = save(dict(arrays))
    return content

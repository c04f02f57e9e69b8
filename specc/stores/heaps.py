"""Looks through the global heaps of an HDF5 file, where it keeps text, before the HDF5 library does.

The library (2.0 at the time of writing) walks a heap by the sizes written in it, and a free object of size zero
keeps it walking on the spot for ever: one damaged byte in a file of Keras is enough.

    heap:   "GCOL" | version 1, 3 bytes of padding | size of the heap, 8 bytes | objects
    object: index, 2 bytes (0: free space) | references, 2 | padding, 4 | size, 8 | data, padded to 8
"""

from __future__ import annotations

import mmap
import struct

from specc.stores.arrays import StoreFile

_START = b"GCOL\x01"
_HEADER = 16
_SMALLEST_HEAP = 4096  # the library refuses smaller ones itself, and those that end behind the file


def check_heaps(store: StoreFile) -> None:
    """Raise W402 where an object of a heap has no size, or ends behind its heap."""
    with store.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = data.find(_START)
        while start >= 0:
            size = _read_size(data, start + 8)
            if _SMALLEST_HEAP <= size <= len(data) - start and not _is_sound(data, start, size):
                raise store.damaged("one of its heaps of text contradicts itself")
            start = data.find(_START, start + 1)


def _is_sound(data: mmap.mmap, start: int, size: int) -> bool:
    """Whether the objects of a heap follow each other up to its end."""
    place = _HEADER
    while place + _HEADER <= size:
        index, length = struct.unpack_from("<H6xQ", data, start + place)
        taken = _HEADER + length if index else length
        if taken < _HEADER or place + taken > size:
            return False
        place += -(-taken // 8) * 8
    return True


def _read_size(data: mmap.mmap, place: int) -> int:
    return int.from_bytes(data[place : place + 8], "little")

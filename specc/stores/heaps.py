"""Looks through the heaps of an HDF5 file, where it keeps names and text, before the HDF5 library does.

The library (2.0 at the time of writing) follows the sizes and links written in a heap without asking whether it
gets anywhere: a free object of size zero, or a free block that names itself, keeps it busy for ever. One damaged
byte in a file of Keras is enough.

    global heap: "GCOL" | version 1, 3 bytes of padding | size of the heap, 8 bytes | objects
        object:  index, 2 bytes (0: free space) | references, 2 | padding, 4 | size, 8 | data, padded to 8
    local heap:  "HEAP" | version 0, 3 bytes of padding | size of the data | first free block | address of the data
        free block, in the data: next free block (1: none) | size
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator

from specc.stores.arrays import StoreFile

_HEADER = 16
_SMALLEST_FILE = 48  # the smallest superblock
_SMALLEST_HEAP = 4096  # the library refuses smaller ones itself, and those that end behind the file
_NO_BLOCK = 1
_PIECE = 1 << 20


def check_heaps(store: StoreFile) -> None:
    """Raise W402 where a heap would lead in circles, W403 for numbers of another width than every HDF5 has."""
    if store.path.stat().st_size < _SMALLEST_FILE:
        raise store.damaged("the file is cut short")
    with store.path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if _number_widths(data) != b"\x08\x08":
            raise store.refused("its addresses and sizes are not of 8 bytes")
        sound = all(_is_sound_global(data, start) for start in _find(data, b"GCOL\x01")) and all(
            _is_sound_local(data, start) for start in _find(data, b"HEAP\x00")
        )
    if not sound:
        raise store.damaged("one of its heaps of names contradicts itself")


def _number_widths(data: mmap.mmap) -> bytes:
    """The bytes that an address and a size take, from the superblock: version 0 and 1 keep them later."""
    place = 13 if data[8:9] < b"\x02" else 9
    return data[place : place + 2]


def _find(data: mmap.mmap, signature: bytes) -> Iterator[int]:
    """Where the signature stands; by chance it may stand in an array too."""
    last = len(data) - 2 * _HEADER
    for base in range(0, last + 1, _PIECE):
        # A map is searched byte by byte, bytes are six times as fast.
        piece = data[base : base + _PIECE + len(signature) - 1]
        place = piece.find(signature)
        while 0 <= place <= last - base:
            yield base + place
            place = piece.find(signature, place + 1)


def _is_sound_global(data: mmap.mmap, start: int) -> bool:
    """Whether the objects of a global heap follow each other up to its end."""
    (size,) = struct.unpack_from("<Q", data, start + 8)
    if not _SMALLEST_HEAP <= size <= len(data) - start:
        return True
    place = _HEADER
    while place + _HEADER <= size:
        index, length = struct.unpack_from("<H6xQ", data, start + place)
        taken = _HEADER + length if index else length
        if taken < _HEADER or place + taken > size:
            return False
        place += -(-taken // 8) * 8
    return True


def _is_sound_local(data: mmap.mmap, start: int) -> bool:
    """Whether the free blocks of a local heap come to an end."""
    size, block, address = struct.unpack_from("<3Q", data, start + 8)
    if address + size > len(data):
        return True
    seen: set[int] = set()
    while block != _NO_BLOCK and block + _HEADER <= size:
        if block in seen:
            return False
        seen.add(block)
        (block,) = struct.unpack_from("<Q", data, address + block)
    return True

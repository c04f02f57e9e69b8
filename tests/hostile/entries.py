"""What a hostile file is: its bytes, how somebody would open it, and the code that it is refused with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Entry:
    """name: of the file. code: of the first finding. role: whether it is the source, or comes with --weights."""

    name: str
    code: str
    make: Callable[[], bytes]
    role: Literal["source", "weights"] = "source"

    @property
    def kind(self) -> str:
        """The ending of the name, which nobody who opens it looks at."""
        return self.name.rpartition(".")[2]


def cut(name: str, code: str, whole: Callable[[], bytes], *places: tuple[str, int | bytes]) -> list[Entry]:
    """A file cut short. places: where: the number of bytes that are left, or the bytes that it ends in front of."""

    def make(place: int | bytes) -> Callable[[], bytes]:
        return lambda: _shorten(whole(), place)

    role: Literal["source", "weights"] = "source" if name.endswith((".h5", ".keras")) else "weights"
    stem, _, end = name.rpartition(".")
    return [Entry(f"{stem}_{what}.{end}", code, make(place), role) for what, place in places]


def _shorten(data: bytes, place: int | bytes) -> bytes:
    return data[: place if isinstance(place, int) else data.rindex(place) + len(place) // 2]

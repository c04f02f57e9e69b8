"""Where each value of a text stands: offsets by path, kept in a few flat arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from specc.diagnostics import Path

_OPEN = 2**31 - 1  # the end of what has none yet


class Positions:
    """The places of all values of one text.

    A value is known by its rank in the text, so what a list or a mapping holds follows it. Besides its name
    (its key, or its number in a list) a value costs five numbers of four bytes.
    """

    def __init__(self) -> None:
        self._names: list[str | int] = []
        self._starts = array("i")
        self._ends = array("i")
        self._key_starts = array("i")  # -1 where the value has no key
        self._key_ends = array("i")
        self._sizes = array("i")  # a value and all that it holds; 0 while it is being read
        self._aliases: dict[int, int] = {}
        self._found: dict[int, dict[str | int, int]] = {}

    def __len__(self) -> int:
        return len(self._names)

    def add(self, name: str | int, key: tuple[int, int], start: int, end: int) -> int:
        """Note a value and give its rank; ``key`` is where its key stands, (-1, -1) without one."""
        self._names.append(name)
        self._starts.append(start)
        self._ends.append(end)
        self._key_starts.append(key[0])
        self._key_ends.append(key[1])
        self._sizes.append(1)
        return len(self._names) - 1

    def open(self, name: str | int, key: tuple[int, int], start: int) -> int:
        """Note a list or a mapping that starts here; ``close`` says where it ends."""
        value = self.add(name, key, start, _OPEN)
        self._sizes[value] = 0
        return value

    def close(self, value: int, end: int) -> None:
        self._ends[value] = end
        self._sizes[value] = len(self._names) - value

    def alias(self, value: int, target: int) -> None:
        """Say that ``value`` is an alias: what it holds stands at ``target``."""
        self._aliases[value] = target

    def find(self, path: Path) -> tuple[int, bool] | None:
        """The value at the path, and True; or the nearest one around it, and False. None in an empty text."""
        if not self._names:
            return None
        value = 0
        for step in path:
            child = self._children(self._aliases.get(value, value)).get(step)
            if child is None:
                return value, False
            value = child
        return value, True

    def direct(self, path: Path) -> int | None:
        """The value that is written at the path itself; None where there is none, or an alias stands for it."""
        value = 0 if self._names else None
        for step in path:
            if value is None or value in self._aliases:
                return None
            value = self._children(value).get(step)
        return value

    def members(self, value: int) -> Iterator[int]:
        """What a value holds, in order; of equal keys each."""
        child, last = value + 1, value + (self._sizes[value] or len(self._names) - value)
        while child < last:
            yield child
            child += self._sizes[child] or last

    def name(self, value: int) -> str | int:
        """The key of a value, or its number in a list."""
        return self._names[value]

    def _children(self, value: int) -> dict[str | int, int]:
        """What a value holds, by name; found once, for a file may have very many findings in one list."""
        if (known := self._found.get(value)) is not None:
            return known
        children = self._found[value] = {}
        for child in self.members(value):
            children.setdefault(self._names[child], child)  # of two equal keys the first
        return children

    def key(self, value: int) -> tuple[int, int] | None:
        """Where the key of a value stands; None for the items of a list and the whole text."""
        start = self._key_starts[value]
        return None if start < 0 else (start, self._key_ends[value])

    def extent(self, value: int) -> tuple[int, int]:
        """Where a value starts and ends, all its lines with it."""
        return self._starts[value], self._ends[value]

    def start(self, value: int) -> int:
        return self._starts[value]

    def end_within(self, value: int, line_end: int) -> int:
        """Where a value ends that starts on the line that ends at ``line_end``.

        Of a list or mapping of several lines only what it holds on its first line counts, so that a comment
        behind it does not.
        """
        end = self._ends[value]
        size = self._sizes[value] or len(self._names) - value
        if end <= line_end or size == 1:
            return end
        end = self._starts[value] + 1
        for child in range(value + 1, value + size):
            if 0 <= self._key_starts[child] <= line_end:
                end = max(end, self._key_ends[child])
            if self._starts[child] > line_end:
                break
            end = max(end, self._ends[child] if self._sizes[child] == 1 else self._starts[child] + 1)
        return end

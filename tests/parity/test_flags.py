"""Every recurrent layer under every combination of its flags, with and without masks."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.parity.comparison import LENGTHS, check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import CELLS, SOURCES, begin, called, recurrent

pytestmark = pytest.mark.parity

FLAGS = tuple(product((False, True), repeat=4))


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_flags(dialect: str, cell: str, source: str, flags: tuple[bool, ...]) -> None:
    """return_sequences, return_state, go_backwards, unroll; use_bias and implementation take turns."""
    return_sequences, return_state, go_backwards, unroll = flags
    turn = FLAGS.index(flags) + SOURCES.index(source)
    more: dict[str, Any] = {"use_bias": turn % 3 > 0}
    if cell != "SimpleRNN":
        more["implementation"] = 1 + turn % 2
    layer = recurrent(
        cell,
        return_sequences=return_sequences,
        return_state=return_state,
        go_backwards=go_backwards,
        unroll=unroll,
        **called(source),
        **more,
    )
    length = LENGTHS[turn % 2] if unroll else None
    check_parity({"dialect": dialect, "layers": [*begin(source, length), layer]})

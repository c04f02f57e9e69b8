"""Identifiers: readable where the name allows it, and always valid, unique and nobody else's."""

from __future__ import annotations

import builtins
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.targets.python.names import Names, identifier, state_name


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("lstm", "lstm"),
        ("conv2d_1", "conv2d_1"),
        ("class", "class_1"),
        ("match", "match_1"),
        ("sum", "sum_1"),
        ("l", "l_1"),
        ("np", "np_1"),
        ("a/b.c", "a_b_c"),
        ("2nd", "x_2nd"),
        ("", "x"),
        ("größe", "gr_e"),
        ("__init__", "init"),
        ("x" * 64, "x" * 30),
    ],
)
def test_names(wanted: str, found: str) -> None:
    assert Names(["np"]).unique(wanted) == found


@given(st.lists(st.text() | st.sampled_from([*keyword.kwlist, *dir(builtins), "a", "a_1", "A"]), max_size=30))
def test_identifiers_are_valid_and_unique(wanted: list[str]) -> None:
    names = Names(["a_2"])
    found = [names.unique(name) for name in wanted]
    assert len(set(found)) == len(found)
    for name in found:
        assert name.isidentifier()
        assert name.isascii()
        assert not keyword.iskeyword(name)
        assert not hasattr(builtins, name)
        assert name not in ("a_2", "self", "l", "O", "I")
        assert not name.startswith("__")


def test_states() -> None:
    assert [state_name("lstm", s) for s in ("state_h", "state_c", "state", "state_0")] == [
        "lstm_h",
        "lstm_c",
        "lstm_state",
        "lstm_state_0",
    ]
    assert identifier("a b") == "a_b"

"""Every value that a template prints becomes a literal that means the same, in ASCII, and nothing else."""

from __future__ import annotations

import ast
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.targets.python.literals import docstring_text, literal

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=8,
)


def evaluate(text: str) -> Any:
    return eval(text, {"__builtins__": {"float": float}})


@given(VALUES)
def test_a_literal_means_its_value(value: Any) -> None:
    text = literal(value)
    assert text.isascii()
    assert "\n" not in text
    assert repr(evaluate(text)) == repr(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("lstm/kernel", '"lstm/kernel"'),
        ('say "hi"', "'say \"hi\"'"),
        ("it's", '"it\'s"'),
        ("""both ' and \"""", '"both \' and \\""'),
        ("a\\b\n{{ x }}\u202e", '"a\\\\b\\n{{ x }}\\u202e"'),
        ((1,), "(1,)"),
        (1e-5, "1e-05"),
        (math.inf, 'float("inf")'),
        (-math.inf, 'float("-inf")'),
        (math.nan, 'float("nan")'),
        ({"a": [1, None]}, '{"a": [1, None]}'),
    ],
)
def test_literals_look_as_ruff_formats_them(value: Any, text: str) -> None:
    assert literal(value) == text


class Sly(str):
    """A string that prints as code."""

    def __repr__(self) -> str:
        return "__import__('os')"


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, b"x", 1j, Sly("x"), [Sly("x")], {Sly("x"): 1}], ids=lambda v: type(v).__name__
)
def test_other_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no literal for a value of type"):
        literal(value)


@given(st.text() | st.text(alphabet='"\\\n\r\x0c\u2028{}%#'))
def test_a_text_cannot_end_its_docstring(text: str) -> None:
    inside = docstring_text(text)
    assert inside.isascii()
    assert "\n" not in inside
    tree = ast.parse(f'"""{inside}.\n"""\n')
    assert len(tree.body) == 1
    assert ast.get_docstring(tree, clean=False) == " ".join(text.split()).replace('"', "'") + ".\n"

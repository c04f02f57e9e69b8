"""Expressions against Python's own whole numbers: random ones, written out in every way that they may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.expansion.expressions import evaluate
from specc.expansion.interpolation import interpolate
from specc.expansion.values import LOST, Mistake, Value

NAMES: dict[str, int] = {"a": 0, "units": 64, "odd": -7, "large": 2**62, "_x1": 3}
VALUES: dict[str, Value] = {**NAMES, "rate": 0.25, "kind": "wide", "on": True, "shape": [None, 8], "empty": ""}
STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "%": 2}


def look_up(name: str) -> Value:
    if name not in VALUES:
        raise Mistake("V241", "no such name", 0, len(name))
    return VALUES[name]


class NoValue(Exception):
    """What the oracle raises where there is no whole number of 64 bits."""


@dataclass(frozen=True)
class Tree:
    """An expression: a number or a name, a minus before a tree, or a sign between two."""

    sign: str
    parts: tuple[Any, ...]

    def value(self) -> int:
        if not self.sign:
            leaf = self.parts[0]
            return bounded(NAMES[leaf] if isinstance(leaf, str) else leaf)
        if len(self.parts) == 1:
            return bounded(-self.parts[0].value())
        left, right = (part.value() for part in self.parts)
        if self.sign in ("/", "//", "%") and right == 0:
            raise NoValue
        if self.sign == "/" and left % right:
            raise NoValue
        operations = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__, "%": int.__mod__}
        return bounded(operations.get(self.sign, int.__floordiv__)(left, right))

    def text(self, draw: st.DrawFn) -> str:
        """With spaces and more parentheses than it takes."""
        gap = draw(st.sampled_from(["", " ", "  "]))
        if not self.sign:
            text = str(self.parts[0])
        elif len(self.parts) == 1:
            text = f"-{gap}{inside(self.parts[0], draw, 3)}"
        else:
            strength = STRENGTH[self.sign]
            left, right = inside(self.parts[0], draw, strength), inside(self.parts[1], draw, strength + 1)
            text = f"{left}{gap}{self.sign}{gap}{right}"
        return f"({text})" if draw(st.integers(0, 9)) == 0 else text


def bounded(value: int) -> int:
    if not -(2**63) <= value < 2**63:
        raise NoValue
    return value


def inside(tree: Tree, draw: st.DrawFn, needed: int) -> str:
    """A part of an expression, in parentheses where it binds less than what is around it."""
    own = 4 if not tree.sign else 3 if len(tree.parts) == 1 else STRENGTH[tree.sign]
    text = tree.text(draw)
    return f"({text})" if own < needed else text


LEAVES = st.one_of(st.integers(0, 100), st.integers(0, 2**63 - 1), st.sampled_from(sorted(NAMES)))
TREES = st.recursive(
    LEAVES.map(lambda leaf: Tree("", (leaf,))),
    lambda trees: st.one_of(
        st.tuples(trees).map(lambda parts: Tree("-", parts)),
        st.tuples(st.sampled_from(sorted(STRENGTH)), trees, trees).map(lambda t: Tree(t[0], t[1:])),
    ),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(TREES, st.data())
def test_the_value_is_that_of_whole_numbers(tree: Tree, data: st.DataObject) -> None:
    text = data.draw(st.composite(tree.text)())
    try:
        expected = tree.value()
    except NoValue:
        with pytest.raises(Mistake) as caught:
            evaluate(text, look_up)
        assert caught.value.code == "V243"
        assert 0 <= caught.value.start < caught.value.end <= len(text)
    else:
        assert evaluate(text, look_up) == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("64 // 7 % 5", 4),
        ("-7 // 2", -4),
        ("-7 % 3", 2),
        ("--3", 3),
        ("- units", -64),
        ("2 - -3", 5),
        ("12 / 4 / 3", 1),
        ("010", 10),
        ("((((1))))", 1),
    ],
)
def test_arithmetic(text: str, value: int) -> None:
    assert evaluate(text, look_up) == value


@pytest.mark.parametrize("name", VALUES)
def test_a_name_alone_stands_for_any_value(name: str) -> None:
    assert evaluate(f" {name} ", look_up) is VALUES[name]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "+", "1 +", "* 2", "+1", "1 2", "units units", "(", ")", "(1", "1)", "()", "units()", "f(1)",
        "units.real", "units[0]", "1.5", "1e3", "0x10", "2 ** 3", "1 // // 2", "'a'", '"a"', "a == 1", "a < 1",
        "not a", "a if a else a", "a, a", "a; a", "lambda: 1", "__import__('os')", "{a}", "$a", "é", "a\0", "@", "\\",
        "(" * 21 + "1" + ")" * 21, "1+" * 100 + "1",
    ],
)  # fmt: skip
def test_nothing_else_is_an_expression(text: str) -> None:
    with pytest.raises(Mistake) as caught:
        evaluate(text, look_up)
    assert caught.value.code in ("V241", "V242")


@pytest.mark.parametrize("text", ["rate * 2", "kind + 1", "-on", "shape * 2", "1 - empty", "99999999999999999999"])
def test_arithmetic_takes_whole_numbers_alone(text: str) -> None:
    with pytest.raises(Mistake) as caught:
        evaluate(text, look_up)
    assert caught.value.code == "V243"


def test_a_lost_value_makes_the_whole_lost() -> None:
    assert evaluate("2 * (lost + 1)", lambda _: LOST) is LOST


def read(text: str) -> tuple[Any, list[tuple[str, str]]]:
    """The value of a text, and each mistake: its code, and what it underlines."""
    mistakes: list[Mistake] = []
    value = interpolate(text, look_up, mistakes.append)
    return value, [(mistake.code, text[mistake.start : mistake.end]) for mistake in mistakes]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${units}", 64),
        ("${ units * 2 }", 128),
        ("${rate}", 0.25),
        ("${shape}", [None, 8]),
        ("${on}", True),
        ("lstm_${units}", "lstm_64"),
        ("${kind}_${units + 1}x", "wide_65x"),
        ("${units}${units}", "6464"),
        ("${on} ${rate}", "true 0.25"),
        (" ${units}", " 64"),
        ("${empty}", ""),
        ("$${units}", "${units}"),
        ("a $${b} ${kind}", "a ${b} wide"),
        ("$units $ {units} {units}", "$units $ {units} {units}"),
        ("$$${kind}", "$${kind}"),
    ],
)
def test_texts(text: str, value: Any) -> None:
    found, mistakes = read(text)
    assert mistakes == []
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("${unit}", [("V241", "unit")]),
        ("x_${2 * unit}", [("V241", "unit")]),
        ("${unit} ${kinds}", [("V241", "unit"), ("V241", "kinds")]),
        ("${}", [("V242", "${}")]),
        ("a ${units + } b", [("V242", "${units + }")]),
        ("${units", [("V242", "${")]),
        ("${units ${kind}", [("V242", "${")]),
        ("a ${shape}", [("V243", "${shape}")]),
        ("${7 / 2}", [("V243", "7 / 2")]),
        ("${units * (1 / 0)}", [("V243", "1 / 0")]),
    ],
)
def test_mistakes_are_underlined(text: str, mistakes: list[tuple[str, str]]) -> None:
    assert read(text) == (LOST, mistakes)

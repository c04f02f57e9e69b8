"""Expressions: names, whole numbers, ``+ - * / // %``, a minus before a value, and parentheses.

They are read by a parser of their own, which knows nothing else: no attributes, no calls, no texts. ``//`` and
``%`` round down, as in Python; ``/`` divides what it can divide without a rest. Every result is a whole number of
64 bits. A name alone may stand for any value.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from specc.diagnostics.quote import quote
from specc.expansion import limits
from specc.expansion.values import LOST, Lost, Mistake, Value, is_whole
from specc.source.limits import WHOLE_NUMBER
from specc.source.scalars import NotANumber, whole

NAME = r"[A-Za-z_][A-Za-z0-9_]{0,63}"
LookUp = Callable[[str], "Value | Lost"]
"""What a name stands for; raises Mistake, at offset 0, for one that stands for nothing."""

_TOKEN = re.compile(
    r"""[ \t\r\n]*(?:
        (?P<number>[0-9]+)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<sign>//|[-+*/%()])
      | (?P<other>.)
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_SIGNS = "an expression has names, whole numbers, + - * / // % and parentheses"


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _Operand(NamedTuple):
    """A value, and where the part of the expression stands that gives it."""

    value: Value | Lost
    start: int
    end: int


def evaluate(text: str, look_up: LookUp) -> Value | Lost:
    """The value of an expression; LOST where a name stands for a lost value. Raises Mistake."""
    if len(text) > limits.EXPRESSION:
        raise Mistake("V242", f"the expression is longer than {limits.EXPRESSION} characters", 0, len(text))
    parser = _Parser(_tokens(text), look_up)
    result = parser.sum()
    parser.finish()
    return result.value


def _tokens(text: str) -> list[_Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        assert kind is not None
        tokens.append(_Token(kind, match[kind], match.start(kind), match.end(kind)))
        if kind == "end":
            break
    return tokens


@dataclass
class _Parser:
    """Goes through the tokens once, from left to right, and computes on the way."""

    tokens: list[_Token]
    look_up: LookUp
    at: int = 0
    depth: int = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def finish(self) -> None:
        """Refuse what follows a whole expression."""
        token = self.next
        if token.kind != "end":
            raise _misplaced(token, self.tokens[self.at - 1])

    def sum(self) -> _Operand:
        left = self.product()
        while self.next.text in ("+", "-"):
            left = _compute(left, self.take(), self.product())
        return left

    def product(self) -> _Operand:
        left = self.factor()
        while self.next.text in ("*", "/", "//", "%"):
            left = _compute(left, self.take(), self.factor())
        return left

    def factor(self) -> _Operand:
        signs = []
        while self.next.text == "-":
            signs.append(self.take())
        operand = self.operand()
        for sign in reversed(signs):
            operand = _compute(_Operand(0, sign.start, sign.end), sign, operand)
        return operand

    def operand(self) -> _Operand:
        token = self.take()
        match token.kind:
            case "number":
                return _Operand(_number(token), token.start, token.end)
            case "name":
                return _Operand(self._name(token), token.start, token.end)
            case "sign" if token.text == "(":
                return self._parenthesis(token)
            case "end":
                what = "a value is missing at the end of the expression" if self.at > 1 else "the expression is empty"
                raise Mistake("V242", what, token.start, token.end, _SIGNS)
        raise _misplaced(token, self.tokens[self.at - 2] if self.at > 1 else None)

    def _name(self, token: _Token) -> Value | Lost:
        if self.next.text in ("(", "."):  # a call or an attribute, whatever the name
            raise _misplaced(self.next, token)
        try:
            return self.look_up(token.text)
        except Mistake as mistake:
            raise mistake.shift(token.start) from None

    def _parenthesis(self, opened: _Token) -> _Operand:
        self.depth += 1
        if self.depth > limits.PARENTHESES:
            message = f"parentheses nest deeper than {limits.PARENTHESES}"
            raise Mistake("V242", message, opened.start, opened.end)
        inner = self.sum()
        if self.next.text != ")":
            if self.next.kind != "end":
                raise _misplaced(self.next, self.tokens[self.at - 1])
            raise Mistake("V242", "this `(` is never closed", opened.start, opened.end)
        self.depth -= 1
        return _Operand(inner.value, opened.start, self.take().end)


def _number(token: _Token) -> int:
    try:
        return whole(token.text)
    except NotANumber as error:
        raise Mistake("V243", str(error), token.start, token.end) from None


def _misplaced(token: _Token, before: _Token | None) -> Mistake:
    """What stands where the expression cannot go on."""
    hint = _SIGNS
    if token.text == "(" and before is not None and before.kind == "name":
        hint = "an expression calls nothing"
    elif token.text == "." and before is not None and before.kind == "number":
        hint = "expressions compute with whole numbers"
    elif token.text == "." and before is not None and before.kind == "name":
        hint = "a name stands alone: it has no parts"
    elif token.text == "*" and before is not None and before.text == "*":
        hint = "there are no powers: write `a * a`"
    elif token.text in "'\"":
        hint = "there are no texts in an expression; a text may hold several `${…}`"
    return Mistake("V242", f"{quote(token.text)} cannot stand here", token.start, token.end, hint)


def _compute(left: _Operand, sign: _Token, right: _Operand) -> _Operand:
    for operand in (left, right):
        if not isinstance(operand.value, Lost) and not is_whole(operand.value):
            message = f"arithmetic takes whole numbers, found {quote(operand.value)}"
            raise Mistake("V243", message, operand.start, operand.end)
    if isinstance(left.value, Lost) or isinstance(right.value, Lost):
        return _Operand(LOST, left.start, right.end)
    assert isinstance(left.value, int)
    assert isinstance(right.value, int)
    result = _apply(sign.text, left.value, right.value, (left.start, right.end))
    if not -WHOLE_NUMBER <= result < WHOLE_NUMBER:
        raise Mistake("V243", "the result does not fit 64 bits", left.start, right.end)
    return _Operand(result, left.start, right.end)


def _apply(sign: str, left: int, right: int, place: tuple[int, int]) -> int:
    if sign in ("/", "//", "%") and right == 0:
        raise Mistake("V243", "division by zero", *place)
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//":
            return left // right
        case "%":
            return left % right
    if left % right:
        hint = "`//` rounds down"
        raise Mistake("V243", f"{left} / {right} is no whole number", *place, hint)
    return left // right

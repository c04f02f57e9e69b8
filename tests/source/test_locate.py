"""Where paths stand in a text."""

from __future__ import annotations

import pytest

from specc.diagnostics import Path, Span, SpecError
from specc.source import Source, parse

SPEC = """\
# a comment
specc: 1
layers:   # another
  - type: LSTM      # the first
    units: 32

  # about the next
  - {type: GRU, units: 16,
     cell: {a: [1, 22]}}
  - type: RNN
    cell:
      type: LSTMCell
empty:
text: |
  one
  two
quoted: 'it''s'   # a comment
"a key": [
  1,
  22
]
"""
JSON = '{"specc": 1,\n "layers": [\n  {"type": "LSTM", "units": [1, 22]},\n  {}\n ]}\n'


def shown(source: Source, path: Path, part: str = "value") -> str:
    """``line:text``, the text being what carets would underline."""
    span = source.locate(path, "key" if part == "key" else "value")
    assert span is not None
    assert source.text is not None
    assert span.line == span.end_line
    line = source.text.replace("\r\n", "\n").split("\n")[span.line - 1]
    return f"{span.line}:{line[span.column - 1 : span.end_column - 1]}"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), "2:specc: 1"),
        (("specc",), "2:1"),
        (("layers",), "4:- type: LSTM"),
        (("layers", 0), "4:type: LSTM"),
        (("layers", 0, "units"), "5:32"),
        (("layers", 1), "8:{type: GRU, units: 16"),
        (("layers", 1, "type"), "8:GRU"),
        (("layers", 1, "cell"), "9:{a: [1, 22]}"),
        (("layers", 1, "cell", "a", 1), "9:22"),
        (("layers", 2), "10:type: RNN"),
        (("layers", 2, "cell"), "12:type: LSTMCell"),
        (("empty",), "13:"),
        (("text",), "14:|"),
        (("quoted",), "17:'it''s'"),
        (("a key",), "18:["),
        (("a key", 1), "20:22"),
    ],
)
def test_values_in_yaml(path: Path, expected: str, newline: str) -> None:
    assert shown(parse(SPEC.replace("\n", newline), "x"), path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("specc",), "2:specc"),
        (("layers",), "3:layers"),
        (("layers", 1, "cell"), "9:cell"),
        (("layers", 1, "cell", "a"), "9:a"),
        (("a key",), '18:"a key"'),
        (("layers", 0), "4:type: LSTM"),
        ((), "2:specc: 1"),
    ],
)
def test_keys_in_yaml(path: Path, expected: str) -> None:
    """What has no key is shown itself."""
    assert shown(parse(SPEC, "x"), path, "key") == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), '1:{"specc": 1'),
        (("layers",), "2:["),
        (("layers", 0), '3:{"type": "LSTM", "units": [1, 22]}'),
        (("layers", 0, "type"), '3:"LSTM"'),
        (("layers", 0, "units", 1), "3:22"),
        (("layers", 1), "4:{}"),
    ],
)
def test_values_in_json(path: Path, expected: str) -> None:
    assert shown(parse(JSON, "x"), path) == expected


def test_keys_in_json() -> None:
    assert shown(parse(JSON, "x"), ("layers", 0, "units"), "key") == '3:"units"'


@pytest.mark.parametrize("part", ["key", "value"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("layers", 1, "cell", "b"), "9:{a: [1, 22]}"),
        (("layers", 1, "cell", "a", 7, "x"), "9:[1, 22]"),
        (("layers", 0, "units", "x", 0), "5:32"),
        (("layers", 9), "4:- type: LSTM"),
        (("layers", "0"), "4:- type: LSTM"),
        ((0,), "2:specc: 1"),
        (("nothing", "here"), "2:specc: 1"),
    ],
)
def test_a_path_that_does_not_exist_is_the_nearest_value_around_it(path: Path, expected: str, part: str) -> None:
    assert shown(parse(SPEC, "x"), path, part) == expected


def test_inside_an_alias_the_anchored_text_is_meant() -> None:
    source = parse("a: &a {units: 1}\nb: *a\nc: &c\n  x: *a\nd: [*c]\n", "x")
    assert shown(source, ("a",)) == "1:{units: 1}"
    assert shown(source, ("b",)) == "2:*a"
    assert shown(source, ("b", "units")) == "1:1"
    assert shown(source, ("b", "units"), "key") == "1:units"
    assert shown(source, ("b", "nothing")) == "2:*a"
    assert shown(source, ("d", 0, "x")) == "4:*a"
    assert shown(source, ("d", 0, "x", "units")) == "1:1"


def test_columns_count_characters() -> None:
    source = parse("\ufeff日本: {😀: é}\n", "x")
    assert source.locate(("日本", "😀")) == Span(1, 9, 1, 10)
    assert source.locate(("日本", "😀"), "key") == Span(1, 6, 1, 7)


def test_other_line_separators_end_no_line() -> None:
    source = parse('{"a": "\u2028\x85",\r"b": 2}', "x")
    assert source.locate(("b",)) == Span(2, 6, 2, 7)


def test_a_text_that_does_not_parse_is_known_up_to_there() -> None:
    with pytest.raises(SpecError) as caught:
        parse("a: 1\nb:\n  - x: 2\n  - [3, 4\n", "m")
    document = caught.value.document
    assert document is not None
    assert document.locate(("b", 0, "x")) == Span(3, 8, 3, 9)
    assert document.locate(("b", 1, 1)) == Span(4, 9, 4, 10)
    assert document.locate(("b", 1, 2)) == Span(4, 5, 4, 10)

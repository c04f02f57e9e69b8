"""For any data: what is dumped is read back, and every scalar is found where it stands. No text is a traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic, Path, SpecError
from specc.diagnostics.render import render
from specc.source import Source, parse
from specc.source.binary import decode

# PyYAML writes YAML 1.1: what YAML 1.2 takes for a number it may leave without quotes.
LIKE_NUMBER = re.compile(r"[-+.0-9eExXoOa-fA-F_]+")
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\x85\u2028\u2029\ufeff\ufffe\uffff")
STRINGS = st.text(CHARACTERS, max_size=12) | st.sampled_from(
    [
        "no",
        "on",
        "yes",
        "1:30",
        "null",
        "~",
        "true",
        "<<",
        "=",
        "- x",
        "a: b",
        "#",
        "'",
        '"',
        "\n",
        "{",
        "a\n b\n",
        "\t",
    ]
)
PLAIN_STRINGS = STRINGS.filter(lambda text: not LIKE_NUMBER.fullmatch(text))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)


def documents(strings: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, object]]:
    def nest(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
        return st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4)

    return st.dictionaries(strings, st.recursive(SCALARS | strings, nest, max_leaves=20), max_size=5)


def walk(data: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value below the data, with its path."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in items:
        yield (*path, name), value
        yield from walk(value, (*path, name))


def underlined(source: Source, path: Path, part: str = "value") -> str:
    span = source.locate(path, "key" if part == "key" else "value")
    assert span is not None
    assert source.text is not None
    line = re.split(r"\r\n|\n|\r", source.text)[span.line - 1]
    return line[span.column - 1 : span.end_column - 1]


def same(found: object, expected: object) -> bool:
    """Equal, and of equal types: 1 is neither 1.0 nor true."""
    return repr(found) == repr(expected)


@settings(max_examples=200, deadline=None)
@given(
    documents(PLAIN_STRINGS),
    st.sampled_from([None, False, True]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_yaml_round_trip(data: dict[str, object], flow: bool | None, unicode: bool, newline: str) -> None:
    text = yaml.safe_dump(
        data,
        default_flow_style=flow,
        allow_unicode=unicode,
        explicit_start=True,
        line_break=newline,
        width=10**6,
        sort_keys=False,
    )
    source = parse(text, "x")
    assert source.format == "yaml"
    assert same(source.data, data)
    for path, value in walk(data):
        if isinstance(path[-1], str) and "\n" not in path[-1]:
            assert yaml.safe_load(underlined(source, path, "key")) == path[-1]
        if isinstance(value, dict | list):
            continue
        if isinstance(value, str) and "\n" in value:
            assert underlined(source, path)[0] in "'\"|>"
        else:
            assert same(yaml.safe_load(underlined(source, path)), value)


@settings(max_examples=200, deadline=None)
@given(documents(STRINGS), st.sampled_from([None, 0, 2]), st.booleans())
def test_json_round_trip(data: dict[str, object], indent: int | None, ascii: bool) -> None:
    source = parse(json.dumps(data, indent=indent, ensure_ascii=ascii), "x")
    assert source.format == "json"
    assert same(source.data, data)
    for path, value in walk(data):
        if isinstance(path[-1], str):
            assert json.loads(underlined(source, path, "key")) == path[-1]
        if isinstance(value, dict | list):
            assert underlined(source, path)[0] == ("{" if isinstance(value, dict) else "[")
        else:
            assert same(json.loads(underlined(source, path)), value)


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "1",
        ".inf",
        ":",
        ": ",
        "- ",
        "-",
        "\n",
        "\n  ",
        " ",
        "\t",
        "{",
        "}",
        "[",
        "]",
        ",",
        '"',
        "'",
        "&a ",
        "*a",
        "!!",
        "!x ",
        "<<",
        "|",
        ">",
        "#",
        "%",
        "---",
        "...",
        "?",
        "@",
        "\\",
        "\\u",
        "d800",
        "\r",
        "\0",
        "\u2028",
        "é",
        "true",
        "null",
        '"a":',
        "NaN",
        "9" * 30,
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=20))
@example('{"a": ')
@example("")
def test_any_text_is_read_or_refused(text: str) -> None:
    for start in ("", "{", "a: "):
        for format in ("text", "concise"):
            findings, shown = report(start + text, format)
            assert all(finding.code in shown for finding in findings)
            assert not re.search("[\0-\x09\x0b-\x1f\x7f\u2028\ud800-\udfff]", shown)


def report(text: str, format: str) -> tuple[tuple[Diagnostic, ...], str]:
    """The findings on a text, and how they are shown; none where it is read."""
    try:
        parse(text, "x")
    except SpecError as error:
        return error.diagnostics, render(error.diagnostics, error.document, format)
    return (), ""


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    text, findings = decode(data)
    assert (text is not None and text.encode() == data.removeprefix(b"\xef\xbb\xbf")) or findings

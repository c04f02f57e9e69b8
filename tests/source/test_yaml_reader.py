"""What YAML means to specc: YAML 1.2, less what surprises."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import yaml

from specc.diagnostics import Diagnostic, SpecError
from specc.source import Source, limits, parse, yaml_builder


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers that PyYAML may come with."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr("specc.source.yaml_reader._LOADER", getattr(yaml, request.param))
    return str(request.param)


def refuse(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        parse(text, "model.yaml")
    assert isinstance(caught.value.document, Source)
    assert caught.value.document.text == text
    return caught.value.diagnostics


def only(text: str) -> Diagnostic:
    (finding,) = refuse(text)
    return finding


def place(finding: Diagnostic) -> tuple[int, int, int]:
    """Line, column, end column."""
    assert finding.span is not None
    return finding.span.line, finding.span.column, finding.span.end_column


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("y", "y"),
        ("Off", "Off"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("2024-01-01", "2024-01-01"),
        ("0b11", "0b11"),
        ("=", "="),
        (".", "."),
        ("1e", "1e"),
        ("-0x1F", "-0x1F"),
        ("tRUE", "tRUE"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("'null'", "null"),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("010", 10),
        ("+5", 5),
        ("-0", 0),
        ("0x1F", 31),
        ("0o17", 15),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("0000000000000000000000000000000007", 7),
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e1", -5.0),
        ("1.5e+3", 1500.0),
    ],
)
def test_plain_scalars_follow_the_core_schema_of_yaml_1_2(written: str, value: object) -> None:
    data = parse(f"key: {written}\n", "x").data
    assert data == {"key": value}
    assert isinstance(data, dict)
    assert type(data["key"]) is type(value)


def test_words_that_were_booleans_are_keys() -> None:
    assert parse("on: 1\nyes: 2\nn: 3\n", "x").data == {"on": 1, "yes": 2, "n": 3}


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 1\r\nb:\r\n  - 2\r\n", {"a": 1, "b": [2]}),
        ("\ufeffa: 1\n", {"a": 1}),
        ("---\na: 1\n...\n", {"a": 1}),
        ("%YAML 1.2\n---\na: 1\n", {"a": 1}),
        ("a: |\n  x\n  y\nb: >-\n  x\n  y\n", {"a": "x\ny\n", "b": "x y"}),
        ("just a text", "just a text"),
        ("- 1\n- [2, {b: null}]\n", [1, [2, {"b": None}]]),
        ("'<<': 1\n", {"<<": 1}),
        ("? a\n: 1\n", {"a": 1}),
        ("a: null", {"a": None}),
        ("null", None),
        ("a: 日本 😀\n", {"a": "日本 😀"}),
    ],
)
def test_texts(text: str, data: object) -> None:
    source = parse(text, "x")
    assert source.data == data
    assert source.format == "yaml"


def test_what_is_not_a_finite_number_of_64_bits_is_refused() -> None:
    text = "a: .inf\nb: -.INF\nc: .NaN\nd: 1e999\ne: 9223372036854775808\nf: " + "9" * 10_000 + "\n"
    findings = refuse(text)
    assert [f.code for f in findings] == ["S112"] * 6
    assert [f.path for f in findings] == [("a",), ("b",), ("c",), ("d",), ("e",), ("f",)]
    assert all(len(f.message) < 100 for f in findings)


def test_a_duplicate_key_names_both_places() -> None:
    text = "layers:\n  - {units: 1}\n  - units: 2\n    type: LSTM\n    'units': 3\n"
    finding = only(text)
    assert (finding.code, finding.path, place(finding)) == ("S107", ("layers", 1, "units"), (5, 5, 12))
    assert [p.path for p in finding.related] == [("layers", 1, "units")]


def test_the_first_of_two_keys_is_where_the_path_points() -> None:
    with pytest.raises(SpecError) as caught:
        parse("a: {x: 1}\na: {x: 2, y: [3]}\nb: 4\n", "x")
    document = caught.value.document
    assert document is not None
    lines = [document.locate(path) for path in [("a", "x"), ("a", "y"), ("b",)]]
    assert [(s.line, s.column) for s in lines if s] == [(1, 8), (1, 4), (3, 4)]


@pytest.mark.parametrize("key", ["1", "true", "null", "~", "2.5", ".inf", "99999999999999999999"])
def test_a_key_that_is_no_string_is_refused(key: str) -> None:
    assert only(f"a: 0\n{key}: 1\n").code == "S108"


@pytest.mark.parametrize("key", ["? [a]\n", "? {a: b}\n", "{a: b}", "[a]"])
def test_a_key_that_is_a_collection_is_refused(key: str) -> None:
    assert only(f"{key}: 1\n" if key[0] == "?" else f"x: {{{key}: 1}}\n").code == "S108"


def test_an_alias_is_no_key() -> None:
    assert only("a: &a x\n*a : 1\n").code == "S108"


def test_braces_of_a_template_language() -> None:
    finding = only("units: {{ n }}\n")
    assert (finding.code, place(finding)[:2]) == ("S108", (1, 9))
    assert finding.hint == "quote a text that starts with `{`"


def test_merge_keys_are_refused() -> None:
    finding = only("base: &base {units: 1}\nlayer:\n  <<: *base\n  type: LSTM\n")
    assert (finding.code, place(finding)) == ("S111", (3, 3, 5))


def test_aliases_repeat_values_as_copies() -> None:
    source = parse("a: &x {units: [1, 2]}\nb: *x\nc: &y 3\nd: [*y, *y]\n&k key: *k\n", "x")
    assert source.data == {
        "a": {"units": [1, 2]},
        "b": {"units": [1, 2]},
        "c": 3,
        "d": [3, 3],
        "key": "key",
    }
    assert isinstance(source.data, dict)
    source.data["b"]["units"].append(3)
    assert source.data["a"] == {"units": [1, 2]}


def test_an_unknown_alias_has_a_hint() -> None:
    finding = only("a: &shared 1\nb: *share\n")
    assert (finding.code, place(finding), finding.hint) == ("S110", (2, 4, 10), "did you mean `shared`?")


def test_an_alias_inside_its_own_anchor_is_refused() -> None:
    finding = only("a: &a [1, *a]\n")
    assert (finding.code, place(finding)) == ("S110", (1, 11, 13))


def count_calls(owner: object, name: str, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """A list that grows with each call of a function."""
    calls: list[None] = []
    function = getattr(owner, name)

    def counting(*arguments: Any) -> Any:
        calls.append(None)
        return function(*arguments)

    monkeypatch.setattr(owner, name, counting)
    return calls


def test_an_alias_bomb_is_refused_before_it_goes_off(monkeypatch: pytest.MonkeyPatch) -> None:
    copied = count_calls(yaml_builder, "_copy", monkeypatch)
    names = "abcdefghi"
    text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for before, name in itertools.pairwise(names):
        text += f"{name}: &{name} [{', '.join(['*' + before] * 10)}]\n"
    assert only(text).code == "S104"
    assert len(copied) <= limits.ALIASED_NODES * 1.2


def test_aliases_cannot_build_what_may_not_be_written() -> None:
    text = "a: &a " + "[" * 50 + "]" * 50 + "\nb: &b " + "[" * 40 + "*a" + "]" * 40 + "\n"
    parse(text, "x")
    text += "c: " + "[" * 10 + "*b" + "]" * 10 + "\n"
    assert only(text).code == "S104"


@pytest.mark.parametrize("opening", ["[", "- ", "{a: ", "? "])
def test_100_000_levels_are_refused_at_the_first_too_many(opening: str, monkeypatch: pytest.MonkeyPatch) -> None:
    events = count_calls(yaml_builder.Builder, "take", monkeypatch)
    finding = only("x:\n  " + opening * 100_000)
    assert finding.code == ("S108" if opening == "? " else "S104")
    assert len(events) <= 3 * limits.DEPTH


def test_100_levels_are_fine() -> None:
    parse("[" * 100 + "]" * 100, "x")
    assert only("[" * 101 + "]" * 101).code == "S104"


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.source.limits.NODES", 10)
    parse("[1, 2, 3, 4, 5, 6, 7, 8, 9]", "x")
    assert only("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]").code == "S104"


def test_reading_stops_after_many_findings() -> None:
    assert len(refuse("".join(f"{n}: x\n" for n in range(1000)))) == 100


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("!!str 5", "!!str"),
        ("!!python/object/apply:os.system ['true']", "!!python/object/apply:os.system"),
        ("!!binary aGk=", "!!binary"),
        ("!mine {a: 1}", "!mine"),
        ("! x", "!"),
        ("!!python/tuple [1, 2]", "!!python/tuple"),
        ("!!python/unicode 'x'", "!!python/unicode"),
    ],
)
def test_tags_are_refused(value: str, shown: str) -> None:
    finding = only(f"a: {value}\n")
    assert finding.code == "S109"
    assert f"`{shown}`" in finding.message


def test_keras_wrote_two_tags() -> None:
    text = """\
class_name: Sequential
config:
- class_name: LSTM
  config:
    batch_input_shape: !!python/tuple
    - null
    - 6
    kernel_size: !!python/tuple [3, 3]
    name: !!python/unicode 'lstm_1'
"""
    source = parse(text, "x")
    assert source.data == {
        "class_name": "Sequential",
        "config": [
            {
                "class_name": "LSTM",
                "config": {"batch_input_shape": [None, 6], "kernel_size": [3, 3], "name": "lstm_1"},
            }
        ],
    }
    span = source.locate(("config", 0, "config", "kernel_size"))
    assert span is not None
    assert (span.line, span.column, span.end_column) == (8, 33, 39)
    assert only("class_name: X\na: !!python/name:os.system x\n").code == "S109"


@pytest.mark.parametrize("text", ["", "  \n\n", "# nothing\n", "---\n", "--- # nothing\n...\n"])
def test_an_empty_text_is_refused(text: str) -> None:
    assert only(text).code == "S103"


@pytest.mark.parametrize("text", ["a: 1\n---\nb: 2\n", "---\n---\n", "a\n---\n- [\n"])
def test_a_second_document_is_refused(text: str) -> None:
    finding = only(text)
    assert (finding.code, place(finding)[:2]) == ("S113", (2, 1))


@pytest.mark.parametrize("version", ["1.1", "1.0", "1.3"])
def test_other_versions_of_yaml_are_refused(version: str) -> None:
    assert only(f"%YAML {version}\n---\na: no\n").code == "S105"


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\ud800", "\ufffe"])
def test_characters_that_no_yaml_may_hold(character: str) -> None:
    finding = only(f"a: 1\nb: x{character}y\n")
    assert (finding.code, place(finding)) == ("S114", (2, 5, 6))
    assert f"U+{ord(character):04X}" in finding.message


def test_escapes_give_no_such_characters_either() -> None:
    assert only('a: "x\\0y"\n').code == "S114"
    assert only('"\\0": 1\n').code == "S114"
    assert only('a: "\\ud800"\n').code in ("S114", "S105")
    assert parse('a: "\\x1b\\u2028"\n', "x").data == {"a": "\x1b\u2028"}


def test_mistakes_before_a_syntax_error_are_reported_too() -> None:
    findings = refuse("a: 1\na: 2\nb: .nan\nc: [1\n")
    assert [f.code for f in findings] == ["S107", "S112", "S105"]

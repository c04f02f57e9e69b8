"""JSON stays JSON, and strict."""

from __future__ import annotations

import pytest

from specc.diagnostics import Diagnostic, SpecError
from specc.source import parse


def refuse(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        parse(text, "model.json")
    return caught.value.diagnostics


def places(findings: tuple[Diagnostic, ...]) -> list[tuple[str, int, int, int]]:
    spans = [(f.code, f.span) for f in findings]
    return [(code, s.line, s.column, s.end_column) for code, s in spans if s is not None]


@pytest.mark.parametrize("before", ["", "\ufeff", " \r\n\t", "\ufeff\n"])
def test_a_text_that_starts_with_a_brace_is_json(before: str) -> None:
    source = parse(before + '{"a": [1, 2.5, true, null, "x\\n\\ud83d\\ude00"], "b": {}}\r\n', "x")
    assert source.format == "json"
    assert source.data == {"a": [1, 2.5, True, None, "x\n😀"], "b": {}}


def test_what_json_rejects_never_becomes_yaml() -> None:
    assert [f.code for f in refuse("{type: LSTM, units: 32}")] == ["S106"]


def test_types_are_kept() -> None:
    data = parse('{"a": 1, "b": 1.0, "c": true, "d": -0, "e": 1E2}', "x").data
    assert isinstance(data, dict)
    assert [type(value) for value in data.values()] == [int, float, bool, int, float]


def test_duplicate_keys_are_refused_wherever_they_stand() -> None:
    findings = refuse('{"a": 1,\n "b": [{"x": 1, "y": 2, "x": {"z": 1}}],\n "\\u0061": 3}')
    assert places(findings) == [("S107", 2, 25, 28), ("S107", 3, 2, 10)]
    assert [f.path for f in findings] == [("b", 0, "x"), ("a",)]
    assert [f.related[0].path for f in findings] == [("b", 0, "x"), ("a",)]


def test_numbers_that_json_or_64_bits_do_not_have() -> None:
    numbers = "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9223372036854775808", "9" * 10_000
    for number in numbers:
        ((code, *_),) = places(refuse('{"a": [1, ' + number + "]}"))
        assert code == "S112"
    findings = refuse('{"a": [' + ", ".join(numbers) + "]}")
    assert [f.path for f in findings] == [("a", n) for n in range(len(numbers))]


@pytest.mark.parametrize("escape", [r"\u0000", r"\ud800", r"\udc00", r"\ude00\ud83d"])
def test_escapes_of_what_is_no_character(escape: str) -> None:
    assert places(refuse('{"a": "' + escape + '"}')) == [("S114", 1, 7, 9 + len(escape))]
    assert places(refuse('{"' + escape + '": 1}')) == [("S114", 1, 2, 4 + len(escape))]


def test_nul_and_half_surrogate_pairs_are_refused_as_they_are() -> None:
    assert places(refuse('{"a": "\0"}')) == [("S114", 1, 8, 9)]
    assert places(refuse('{"a": "\ud800"}')) == [("S114", 1, 8, 9)]


@pytest.mark.parametrize("opening", ['{"a":', '{"a":[', '{"a": 1, "b":'])
def test_100_000_levels_are_refused(opening: str) -> None:
    assert [f.code for f in refuse(opening * 100_000)] == ["S104"]


def test_100_levels_are_fine() -> None:
    parse('{"a":' + "[" * 99 + "]" * 99 + "}", "x")
    assert [f.code for f in refuse('{"a":' + "[" * 100 + "]" * 100 + "}")] == ["S104"]


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc.source.limits.NODES", 10)
    parse('{"a": [1, 2, 3, 4, 5, 6, 7, 8]}', "x")
    assert [f.code for f in refuse('{"a": [1, 2, 3, 4, 5, 6, 7, 8, 9]}')] == ["S104"]


def test_positions_are_sought_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def scan(*arguments: object) -> None:
        raise AssertionError("scanned")

    monkeypatch.setattr("specc.source.json_reader.scan", scan)
    source = parse('{"a": 1}', "x")
    with pytest.raises(AssertionError, match="scanned"):
        source.locate(("a",))

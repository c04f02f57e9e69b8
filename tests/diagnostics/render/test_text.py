"""The exact text that a user sees."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from specc.diagnostics import Diagnostic, Edit, Part, Path, Place, Span, SpecError
from specc.diagnostics.render import render
from specc.diagnostics.render.place import in_words
from specc.diagnostics.render.summary import count_severities
from specc.model import check
from specc.source import parse

SPEC = """\
specc: 1
name: imdb
layers:
  - {type: LSTM, unit: 64}
  - {type: Dense, units: many}
"""


@dataclass
class Text:
    """A document whose places are given."""

    text: str | None
    name: str = "model.yaml"
    places: dict[Path, Span] = field(default_factory=dict)

    def locate(self, path: Path, part: Part = "value") -> Span | None:
        return self.places.get(path)

    def edits(self, finding: Diagnostic) -> tuple[Edit, ...]:
        return ()


def show(text: str, start: int, end: int, line: int = 1, **more: str) -> list[str]:
    """The two lines of a snippet: the source and the carets."""
    finding = Diagnostic("X1", (), "m", span=Span(line, start, line, end))
    return render([finding], Text(text)).splitlines()[2:4]


def test_an_unknown_key() -> None:
    finding = Diagnostic("V202", ("layers", 0, "unit"), "unknown key `unit`", "did you mean `units`?", part="key")
    document = parse(SPEC, "model.specc.yaml")
    assert render([finding], document) == (
        "model.specc.yaml:4:18: error[V202]: unknown key `unit`\n"
        "  |\n"
        "4 |   - {type: LSTM, unit: 64}\n"
        "  |                  ^^^^\n"
        "  = help: did you mean `units`?\n"
        "\n"
    )
    assert render([finding], document, "concise") == (
        "model.specc.yaml:4:18: V202 unknown key `unit` (did you mean `units`?)\n"
    )


def test_a_finding_may_lie_in_another_document() -> None:
    document = parse(SPEC, "model.specc.yaml")
    other = parse("- {type: LSTM}\n- {type: Dense}\n", "parts.yaml")
    there = Diagnostic("V203", (1,), "missing key", related=(Place(("name",), "the model"),), document=other)
    back = Diagnostic("V208", ("name",), "the name is odd", related=(Place((0, "type"), "here", document=other),))
    assert render([there, back], document) == (
        "model.specc.yaml:2:7: error[V208]: the name is odd\n"
        "  |\n"
        "2 | name: imdb\n"
        "  |       ^^^^\n"
        "parts.yaml:1:10: note: here\n"
        "  |\n"
        "1 | - {type: LSTM}\n"
        "  |          ----\n"
        "\n"
        "parts.yaml:2:3: error[V203]: missing key\n"
        "  |\n"
        "2 | - {type: Dense}\n"
        "  |   ^^^^^^^^^^^^^\n"
        "model.specc.yaml:2:7: note: the model\n"
        "  |\n"
        "2 | name: imdb\n"
        "  |       ----\n"
        "\n"
    )
    assert render([there, back], document, "concise") == (
        "model.specc.yaml:2:7: V208 the name is odd (here: parts.yaml:1:10)\n"
        "parts.yaml:2:3: V203 missing key (the model: model.specc.yaml:2:7)\n"
    )


def test_one_line_names_the_lines_of_other_places() -> None:
    text = "specc: 1\nlayers:\n  - {type: LSTM, units: 2, input_shape: [3, 4]}\n  - {type: GRU, units: 2}\n"
    with pytest.raises(SpecError) as error:
        check(parse(text, "m.yaml"), None)
    assert render(error.value.diagnostics, error.value.document, "concise") == (
        "m.yaml:4:5: G301 GRU `gru` wants (batch, time, features), gets (batch, 2) from LSTM `lstm` "
        "(set `return_sequences: true` on `lstm`; `lstm` is here: line 3)\n"
    )


def test_findings_come_in_the_order_of_the_text() -> None:
    findings = [
        Diagnostic("V205", ("layers", 1, "units"), "expected a whole number, found `many`"),
        Diagnostic("V299", ("name",), "the name is odd", severity="warning"),
        Diagnostic("V202", ("layers", 0, "unit"), "unknown key `unit`", part="key"),
        Diagnostic("V201", (), "the key `outputs` is missing"),
    ]
    assert render(findings, parse(SPEC, "m"), "concise") == (
        "m:1:1: V201 the key `outputs` is missing\n"
        "m:2:7: V299 warning: the name is odd\n"
        "m:4:18: V202 unknown key `unit`\n"
        "m:5:26: V205 expected a whole number, found `many`\n"
    )


def test_other_places_are_notes() -> None:
    text = "a: 1\n" * 8 + "layers:\n  - {units: 3}\n"
    document = Text(text, places={("first",): Span(2, 4, 2, 5), ("layers",): Span(10, 13, 10, 14)})
    finding = Diagnostic(
        "G301",
        ("layers",),
        "expected 3 dimensions, found 2",
        "set `return_sequences: true`",
        related=(Place(("first",), "this layer returns (batch, 3)"), Place(("gone",), "and this too")),
    )
    assert render([finding], document) == (
        "model.yaml:10:13: error[G301]: expected 3 dimensions, found 2\n"
        "   |\n"
        "10 |   - {units: 3}\n"
        "   |             ^\n"
        "   = help: set `return_sequences: true`\n"
        "model.yaml:2:4: note: this layer returns (batch, 3)\n"
        "   |\n"
        " 2 | a: 1\n"
        "   |    -\n"
        "model.yaml: gone: note: and this too\n"
        "\n"
    )


def test_a_document_without_lines_has_paths_in_words() -> None:
    document = Text(None, "model.h5")
    findings = [
        Diagnostic("K701", ("layers", 2, "units"), "expected 3, found 4", "see the file"),
        Diagnostic("K702", (), "no configuration"),
    ]
    assert render(findings, document) == (
        "model.h5: layers[2].units: error[K701]: expected 3, found 4\n"
        "  = help: see the file\n"
        "\n"
        "model.h5: error[K702]: no configuration\n"
        "\n"
    )
    assert render(findings, document, "concise") == (
        "model.h5: layers[2].units: K701 expected 3, found 4 (see the file)\nmodel.h5: K702 no configuration\n"
    )


def test_findings_may_have_no_document() -> None:
    finding = Diagnostic("W401", ("layers", 0), "no such weight")
    assert render([finding], None) == "layers[0]: error[W401]: no such weight\n\n"
    assert render([Diagnostic("W401", (), "no")], None, "concise") == "W401 no\n"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ((), ""),
        (("layers", 2, "units"), "layers[2].units"),
        ((0, "a"), "[0].a"),
        (("a b", "c", "\x1b"), '["a b"].c["\\x1b"]'),
    ],
)
def test_paths_in_words(path: Path, words: str) -> None:
    assert in_words(path) == words


def test_nothing_to_say() -> None:
    assert [render([], Text("a"), format) for format in ("text", "concise", "github")] == ["", "", ""]


def test_tabs_and_wide_characters_keep_carets_in_place() -> None:
    assert show("\ta:\tx", 5, 6) == ["1 |     a:    x", "  |           ^"]
    assert show("\ta", 1, 2) == ["1 |     a", "  | ^^^^"]
    assert show("日本: é", 5, 6) == ["1 | 日本: é", "  |       ^"]
    assert show("x日本", 2, 4) == ["1 | x日本", "  |  ^^^^"]
    assert show("e\u0301: x", 5, 6) == ["1 | e\u0301: x", "  |    ^"]


def test_lines_end_as_the_source_counts_them() -> None:
    text = "a: 1\r\nb: 2\rc: '\x0b\x0c\x1c\x85\u2028'\nd: 4\n"
    assert show(text, 4, 5, line=2) == ["2 | b: 2", "  |    ^"]
    assert show(text, 4, 5, line=4) == ["4 | d: 4", "  |    ^"]


def test_long_lines_are_cut_around_the_carets() -> None:
    text = "a" * 5000 + "HERE" + "b" * 5000
    line, carets = show(text, 5001, 5005)
    assert line == "1 | ..." + "a" * 40 + "HERE" + "b" * 56 + "..."
    assert line.index("HERE") == carets.index("^^^^")
    assert show(text, 1, 10_000) == ["1 | " + "a" * 100 + "...", "  | " + "^" * 100]
    line, carets = show(text, 10_005, 10_005)
    assert line == "1 | ..." + "b" * 40
    assert carets == "  | " + " " * 43 + "^"
    assert show("a" * 100, 3, 4) == ["1 | " + "a" * 100, "  |   ^"]


def test_places_without_width_get_one_caret() -> None:
    assert show("a:", 3, 3) == ["1 | a:", "  |   ^"]
    assert show("a:", 99, 100) == ["1 | a:", "  |   ^"]


def test_spans_of_several_lines_show_the_first() -> None:
    finding = Diagnostic("X1", (), "m", span=Span(1, 4, 3, 2))
    assert render([finding], Text("a: [1,\n2\n]")).splitlines()[2:] == ["1 | a: [1,", "  |    ^^^", ""]


@pytest.mark.parametrize(("text", "line"), [("a\n", 2), ("a\n  \nb", 2), ("", 1), ("a", 7)])
def test_blank_lines_are_not_shown(text: str, line: int) -> None:
    finding = Diagnostic("X1", (), "m", "h", span=Span(line, 1, line, 1))
    assert render([finding], Text(text)) == f"model.yaml:{line}:1: error[X1]: m\n  = help: h\n\n"


def test_nothing_reaches_the_terminal_raw() -> None:
    hostile = "\x1b]0;x\x07\x1b[2K\r\n\t\x9b\u202e\u200b\ud800"
    finding = Diagnostic(
        "X1",
        (hostile,),
        f"m {hostile}",
        f"h {hostile}",
        span=Span(1, 1, 1, 2),
        related=(Place((hostile,), f"n {hostile}"),),
    )
    for format in ("text", "concise"):
        shown = render([finding], Text(f"a {hostile}", name=f"{hostile}.yaml"), format)
        assert not set("\x1b\x07\r\t\x9b\u202e\u200b\ud800") & set(shown)
        escaped = r"\x1b]0;x\x07\x1b[2K\r\n\t\x9b\u202e\u200b\ud800"
        assert shown.startswith(f"{escaped}.yaml:1:1: ")
        assert f"m {escaped}" in shown
        assert f"h {escaped}" in shown
    assert show("a\x1b[31m: x", 9, 10) == ["1 | a\\x1b[31m: x", "  |            ^"]
    assert show("a\x1bb", 2, 3) == ["1 | a\\x1bb", "  |  ^^^^"]


def test_a_message_out_of_all_measure_is_cut() -> None:
    shown = render([Diagnostic("X1", (), "m" * 100_000)], None, "concise")
    assert shown == "X1 " + "m" * 997 + "...\n"


def test_colour_only_where_it_is_asked_for() -> None:
    finding = Diagnostic("X1", (), "m", "h", severity="warning", span=Span(1, 1, 1, 2))
    plain = render([finding], Text("abc"))
    coloured = render([finding], Text("abc"), color=True)
    assert "\x1b" not in plain
    assert coloured == (
        "\x1b[1mmodel.yaml:1:1: \x1b[0m\x1b[1;33mwarning[X1]\x1b[0m: m\n"
        "\x1b[1;34m  |\x1b[0m\n"
        "\x1b[1;34m1 |\x1b[0m abc\n"
        "\x1b[1;34m  |\x1b[0m \x1b[1;33m^\x1b[0m\n"
        "  = \x1b[1;36mhelp\x1b[0m: h\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ((1, 1), "1 error, 1 warning"),
        ((2, 2), "2 errors, 2 warnings"),
        ((0, 1), "1 warning"),
        ((2, 0), "2 errors"),
        ((0, 0), "no errors"),
    ],
)
def test_counts(numbers: tuple[int, int], expected: str) -> None:
    assert count_severities(*numbers) == expected

"""The message and the carets for what people write wrongly, in YAML and in JSON."""

from __future__ import annotations

import pytest
import yaml

from specc.diagnostics import SpecError
from specc.diagnostics.render import render
from specc.source import parse

YAML_MISTAKES = {
    "layers:\n  - {type: LSTM, units: 32\n": """\
m:2:5: error[S105]: this `{` is never closed
  |
2 |   - {type: LSTM, units: 32
  |     ^
  = help: a `}` is missing
""",
    "x: {type: LSTM units: 3}\n": """\
m:1:16: error[S105]: a `,` or the closing `}` is missing before this
  |
1 | x: {type: LSTM units: 3}
  |                ^^^^^
  = help: the `{` is at line 1, column 4
""",
    "x: [1, 2\ny: 3\n": """\
m:2:1: error[S105]: a `,` or the closing `]` is missing before this
  |
2 | y: 3
  | ^
  = help: the `[` is at line 1, column 4
""",
    "layers:\n  - {type: LSTM, units:64}\n": """\
m:2:18: error[S105]: a space is missing after `units:`
  |
2 |   - {type: LSTM, units:64}
  |                  ^^^^^^^^
  = help: YAML reads `a:b` as one word
""",
    "type: LSTM\nunits:64\n": """\
m:2:1: error[S105]: a space is missing after `units:`
  |
2 | units:64
  | ^^^^^^^^
""",
    "units:64\ntype: LSTM\n": """\
m:1:1: error[S105]: a space is missing after `units:`
  |
1 | units:64
  | ^^^^^^^^
""",
    "type: LSTM\n units: 3\n": """\
m:2:2: error[S105]: a key cannot stand here
  |
2 |  units: 3
  |  ^^^^^
  = help: indent it like its neighbours, or quote a text that holds `: `
""",
    "layers:\n  - a\n b: 1\n": """\
m:3:2: error[S105]: the indentation of this line fits no mapping above
  |
3 |  b: 1
  |  ^
  = help: align it with the keys it belongs to
""",
    "layers:\n  - a\n  b: 1\n": """\
m:3:3: error[S105]: this line does not go on with the list above
  |
3 |   b: 1
  |   ^
  = help: start its items with `- `, indented alike
""",
    "layers:\n\t- a\n": """\
m:2:1: error[S115]: a tab stands where YAML takes only spaces
  |
2 |     - a
  | ^^^^
  = help: indent with spaces
""",
    "a:\n  b: 1\n  \tc: 2\n": """\
m:3:3: error[S115]: a tab stands where YAML takes only spaces
  |
3 |       c: 2
  |   ^^^^
  = help: indent with spaces
""",
    "a: 'x\nb: 1\n": """\
m:1:4: error[S105]: this quote is never closed
  |
1 | a: 'x
  |    ^
  = help: a single quote inside single quotes is written `''`
""",
    "a: 'x' y\n": """\
m:1:8: error[S105]: nothing can follow the value on this line
  |
1 | a: 'x' y
  |        ^
  = help: quote the whole text, not a part of it
""",
    "a: @x\n": """\
m:1:4: error[S105]: a plain text cannot start with `@`
  |
1 | a: @x
  |    ^^
  = help: put it in quotes
""",
    "a: - b\n": """\
m:1:4: error[S105]: a list cannot start on this line
  |
1 | a: - b
  |    ^
  = help: start it on the next line, or write it as `[a, b]`
""",
    "a: [1, ]\nb: ]\n": """\
m:2:4: error[S105]: a value is missing before this
  |
2 | b: ]
  |    ^
""",
    "a: 1\n}\n": """\
m:2:1: error[S105]: this bracket closes nothing
  |
2 | }
  | ^
""",
    "a: 1\nb\n": """\
m:2:1: error[S105]: this line is neither a key with its value nor a list item
  |
2 | b
  | ^
""",
    "inputs: *\n": """\
m:1:10: error[S105]: a name is missing after this sign
  |
1 | inputs: *
  |          ^
  = help: quote a text that starts with `*` or `&`
""",
    "a: !x!y 1\n": """\
m:1:4: error[S105]: specc takes no YAML tags
  |
1 | a: !x!y 1
  |    ^^^^
  = help: quote a text that starts with `!`
""",
}

JSON_MISTAKES = {
    '{"a": [1, 2,],\n "b": 3}': """\
m:1:12: error[S106]: a comma stands before a closing bracket
  |
1 | {"a": [1, 2,],
  |            ^
  = help: JSON takes none there
""",
    '{"a": 1,\n}': """\
m:1:8: error[S106]: a comma stands before a closing bracket
  |
1 | {"a": 1,
  |        ^
  = help: JSON takes none there
""",
    "{type: LSTM}": """\
m:1:2: error[S106]: a JSON key stands in double quotes
  |
1 | {type: LSTM}
  |  ^^^^
  = help: write "type"; a text that starts with `{` is read as JSON
""",
    '{"type": LSTM}': """\
m:1:10: error[S106]: a JSON string stands in double quotes
  |
1 | {"type": LSTM}
  |          ^^^^
  = help: write "LSTM"
""",
    "{'type': 1}": """\
m:1:2: error[S106]: JSON wants double quotes
  |
1 | {'type': 1}
  |  ^^^^^^
  = help: a text that starts with `{` is read as JSON
""",
    '{"a": True}': """\
m:1:7: error[S106]: JSON has no `True`
  |
1 | {"a": True}
  |       ^^^^
  = help: write `true`
""",
    '{"a": 010}': """\
m:1:7: error[S106]: `010` is not a JSON number
  |
1 | {"a": 010}
  |       ^^^
  = help: JSON writes 10, -0.5, 1e-3
""",
    '{"a": .5}': """\
m:1:7: error[S106]: `.5` is not a JSON number
  |
1 | {"a": .5}
  |       ^^
  = help: JSON writes 10, -0.5, 1e-3
""",
    '{"a" 1}': """\
m:1:6: error[S106]: a `:` is missing before this
  |
1 | {"a" 1}
  |      ^
""",
    '{"a": 1 "b": 2}': """\
m:1:9: error[S106]: a `,` is missing before this
  |
1 | {"a": 1 "b": 2}
  |         ^
""",
    '{"a": 1, // units\n "b": 2}': """\
m:1:10: error[S106]: JSON has no comments
  |
1 | {"a": 1, // units
  |          ^
  = help: a text that starts with `{` is read as JSON; a YAML spec may have comments
""",
    '{"a": "x\ny"}': """\
m:1:7: error[S106]: this string runs over the end of its line
  |
1 | {"a": "x
  |       ^^
  = help: write a line break as `\\n`
""",
    '{"a": "x\ty"}': """\
m:1:9: error[S106]: a string cannot hold a tab as it is
  |
1 | {"a": "x    y"}
  |         ^^^^
  = help: write `\\t`
""",
    '{"a": "C:\\data"}': """\
m:1:10: error[S106]: JSON knows no such escape
  |
1 | {"a": "C:\\data"}
  |          ^^
  = help: write `\\\\` for a backslash
""",
    '{"a": "x}': """\
m:1:7: error[S106]: this string is never closed
  |
1 | {"a": "x}
  |       ^
""",
    '{"a": [1\n': """\
m:1:9: error[S106]: the JSON text ends too early
  |
1 | {"a": [1
  |         ^
  = help: a closing `}` or `]` is missing
""",
    '{"a": 1}}\n': """\
m:1:9: error[S106]: the JSON text has ended before this
  |
1 | {"a": 1}}
  |         ^
""",
}


def rendered(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        parse(text, "m")
    return render(caught.value.diagnostics, caught.value.document).removesuffix("\n")


@pytest.mark.parametrize(("text", "expected"), YAML_MISTAKES.items())
@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
def test_yaml(text: str, expected: str, loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(yaml, loader):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr("specc.source.yaml_reader._LOADER", getattr(yaml, loader))
    assert rendered(text) == expected


@pytest.mark.parametrize(("text", "expected"), JSON_MISTAKES.items())
def test_json(text: str, expected: str) -> None:
    assert rendered(text) == expected

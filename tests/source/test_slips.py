"""Mistakes that leave one value open, and all else clear: whoever asks for it gets the rest of the text."""

from __future__ import annotations

import pytest

from specc.diagnostics import SpecError
from specc.source import parse
from specc.source.limits import FINDINGS

YAML = "a: 1\na: [2]\nb: {c: 1e999, d: 99999999999999999999}\n"
JSON = '{"a": 1, "a": [2], "b": {"c": 1e999, "d": 99999999999999999999, "d": NaN}}'


@pytest.mark.parametrize("text", [YAML, JSON])
def test_the_rest_is_read(text: str) -> None:
    source = parse(text, "m", lenient=True)
    assert source.data == {"a": 1, "b": {"c": 0, "d": 0}}
    found = [(slip.code, slip.path) for slip in source.slips]
    assert found[:3] == [("S107", ("a",)), ("S112", ("b", "c")), ("S112", ("b", "d"))]
    assert found[3:] == ([("S107", ("b", "d")), ("S112", ("b", "d"))] if text == JSON else [])
    with pytest.raises(SpecError) as strict:
        parse(text, "m")
    assert tuple(strict.value.diagnostics) == source.slips


@pytest.mark.parametrize(
    "text",
    [
        YAML + "<<: 1\n",
        YAML + "c: *none\n",
        YAML + "c: [\n",
        YAML + "---\nd: 1\n",
        JSON[:-1],
        JSON.replace("NaN", '"\\u0000"'),
        "".join("a: 1\n" for _ in range(FINDINGS + 2)),
    ],
)
def test_other_mistakes_leave_nothing_clear(text: str) -> None:
    with pytest.raises(SpecError) as error:
        parse(text, "m", lenient=True)
    assert len(error.value.diagnostics) > 1

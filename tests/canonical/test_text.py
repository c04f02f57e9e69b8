"""The text of a spec reads back as the same data, here and in YAML 1.1, and fits a page."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc.canonical.text import to_json, to_yaml
from specc.source import parse

TRAPS = [
    "yes",
    "NO",
    "null",
    "true",
    "~",
    "1",
    "1e3",
    ".inf",
    "2.2.4",
    "a: b",
    "- a",
    "a #b",
    "{",
    "x\ny",
    "\x85",
    "<<",
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0")) | st.sampled_from(TRAPS)
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(TEXTS, inner, max_size=8),
    max_leaves=12,
)


def both(text: str) -> tuple[Any, Any]:
    """The data of a text as specc reads it, and as PyYAML does."""
    return parse(text, "x").data, yaml.safe_load(text)


@SLOWLY
@given(st.dictionaries(st.sampled_from(["name", "metadata"]), VALUES), st.lists(VALUES, min_size=1, max_size=3))
def test_reads_back(top: dict[str, Any], layers: list[Any]) -> None:
    data = {"specc": 1, **top, "layers": layers}
    found, by_others = both(to_yaml(data))
    assert found == by_others == data
    assert parse(to_json(data), "x").data == data


@SLOWLY
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_floats_read_back(number: float) -> None:
    assert parse(to_yaml({"x": number}), "x").data == {"x": number}


def test_layout() -> None:
    cell = {"type": "LSTMCell", "units": 64, "kernel_initializer": {"type": "random_normal", "stddev": 0.02}}
    data = {
        "specc": 1,
        "name": "model",
        "keras_version": "2.2.4",
        "layers": [
            {"type": "Input", "name": "x", "shape": [None, 3]},
            {"type": "RNN", "name": "rnn", "cell": [cell, cell], "return_sequences": True},
        ],
        "outputs": ["rnn"],
    }
    assert to_yaml(data) == textwrap.dedent("""\
        specc: 1
        name: model
        keras_version: "2.2.4"
        layers:
          - {type: Input, name: x, shape: [null, 3]}
          - {type: RNN, name: rnn,
             cell: [{type: LSTMCell, units: 64, kernel_initializer: {type: random_normal, stddev: 0.02}},
                    {type: LSTMCell, units: 64, kernel_initializer: {type: random_normal, stddev: 0.02}}],
             return_sequences: true}
        outputs: [rnn]
        """)


@pytest.mark.parametrize("count", [1, 5, 17, 40])
def test_lines_fit(count: int) -> None:
    names = [f"layer_{number:03}" for number in range(count)]
    text = to_yaml({"layers": [{"type": "Concatenate", "name": "all", "inputs": names}], "outputs": names})
    assert max(map(len, text.splitlines())) <= 110
    assert json.dumps(parse(text, "x").data) == json.dumps(yaml.safe_load(text))

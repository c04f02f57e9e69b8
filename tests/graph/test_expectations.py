"""``expect``: what is held against the model, and that a model which meets it says nothing."""

from __future__ import annotations

import pytest

from tests.loading import codes, findings

MODEL = """\
specc: 1
layers:
  - {type: Input, name: x, shape: [null, 8]}
  - {type: LSTM, name: rnn, units: 4, return_sequences: true, return_state: true}
  - {type: BatchNormalization, inputs: rnn}
  - {type: Dense, name: out, units: 93}
outputs: [out, rnn.state_h]
expect: %s
"""
PARAMETERS = 4 * (8 * 4 + 4 * 4 + 4) + 4 * 4 + (4 * 93 + 93)


@pytest.mark.parametrize(
    "expect",
    [
        f"{{outputs: {{out: [null, 93], rnn.state_h: [4]}}, parameters: {PARAMETERS}}}",
        "{outputs: {out: [null, 93]}}",
        f"{{parameters: {PARAMETERS}}}",
        "{}",
        "{outputs: {}}",
        "null",
    ],
)
def test_a_model_as_expected(expect: str) -> None:
    assert findings(MODEL % expect) == []


@pytest.mark.parametrize(
    ("expect", "code", "path"),
    [
        ("{outputs: {out: [null, 94]}}", "V253", ("outputs", "out")),
        ("{outputs: {out: [10, 93]}}", "V253", ("outputs", "out")),
        ("{outputs: {out: [93]}}", "V253", ("outputs", "out")),
        ("{outputs: {out: [null, null]}}", "V253", ("outputs", "out")),
        ("{outputs: {rnn.state_h: [null, 4]}}", "V253", ("outputs", "rnn.state_h")),
        ("{outputs: {rnn.state_c: [4]}}", "V255", ("outputs", "rnn.state_c")),
        ("{outputs: {rnn: [null, 4]}}", "V255", ("outputs", "rnn")),
        ("{outputs: {ou: [null, 93]}}", "V255", ("outputs", "ou")),
        (f"{{parameters: {PARAMETERS + 1}}}", "V254", ("parameters",)),
        ("{parameters: '3'}", "V204", ("parameters",)),
        ("{parameters: 3.0}", "V204", ("parameters",)),
        ("{parameters: -1}", "V205", ("parameters",)),
        ("{outputs: [out]}", "V204", ("outputs",)),
        ("{outputs: {out: [0]}}", "V205", ("outputs", "out", 0)),
        ("{outputs: {out: null}}", "V204", ("outputs", "out")),
        ("{output: {}}", "V202", ("output",)),
        ("{params: 3}", "V202", ("params",)),
        ("3", "V204", ()),
    ],
)
def test_what_is_not_as_expected_is_one_finding(expect: str, code: str, path: tuple[str | int, ...]) -> None:
    assert codes(MODEL % expect) == [(code, ("expect", *path))]


def test_all_that_differs_is_reported() -> None:
    expect = "{outputs: {out: [1], other: [1]}, parameters: 1}"
    assert {code for code, _ in codes(MODEL % expect)} == {"V253", "V254", "V255"}


def test_a_model_with_a_mistake_is_held_against_nothing() -> None:
    text = (MODEL % "{outputs: {out: [1]}, parameters: 1}").replace("units: 93", "units: 0")
    assert codes(text) == [("V205", ("layers", 3, "units"))]


def test_shared_weights_count_once() -> None:
    text = """
    specc: 1
    layers:
      - {type: Input, name: a, shape: [3]}
      - {type: Dense, name: d, units: 2}
      - {type: Shared, layer: d, inputs: a}
      - {type: Add, inputs: [d, shared]}
    expect: {parameters: 8, outputs: {add: [2]}}
    """
    assert findings(text) == []


def test_a_length_that_turns_out_to_be_known() -> None:
    """Concatenate says that two lengths are one."""
    text = """
    specc: 1
    layers:
      - {type: Input, name: a, shape: [null, 3]}
      - {type: Input, name: b, shape: [5, 3]}
      - {type: Concatenate, name: c, inputs: [a, b]}
    expect: {outputs: {c: [5, 6]}}
    """
    assert findings(text) == []

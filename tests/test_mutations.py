"""Any good spec, mutilated anywhere: a model or findings at places that exist, never another exception."""

from __future__ import annotations

import copy
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.diagnostics import Diagnostic, SpecError
from specc.diagnostics.catalogue import RULES
from specc.diagnostics.render import FORMATS, render
from specc.model import Model, check
from specc.source import Source, parse
from tests.loading import FRAGMENTS
from tests.mutations import at, mutations, places
from tests.mutations import outcome as validate

RICH = """\
specc: 1
name: rich
dialect: tf.keras
seed: 7
metadata: {author: someone}
layers:
  - {type: Input, name: tokens, shape: [null], dtype: int32}
  - {type: Input, name: start, shape: [8]}
  - {type: Embedding, name: words, inputs: tokens, input_dim: 50, output_dim: 6, mask_zero: true}
  - type: Bidirectional
    name: both
    merge_mode: sum
    layer:
      type: LSTM
      units: 8
      return_sequences: true
      return_state: true
      kernel_regularizer: {type: l2, l2: 0.01}
      recurrent_initializer: {class_name: Orthogonal, config: {gain: 0.5}}
  - {type: GRU, name: decoder, inputs: both, units: 8, initial_state: start, mask: tokens, activation: relu}
  - {type: RNN, name: stack, inputs: words, cell: [{type: LSTMCell, units: 8}, {type: GRUCell, units: 8}]}
  - {type: TimeDistributed, name: each, inputs: both, layer: {type: Dense, units: 3, bias_constraint: non_neg}}
  - {type: Add, name: sum, inputs: [decoder, stack, both.state_0]}
  - {type: Reshape, target_shape: [2, -1]}
  - {type: Permute, dims: [2, 1]}
  - {type: Flatten}
  - {type: Dropout, rate: 0.5, noise_shape: [null, 1]}
outputs: [dropout, each, both.state_3]
"""
STATEFUL = """\
specc: 1
keras_version: "2.3.1"
max_memory: 100000
layers:
  - {type: SimpleRNN, units: 4, stateful: true, unroll: true, return_sequences: true, batch_input_shape: [2, 5, 3]}
  - {type: Masking, mask_value: 1.0}
  - {type: LSTM, units: 4, stateful: true, go_backwards: true, implementation: 2, dropout: 0.5}
  - {type: RepeatVector, n: 3}
  - {type: Concatenate, axis: 1, inputs: [simple_rnn, repeat_vector]}
  - {type: Activation, activation: softmax}
"""
IMAGES = """\
specc: 1
layers:
  - {type: ConvLSTM2D, filters: 2, kernel_size: [3, 3], padding: same, strides: 2, input_shape: [null, 8, 8, 1]}
  - {type: Flatten, data_format: channels_first}
  - {type: Dense, units: 1, activation: sigmoid}
"""
SHORT = """\
specc: 1
name: ${kind}_model
description: costs $${units}
dialect: tf.keras
vars: {units: 8, wide: "${units * 2}", shape: [null, 6], kind: short, rates: [0.1, 0.2]}
defaults:
  LSTM: {dropout: 0.2, return_sequences: true}
  Dense: {use_bias: false}
layers:
  - {type: Input, name: x, shape: "${shape}"}
  - repeat: 2
    layers:
      - {type: LSTM, name: rnn, units: "${wide}"}
      - {repeat: "${rates}", as: rate, layers: [{type: Dropout, name: drop, rate: "${rate}"}]}
      - {type: Add, name: "sum_${index}", inputs: [rnn, drop_1]}
  - {include: encoder.yaml}
  - {type: Bidirectional, name: both, inputs: sum_1, layer: {type: LSTM, units: "${units // 2}"}}
  - {type: TimeDistributed, layer: {type: Dense, units: "${units - 5}"}}
outputs: [time_distributed]
expect: {outputs: {time_distributed: [null, 3]}, parameters: 4280}
"""
GOOD = [yaml.safe_load(text) for text in (RICH, STATEFUL, IMAGES, SHORT)]
GOOD += [yaml.safe_load(rule.good) for rule in RULES.values() if rule.code[0] in "VG"]

VALUES = st.one_of(
    st.sampled_from([None, True, False, 0, 1, -1, 2, 7, 10**12, -(2**63), 0.5, 32.0, 1e300, "", "32", "None", "yes"]),
    st.sampled_from([[], {}, [1], [None], [[]], [[1]], {"type": "LSTM"}, {"type": "LSTM", "units": 2}, {"a": 1}]),
    st.sampled_from(["lstm", "both", "both.state_0", "LSTM", "Input", "gelu", "keras3", "a.b.c", "ü", "x" * 70]),
    st.sampled_from(["${units}", "${unit}", "${units", "${1 / 0}", "${shape}", "$${x}", "${wide}", "${index}", "${}"]),
)


WRONG: tuple[Any, ...] = (None, True, -1, 0.5, "", "x y", [], {}, 10**12)


@st.composite
def mutilated(draw: st.DrawFn) -> Any:
    """A good spec with one to four changes."""
    data = copy.deepcopy(draw(st.sampled_from(GOOD)))
    for _ in range(draw(st.integers(1, 4))):
        # Without its `specc: 1` a spec is no spec at all, and there is nothing more to see.
        left = [place for place in places(data) if place not in ((), ("specc",))]
        if not left:
            break
        path = draw(st.sampled_from(left))
        mutilate(draw, at(data, path[:-1]), path[-1])
    return data


def mutilate(draw: st.DrawFn, parent: Any, step: Any) -> None:
    """Drop, retype, copy, rename or move one value."""
    change = draw(st.sampled_from(["drop", "retype", "copy", "rename", "move"]))
    if change == "drop":
        del parent[step]
    elif change == "retype":
        parent[step] = copy.deepcopy(draw(VALUES))
    elif change == "copy" and isinstance(parent, list):
        parent.insert(draw(st.integers(0, len(parent))), copy.deepcopy(parent[step]))
    elif change == "move" and isinstance(parent, list):
        parent.insert(draw(st.integers(0, len(parent))), parent.pop(step))
    elif isinstance(parent, dict) and step in parent:
        name = draw(
            st.sampled_from([f"{step}s", str(step)[:-1], str(step).upper(), "units", "inputs", "type", "layer"])
        )
        parent[name] = parent[step] if change == "copy" else parent.pop(step)


def outcome(document: Source) -> Model | SpecError:
    try:
        return check(document, FRAGMENTS)
    except SpecError as error:
        return error


@settings(max_examples=400, deadline=None)
@given(mutilated())
def test_a_model_or_findings(data: Any) -> None:
    document = parse(json.dumps(data, indent=1), "mutilated.json")
    result = outcome(document)
    assert result.diagnostics or isinstance(result, Model)
    for format_ in FORMATS:
        render(result.diagnostics, document, format_)
    if isinstance(result, Model):
        result.summary()
    else:
        assert result.document is document
    for finding in result.diagnostics:
        assert_well_formed(finding, data)
    spots = [(f.document, f.path, f.span, f.part, f.message) for f in result.diagnostics]
    assert len(set(spots)) == len(spots), "the same mistake is reported twice"


@pytest.mark.parametrize("text", [RICH, STATEFUL, IMAGES], ids=["rich", "stateful", "images"])
def test_one_wrong_value_is_one_finding(text: str) -> None:
    """No value but a name or a class makes anything else wrong."""
    good = yaml.safe_load(text)
    for path in places(good):
        if not path or isinstance(at(good, path), dict | list) or path[-1] in ("specc", "type"):
            continue
        for value in WRONG:
            data = copy.deepcopy(good)
            at(data, path[:-1])[path[-1]] = value
            errors = [f for f in outcome(parse(json.dumps(data), "m.json")).diagnostics if f.severity == "error"]
            # A name that was taken away is missed in as many places as it is used, where it looks like another.
            assert len({(f.code, f.message) for f in errors}) <= 1, (path, value, errors)


def assert_well_formed(finding: Diagnostic, data: Any) -> None:
    """The code has a rule, the message says something, the place exists (or is a key left at its default)."""
    assert finding.code in RULES
    assert finding.message
    assert "\n" not in finding.message
    if finding.document is not None:  # a fragment
        assert isinstance(finding.document, Source)
        data = finding.document.data
    at(data, finding.path[:-1])
    if finding.code.startswith("V20"):
        at(data, finding.path)


def test_a_changed_spec_ends_with_0_or_1(tmp_path: Path) -> None:
    """Some of the mutations that ``python -m tests.mutations`` tries all of."""
    for what, data in itertools.islice(mutations(), 0, 8_000, 31):
        assert validate(data, tmp_path) in (0, 1), what

"""Fixes change what is wrong, and not a byte besides."""

from __future__ import annotations

import random
import textwrap
from pathlib import Path

import pytest

from specc.diagnostics import Checked, SpecError
from specc.fixing import mend
from specc.model import check
from specc.source import parse
from tests.broken.expected import SPECS

ROOT = Path(__file__).parents[1]
GOOD = sorted((ROOT / "examples").glob("*.*ml")) + sorted((ROOT / "tests/conformance/real_models").glob("*.yaml"))


def checked(text: str) -> Checked:
    document = None
    try:
        document = parse(text, "m.yaml")
        model = check(document, Path())
    except SpecError as error:
        return Checked("m.yaml", error.document, error.diagnostics)
    return Checked("m.yaml", model.document, model.diagnostics)


def fixed(text: str) -> str:
    """The text with its fixes, which are all that can be done."""
    once = mend(text, checked, lambda finding: True)
    again = mend(once.text, checked, lambda finding: True)
    assert (again.text, again.fixed) == (once.text, ())
    return once.text


def layer(line: str, above: str = "") -> str:
    """A spec with one more layer, on line 4."""
    return f"specc: 1\n{above}layers:\n  - {{type: Input, shape: [10, 64]}}\n  - {line}\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{type: LSTM, unit: 4}", "{type: LSTM, units: 4}"),
        ("{type: LSTM, 'unit': 4}", "{type: LSTM, 'units': 4}"),
        ('{type: LSTM, "unit":    4 }', '{type: LSTM, "units":    4 }'),
        ("{type: 'lstm', units: 4}", "{type: 'LSTM', units: 4}"),
        ("{type:   LSTMs  , units: 4}", "{type:   LSTM  , units: 4}"),
        ('{type: LSTM, units: "4"}', "{type: LSTM, units: 4}"),
        ("{type: LSTM, units: 4.0}", "{type: LSTM, units: 4}"),
        ("{type: LSTM, units: 4, dropout: 20%}", "{type: LSTM, units: 4, dropout: 0.2}"),
        ("{type: LSTM, units: 4, dropout: '1e-3'}", "{type: LSTM, units: 4, dropout: 0.001}"),
        ("{type: LSTM, units: 4, use_bias: yes}", "{type: LSTM, units: 4, use_bias: true}"),
        ("{type: LSTM, units: 4, use_bias: 'Off'}", "{type: LSTM, units: 4, use_bias: false}"),
        ("{type: LSTM, units: 4, use_bias: 0}", "{type: LSTM, units: 4, use_bias: false}"),
        ("{type: LSTM, units: 4, activation: Tanh}", "{type: LSTM, units: 4, activation: tanh}"),
        ("{type: LSTM, units: 4, activation: None}", "{type: LSTM, units: 4, activation: null}"),
        ("{type: LSTM, units: 4, implementation: '2'}", "{type: LSTM, units: 4, implementation: 2}"),
        ("{type: LSTM, output_dim: 4}", "{type: LSTM, units: 4}"),
        ("{type: LSTM, units: 4, inner_init: orthogonal}", "{type: LSTM, units: 4, recurrent_initializer: orthogonal}"),
        ("{type: LSTM, units: 4, consume_less: gpu}", "{type: LSTM, units: 4, implementation: 2}"),
        ("{type: LSTM, units: 4, forget_bias_init: zero}", "{type: LSTM, units: 4, unit_forget_bias: false}"),
        ("{type: LSTM, units: 4, output_dim: 4}", "{type: LSTM, units: 4}"),
        ("{output_dim: 4, type: LSTM, units: 4}", "{type: LSTM, units: 4}"),
        ("{type: LSTM, units: 4, units: 4}", "{type: LSTM, units: 4}"),
        ("{class_name: LSTM, units: 4}", "{type: LSTM, units: 4}"),
        ("{type: Convolution1D, nb_filter: 4, filter_length: 3}", "{type: Conv1D, filters: 4, kernel_size: 3}"),
        (
            "{type: LSTM, units: 4, kernel_initializer: {type: RandomNormal, stdev: '0.1'}}",
            "{type: LSTM, units: 4, kernel_initializer: {type: RandomNormal, stddev: 0.1}}",
        ),
        (
            "{type: Bidirectional, layer: {type: LSTMs, unit: '4'}}",
            "{type: Bidirectional, layer: {type: LSTM, units: 4}}",
        ),
        ("{type: Bidirectional, layre: {type: LSTM, unit: 4}}", "{type: Bidirectional, layer: {type: LSTM, units: 4}}"),
    ],
)
def test_one_safe_fix(wrong: str, right: str) -> None:
    assert fixed(layer(wrong)) == layer(right)


@pytest.mark.parametrize(
    "line",
    [
        "{type: LSTM, unit: 4, units: 8}",  # which of the two?
        "{type: LSTM, unit: 4, unts: 8}",
        "{type: LSTM, units: 4, units: 8}",
        "{type: LSTM, units: 4, output_dim: 8}",
        "{type: LSTM, units: 4, forget_bias_init: half}",
        "{type: LSTM, units: '0'}",  # no number of units either
        "{type: LSTM, units: 4, dropout: '7'}",
        "{type: RNN, units: 4, cell: {type: LSTMCell, units: 4}}",
        "{type: LSTM, units: 4, activation: relu5}",
        "{type: MaxPooling}",
        "{type: LSTM, class_name: layer, units: 4, kind: LSTM}",
        "{kind: big, units: 4}",
        "{type: LSTM, units: 4, inputs: inpt}",  # guesses rewire no graph
    ],
)
def test_what_is_left_alone(line: str) -> None:
    text = layer(line)
    assert checked(text).findings
    assert fixed(text) in (text, layer("{type: LSTM, units: 4, unts: 8}"))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("{type: LSTM, unit: four}", "{type: LSTM, units: four}"),
        ('{type: LSTM, "\\x75nit": 0}', '{type: LSTM, "units": 0}'),
        ("{type: LSTMM, units: 0}", "{type: LSTM, units: 0}"),
        ("{type: Conv1DTranpose, filters: 4, kernel_size: 3}", "{type: Conv1DTranspose, filters: 4, kernel_size: 3}"),
        ("{type: TimeDistributed, layr: {type: Dense}}", "{type: TimeDistributed, layer: {type: Dense}}"),
    ],
)
def test_another_mistake_at_the_entry_stays_as_it_is(wrong: str, right: str) -> None:
    assert fixed(layer(wrong)) == layer(right)


def test_comments_and_layout_stay() -> None:
    wrong = textwrap.dedent("""\
        # a model
        specc:   1     # the version

        layer:   # in order
          -   type:  'lstm'      # recurrent
              unit:      "32"  # quoted
              input_shape: &shape
                - None     # any length
                - 64
              retrun_sequences:  yes   # the whole sequence

          - {type: Dense,units: 4.0 ,   # few
             activation: Softmax}
        # the end""")
    right = textwrap.dedent("""\
        # a model
        specc:   1     # the version

        layers:   # in order
          -   type:  'LSTM'      # recurrent
              units:      32  # quoted
              input_shape: &shape
                - null     # any length
                - 64
              return_sequences:  true   # the whole sequence

          - {type: Dense,units: 4 ,   # few
             activation: softmax}
        # the end""")
    assert fixed(wrong) == right


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_stay(line_end: str) -> None:
    wrong = layer("{type: LSTM, unit: 4}", "seed: '1'\n").replace("\n", line_end)
    assert fixed(wrong) == layer("{type: LSTM, units: 4}", "seed: 1\n").replace("\n", line_end)


def test_json() -> None:
    wrong = '{"specc": 1,\n\t"layers" : [ {"type":"lstm", "unit" : "4","use_bias": "no",\n"input_shape": [10 , -1]} ]}'
    assert '"units" : 4,"use_bias": false,\n"input_shape": [10 , null]' in fixed(wrong)
    assert fixed(wrong).startswith('{"specc": 1,\n\t"layers" : [ {"type":"LSTM", ')


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ('{"a": 1, "seed": 2, "seed": 2}', '{"a": 1, "seed": 2}'),
        ('{"seed": 2,\n "seed": 2,\n "a": 1}', '{"seed": 2,\n "a": 1}'),
        ('{"seed": 2, "a": 1, "seed": 2, "seed": 2}', '{"seed": 2, "a": 1}'),
        ('{"seed": [2, 3], "seed": [2,3]}', '{"seed": [2, 3], "seed": [2,3]}'),
    ],
)
def test_keys_that_say_the_same_twice_in_json(wrong: str, right: str) -> None:
    assert fixed(wrong) == right


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("seed: 2\nseed: 2\nspecc: 1\n", "seed: 2\nspecc: 1\n"),
        ("seed: 2\nspecc: 1\nseed: 2", "seed: 2\nspecc: 1\n"),
        ("metadata:\n  a: 1\nspecc: 1\nmetadata:\n  a: 1\nname: m\n", "metadata:\n  a: 1\nspecc: 1\nname: m\n"),
        ("seed: 2\nseed: 2 # why\n", "seed: 2\nseed: 2 # why\n"),
        ("- seed: 2\n  seed: 2\n", "- seed: 2\n"),
    ],
)
def test_keys_that_say_the_same_twice_in_yaml(wrong: str, right: str) -> None:
    assert fixed(wrong) == right


def test_what_an_anchor_repeats_is_left_alone() -> None:
    text = "specc: 1\nname: &n '4'\nlayers:\n  - {type: LSTM, units: *n, input_shape: [10, 64]}\n"
    assert fixed(text) == text
    text = "specc: 1\nlayers:\n  - {type: LSTM, units: &n '4', input_shape: [10, *n]}\n"
    assert fixed(text) == text


def test_a_layer_with_an_anchor() -> None:
    wrong = (
        "specc: 1\nlayers:\n  - {type: Input, shape: [10, 4]}\n  - &a {type: LSTM, unit: 4, return_sequences: true}\n"
    )
    assert fixed(wrong) == wrong.replace("unit:", "units:")
    assert fixed(f"{wrong}  - *a\n") == f"{wrong}  - *a\n"  # the copy would change too


def test_values_from_elsewhere_are_left_alone() -> None:
    text = layer("{type: LSTM, units: '${n}'}")
    assert fixed(text) == text


def test_the_name_of_a_model() -> None:
    assert fixed(layer("{type: Flatten}", "name: my 1st model\n")) == layer("{type: Flatten}", "name: my_1st_model\n")
    text = layer("{type: Flatten, name: a layer}")  # which others may refer to
    assert fixed(text) == text


def test_only_what_is_wanted() -> None:
    text = layer("{type: LSTM, unit: 4, use_bias: yes}")
    mended = mend(text, checked, lambda finding: finding.code == "V202")
    assert mended.text == layer("{type: LSTM, units: 4, use_bias: yes}")
    assert [finding.code for finding in mended.fixed] == ["V202"]
    assert [finding.code for finding in mended.left.findings] == ["V204"]


@pytest.mark.parametrize(
    "text", ['{"class_name": "Sequential", "config": [], "config": []}', "class_name: M\nseed: 1\nseed: 1\n"]
)
def test_what_keras_wrote_is_never_changed(text: str) -> None:
    assert checked(text).findings
    assert fixed(text) == text


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_broken_specs_never_get_worse(spec: Path) -> None:
    """What is mended is gone, what the text said elsewhere it says still, and a second run has nothing to do."""
    text = spec.read_bytes().decode()
    mended = mend(text, checked, lambda finding: True)
    assert fixed(text) == mended.text
    before = [finding.code for finding in checked(text).findings]
    after = [finding.code for finding in checked(mended.text).findings]
    assert len(after) <= len(before)
    assert (mended.text == text) == (not mended.fixed)
    assert len(mended.text.splitlines()) == len(text.splitlines())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_slip_is_undone(path: Path) -> None:
    """A letter lost from a word of a good spec: the fix, where there is one, gives the very text back."""
    text = path.read_bytes().decode()
    chance = random.Random(path.name)
    words = ["units", "return_sequences", "LSTM", "Embedding", "Dense", "activation", "input_dim", "layers", "filters"]
    places = [place for word in words for place in [text.find(f"{word}")] if place >= 0]
    assert places
    mended = 0
    for place in places:
        at = place + chance.randrange(4)
        wrong = text[:at] + text[at + 1 :]
        result = fixed(wrong)
        assert result in (text, wrong)
        mended += result == text
    assert mended > 0

"""What specc cannot say is one finding each: the layer, its place in the file, and what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import specc
from specc.diagnostics.catalogue.keras_files import RULES
from specc.diagnostics.catalogue.rule import Rule
from tests.keras_files.files import layer, numbers, refusals, sequential, write_h5, write_paths

SHAPE = {"batch_input_shape": [None, 5, 3]}
LSTM = layer("LSTM", "l", units=2, return_sequences=True, **SHAPE)
EXAMPLES = [rule for rule in RULES if rule.bad.startswith("{")]


def codes(text: str) -> list[str]:
    try:
        return [finding.code for finding in specc.load(json.loads(text)).diagnostics]
    except specc.SpecError as error:
        return [finding.code for finding in error.diagnostics]


@pytest.mark.parametrize("rule", EXAMPLES, ids=lambda rule: rule.code)
def test_examples_of_the_catalogue(rule: Rule) -> None:
    assert [code for code in codes(rule.bad) if code != "K720"] == [rule.code]
    assert codes(rule.good) == ["K720"]


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "Lambda": (layer("Lambda", "f", function=["4wEAAAA=", None, None]), "K711", "`f`"),
    "own class": (layer("AttentionWithContext", "a"), "K710", "`AttentionWithContext`"),
    "registered class": (layer("Mine>Gate", "g") | {"registered_name": "Mine>Gate"}, "K710", "author"),
    "unknown argument": (layer("Dense", "d", units=2, sparsity=0.5), "K712", "`sparsity`"),
    "own activation": (layer("Dense", "d", units=2, activation="my_gelu"), "K713", "my_gelu"),
    "layer as activation": (
        layer("Dense", "d", units=2, activation=layer("LeakyReLU", "x", alpha=0.1)),
        "K713",
        "LeakyReLU",
    ),
    "time first": (layer("GRU", "g", units=2, time_major=True), "K713", "`time_major`"),
    "own cell": (layer("RNN", "r", cell=layer("MyCell", "c", units=2)), "K710", "`MyCell`"),
    "constants": (layer("RNN", "r", cell=layer("LSTMCell", "c", units=2), num_constants=1), "K713", "num_constants"),
    "quantized": (layer("Dense", "d", units=2, quantization_config={"mode": "int8"}), "K713", "quantization_config"),
    "model in a wrapper": (layer("Bidirectional", "b", layer=sequential(LSTM)), "K713", "model"),
    "no class": ({"config": {}}, "K700", "class_name"),
    "wrong type": (layer("Dense", "d", units="two"), "V204", "`units`"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_finding(case: str) -> None:
    item, code, words = CASES[case]
    (finding,) = refusals(sequential(LSTM, item, keras_version="2.4.0"))
    assert finding.code == code
    assert words in finding.message


def test_all_of_them_at_once() -> None:
    items = [layer("Lambda", "f"), layer("Mine", "m"), layer("Dense", "d", units=2, foo=1)]
    assert [finding.code for finding in refusals(sequential(LSTM, *items))] == ["K711", "K710", "K712"]


def test_a_layer_that_may_replace_it_is_named() -> None:
    (finding,) = refusals(sequential(LSTM, layer("MyLayerNormalization", "n")))
    assert finding.hint is not None
    assert "LayerNormalization may do what it does" in finding.hint


def test_a_subclassed_model() -> None:
    (finding,) = refusals({"class_name": "MyModel", "config": {"width": 3}, "keras_version": "2.6.0"})
    assert (finding.code, finding.path) == ("K710", ("class_name",))


def test_weights_alone(tmp_path: Path) -> None:
    for file in (
        write_h5(tmp_path / "a", {"d": [numbers(2, 2)]}),
        write_paths(tmp_path / "b", {"layers/dense": [numbers(2, 2)]}),
    ):
        (finding,) = refusals(file)
        assert finding.code == "K701"


def test_unknown_laws_stop_nothing() -> None:
    dense = layer("Dense", "d", units=2, kernel_initializer={"class_name": "Mine", "config": {}},
                  kernel_regularizer="my_penalty", **SHAPE)  # fmt: skip
    assert [finding.code for finding in specc.load(sequential(dense)).diagnostics] == ["K722", "K722", "K720"]

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


REPLACEMENTS = {
    "MyLayerNormalization": "LayerNormalization may do what it does",
    "Package>LayerNormLSTM": "LSTM may do what it does",
    "AttentionWithContext": "Dense, Softmax, Multiply and GlobalAveragePooling1D",
    "AttLayer": "Dense, Softmax, Multiply and GlobalAveragePooling1D",
    "CRF": "save the model that ends before it",
    "TCN": "`dilation_rate`",
    "MultiHeadAttention": "Softmax",
    "Capsule": "rebuild the model with layers that specc has",
}


@pytest.mark.parametrize("class_name", REPLACEMENTS)
def test_layers_that_may_replace_it_are_named(class_name: str) -> None:
    (finding,) = refusals(sequential(LSTM, layer(class_name, "n")))
    assert finding.path == ("config", "layers", 1, "class_name")
    assert "`n`" in finding.message
    assert REPLACEMENTS[class_name] in (finding.hint or "")


@pytest.mark.parametrize(
    ("function", "advice"),
    [
        ("math.reduce_mean", "GlobalAveragePooling1D"),
        ("__operators__.getitem", "Cropping1D"),
        ("expand_dims", "Reshape"),
        ("concat", "Concatenate"),
        ("linalg.matmul", "Dot"),
        ("my_op", "such as Add or Reshape"),
    ],
)
def test_operations_on_tensors(function: str, advice: str) -> None:
    """tf.keras makes a layer of each; the message names the operation, the hint a layer that does the same."""
    (finding,) = refusals(sequential(LSTM, layer("TFOpLambda", "tf.op", function=function), keras_version="2.8.0"))
    assert (finding.code, function in finding.message) == ("K711", True)
    assert advice in (finding.hint or "")


def test_a_lambda_that_computes_a_loss() -> None:
    """CTC of Keras's examples: what predicts ends before it."""
    (finding,) = refusals(sequential(LSTM, layer("Lambda", "ctc", function=["4wEAAAA=", None, None])))
    assert finding.hint is not None
    assert "save the model that ends before it" in finding.hint


@pytest.mark.parametrize("key", ["num_constants", "time_major"])
def test_arguments_that_specc_cannot_do_say_what_to_do(key: str) -> None:
    (finding,) = refusals(sequential(layer("RNN", "r", cell=layer("LSTMCell", "c", units=2), **{key: 1}, **SHAPE)))
    assert finding.code == "K713"
    assert "rebuild the model with" in (finding.hint or "")


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

"""What counts as a slip of the keyboard, and what may be meant as it stands."""

from __future__ import annotations

from typing import get_args

import pytest

from specc import layers
from specc.activations import ActivationName
from specc.diagnostics.numbers import unquote
from specc.diagnostics.spelling import corrected, suggest_key, suggest_value
from specc.layers.lstm import LSTM

CLASSES = list(layers.HOMES)
ACTIVATIONS = list(get_args(ActivationName))
KEYS = list(LSTM.model_fields)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("lstm", CLASSES, "LSTM"),
        ("LTSM", CLASSES, "LSTM"),
        ("LSTMs", CLASSES, "LSTM"),
        ("Simple_RNN", CLASSES, "SimpleRNN"),
        ("TimeDistribted", CLASSES, "TimeDistributed"),
        ("Conv1d", CLASSES, "Conv1D"),
        ("Tanh", ACTIVATIONS, "tanh"),
        ("leakyrelu", ACTIVATIONS, "leaky_relu"),
        ("hard_sigmod", ACTIVATIONS, "hard_sigmoid"),
        ("unit", KEYS, "units"),
        ("returnSequences", KEYS, "return_sequences"),
        ("retrun_sequnces", KEYS, "return_sequences"),
        ("kernel_initialiser", KEYS, "kernel_initializer"),
    ],
)
def test_slips(word: str, known: list[str], meant: str) -> None:
    assert corrected(word, known) == meant
    assert suggest_key(word, known).fix is not None
    assert suggest_value(word, known).hint == f"did you mean `{meant}`?"


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("MaxPooling", CLASSES),  # of one, two or three dimensions?
        ("Conv4D", CLASSES),
        ("RNM", CLASSES),  # short words are near to many
        ("GRB", CLASSES),
        ("relu5", ACTIVATIONS),
        ("slu", ACTIVATIONS),  # silu and selu
        ("return_stat", ["return_state", "return_stats"]),
        ("sane", ["same"]),
        ("optimizer", KEYS),
        ("", KEYS),
        ("units", ["Units", "UNITS"]),
    ],
)
def test_what_may_be_meant_otherwise(word: str, known: list[str]) -> None:
    assert corrected(word, known) is None
    assert suggest_key(word, known).fix is None


def test_a_name_that_is_taken_is_no_fix() -> None:
    assert suggest_key("unit", KEYS, {"unit": 1, "units": 2}) == ("did you mean `units`?", None)


@pytest.mark.parametrize(
    ("text", "number"), [("4", 4), ("-4", -4), ("+4", 4), ("064", 64), ("1e-3", 1e-3), (".5", 0.5)]
)
def test_numbers_in_quotes(text: str, number: float) -> None:
    advice = unquote(text)
    assert advice is not None
    assert advice.hint == f"write {text} without quotes"
    assert advice.fix is not None
    assert (advice.fix.value, type(advice.fix.value)) == (number, type(number))


@pytest.mark.parametrize("text", ["", "x", "4x", "0x10", "1e999", "--4", "٤"])
def test_no_numbers(text: str) -> None:
    assert unquote(text) is None


def test_digits_without_end_are_no_whole_number() -> None:
    assert unquote("9" * 5000) is None

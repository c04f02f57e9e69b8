"""Names that layers get, and names that they are given."""

from __future__ import annotations

import pytest

from specc import layers
from tests.loading import codes, load_text, spec


def names(text: str) -> list[str]:
    return [node.name for node in load_text(text).graph.nodes]


def test_the_class_with_a_running_number() -> None:
    text = spec("""
        type: Input, shape: [null, 4]
        type: LSTM, units: 2, return_sequences: true
        type: SimpleRNN, units: 2, return_sequences: true
        type: LSTM, units: 2, return_sequences: true
        type: TimeDistributed, layer: {type: Dense, units: 2}
        type: LSTM, units: 2
    """)
    assert names(text) == ["input", "lstm", "simple_rnn", "lstm_1", "time_distributed", "lstm_2"]


def test_given_names_are_left_free() -> None:
    text = spec("""
        type: Input, name: x, shape: [null, 4]
        type: LSTM, units: 2, return_sequences: true
        type: LSTM, name: lstm, units: 2, return_sequences: true
        type: LSTM, units: 2, return_sequences: true
        type: LSTM, name: lstm_1, units: 2
    """)
    assert names(text) == ["x", "lstm_2", "lstm", "lstm_3", "lstm_1"]


def test_the_input_of_a_first_layer() -> None:
    assert names(spec("type: LSTM, units: 2, input_shape: [5, 3]")) == ["lstm_input", "lstm"]


def test_the_input_of_a_first_layer_takes_no_name_of_another() -> None:
    text = spec("""
        type: LSTM, units: 2, return_sequences: true, input_shape: [5, 3]
        type: LSTM, name: lstm_input, units: 2
    """)
    assert names(text) == ["lstm_input_1", "lstm", "lstm_input"]


def test_two_layers_of_one_name() -> None:
    text = spec("""
        type: Input, name: x, shape: [4]
        type: Dense, name: x, units: 2
    """)
    assert codes(text) == [("V208", ("layers", 1, "name"))]


@pytest.mark.parametrize("name", ["a", "_", "Encoder_2", "x" * 64])
def test_good_names(name: str) -> None:
    assert names(spec(f"type: Dense, name: {name}, units: 2, input_shape: [3]"))[-1] == name


@pytest.mark.parametrize("name", ["2nd", "a-b", "a.b", "a b", "é", "x" * 65, '""'])
def test_bad_names(name: str) -> None:
    text = spec(f"type: Dense, name: {name}, units: 2, input_shape: [3]")
    assert codes(text) == [("V207", ("layers", 0, "name"))]


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("LSTM", "lstm"),
        ("GRU", "gru"),
        ("SimpleRNN", "simple_rnn"),
        ("SimpleRNNCell", "simple_rnn_cell"),
        ("RepeatVector", "repeat_vector"),
        ("ConvLSTM2D", "conv_lstm2d"),
    ],
)
def test_snake_case(class_name: str, name: str) -> None:
    assert layers.snake_case(class_name) == name

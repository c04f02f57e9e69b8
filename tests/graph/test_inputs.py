"""The forms in which a model's input may be given."""

from __future__ import annotations

import pytest

from specc.tensors import Shape
from tests.loading import codes, load_text, spec


def inputs(text: str) -> list[tuple[str, Shape, str]]:
    """Name, shape and element type of each input."""
    return [(value.name, value.shape, value.dtype) for value in load_text(text).graph.program.inputs]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("shape: [10, 64]", ("batch", 10, 64)),
        ("shape: [null, 64]", ("batch", "time", 64)),
        ("shape: [10, 64], batch_size: 4", (4, 10, 64)),
        ("shape: [10, 64], batch_size: null", ("batch", 10, 64)),
        ("batch_shape: [4, null, 64]", (4, "time", 64)),
        ("batch_shape: [null, null, 64]", ("batch", "time", 64)),
    ],
)
def test_an_input_layer(keys: str, expected: Shape) -> None:
    assert inputs(spec(f"type: Input, name: x, {keys}\ntype: LSTM, units: 2")) == [("x", expected, "float32")]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("input_shape: [10, 64]", ("batch", 10, 64)),
        ("input_shape: [null, 64]", ("batch", "time", 64)),
        ("input_shape: [10, 64], batch_size: 4", (4, 10, 64)),
        ("batch_input_shape: [4, 10, 64]", (4, 10, 64)),
        ("batch_input_shape: [null, 10, 64]", ("batch", 10, 64)),
        ("input_dim: 64", ("batch", "time", 64)),
        ("input_dim: 64, input_length: 10", ("batch", 10, 64)),
        ("input_dim: 64, input_length: 10, batch_size: 4", (4, 10, 64)),
    ],
)
def test_a_first_layer_with_its_own_shape(keys: str, expected: Shape) -> None:
    assert inputs(spec(f"type: LSTM, units: 2, {keys}")) == [("lstm_input", expected, "float32")]


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("type: Dense, units: 2, input_dim: 5", ("batch", 5)),
        ("type: RepeatVector, n: 3, input_dim: 5", ("batch", 5)),
        ("type: RNN, cell: {type: LSTMCell, units: 2}, input_dim: 5", ("batch", "time", 5)),
        ("type: Bidirectional, layer: {type: LSTM, units: 2}, input_shape: [7, 5]", ("batch", 7, 5)),
        ("type: TimeDistributed, layer: {type: Dense, units: 2}, batch_input_shape: [3, 7, 5]", (3, 7, 5)),
        ("type: LSTMCell, units: 2, input_shape: [5]", ("batch", 5)),
        ("type: ConvLSTM2D, filters: 2, kernel_size: 1, input_shape: [null, 4, 4, 3]", ("batch", "time", 4, 4, 3)),
    ],
)
def test_other_first_layers(layer: str, expected: Shape) -> None:
    assert [shape for _, shape, _ in inputs(spec(layer))] == [expected]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", ("batch", "time")),
        ("input_length: 80", ("batch", 80)),
        ("input_length: [null, 8]", ("batch", "time", 8)),
        ("input_shape: [80], input_length: 80", ("batch", 80)),
        ("input_length: 80, batch_size: 2", (2, 80)),
        ("batch_input_shape: [2, null]", (2, "time")),
    ],
)
def test_an_embedding_takes_whole_numbers(keys: str, expected: Shape) -> None:
    text = spec(f"type: Embedding, input_dim: 50, output_dim: 4{', ' * bool(keys)}{keys}")
    assert inputs(text) == [("embedding_input", expected, "int32")]


def test_one_batch_for_all_inputs() -> None:
    text = spec("""
        type: Input, name: a, shape: [3]
        type: Input, name: b, shape: [3], batch_size: 4
        type: Add, inputs: [a, b]
    """)
    assert [shape for _, shape, _ in inputs(text)] == [(4, 3), (4, 3)]


def test_later_inputs_keep_their_order() -> None:
    text = spec("""
        type: Embedding, input_dim: 9, output_dim: 2
        type: Input, name: b, shape: [null, 2], dtype: float32
        type: Add, inputs: [b, embedding]
    """)
    assert [name for name, _, _ in inputs(text)] == ["embedding_input", "b"]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("type: LSTM, units: 2", ("V214", ("layers", 0))),
        ("type: LSTM, units: 2, input_length: 5", ("V214", ("layers", 0))),
        ("type: LSTM, units: 2, batch_size: 5", ("V214", ("layers", 0))),
        ("type: Masking", ("V214", ("layers", 0))),
        (
            "type: LSTM, units: 2, input_shape: [5, 3], batch_input_shape: [1, 5, 3]",
            ("V214", ("layers", 0, "input_shape")),
        ),
        ("type: LSTM, units: 2, batch_size: 1, batch_input_shape: [1, 5, 3]", ("V214", ("layers", 0, "batch_size"))),
        ("type: LSTM, units: 2, input_dim: 3, input_shape: [5, 3]", ("V214", ("layers", 0, "input_dim"))),
        ("type: LSTM, units: 2, input_length: 5, input_shape: [5, 3]", ("V214", ("layers", 0, "input_length"))),
        ("type: LSTM, units: 2, batch_input_shape: []", ("V205", ("layers", 0, "batch_input_shape"))),
        ("type: LSTM, units: 2, input_shape: [5]", ("G301", ("layers", 0, "input_shape"))),
        ("type: LSTM, units: 2, batch_input_shape: [2, 5]", ("G301", ("layers", 0, "batch_input_shape"))),
        ("type: LSTM, units: 2, input_shape: [5, null]", ("G302", ("layers", 0, "input_shape"))),
        ("type: Input, name: x", ("V203", ("layers", 0))),
        ("type: Input, shape: [3], batch_shape: [1, 3]", ("V214", ("layers", 0, "batch_shape"))),
        ("type: Input, batch_size: 1, batch_shape: [1, 3]", ("V214", ("layers", 0, "batch_size"))),
        ("type: Input, batch_shape: []", ("V205", ("layers", 0, "batch_shape"))),
    ],
)
def test_mistakes(first: str, expected: tuple[str, object]) -> None:
    assert codes(spec(f"{first}\ntype: Flatten")) == [expected]


@pytest.mark.parametrize("key", ["input_shape: [2]", "batch_input_shape: [1, 2]", "batch_size: 3", "input_dim: 2"])
def test_only_the_first_layer_takes_a_shape(key: str) -> None:
    text = spec(f"type: LSTM, units: 2, input_shape: [5, 3]\ntype: Dense, units: 1, {key}")
    assert codes(text) == [("V214", ("layers", 1, key.partition(":")[0]))]


def test_an_embedding_takes_its_vocabulary_and_length_anywhere() -> None:
    text = spec("""
        type: Input, shape: [80], dtype: int32
        type: Embedding, input_dim: 50, output_dim: 4, input_length: 80
    """)
    assert codes(text) == []


def test_batch_sizes_that_differ() -> None:
    text = spec("""
        type: Input, name: a, shape: [3], batch_size: 2
        type: Input, name: b, batch_shape: [4, 3]
        type: Add, inputs: [a, b]
    """)
    assert codes(text) == [("G309", ("layers", 1, "batch_shape", 0))]

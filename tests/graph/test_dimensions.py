"""Unknown dimensions: their names in the compiled file, and which of them are one."""

from __future__ import annotations

import onnx
import pytest

from specc.tensors import Shape
from tests.loading import codes, load_text, spec

Signature = dict[str, tuple[int | str, ...]]


def signature(text: str) -> Signature:
    """The shapes of the inputs and outputs of the compiled file."""
    graph = onnx.load_from_string(load_text(text).compile()).graph
    return {
        value.name: tuple(dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim)
        for value in (*graph.input, *graph.output)
    }


def shapes(text: str) -> dict[str, Shape]:
    return {node.name: node.outputs[0].shape for node in load_text(text).graph.nodes}


def test_batch_and_time() -> None:
    assert signature(spec("type: LSTM, units: 2, return_sequences: true, input_shape: [null, 3]")) == {
        "lstm_input": ("batch", "time", 3),
        "lstm": ("batch", "time", 2),
    }


def test_a_fixed_batch() -> None:
    assert signature(spec("type: LSTM, units: 2, batch_input_shape: [4, null, 3]")) == {
        "lstm_input": (4, "time", 3),
        "lstm": (4, 2),
    }


TWO = """
    type: Input, name: a, shape: [null, 3]
    type: Input, name: b, shape: [null, 3]
"""


def test_independent_lengths_have_names_of_their_own() -> None:
    text = spec(
        f"{TWO}\n    type: LSTM, name: c, units: 2, inputs: a\n    type: LSTM, name: d, units: 2, inputs: b".replace(
            "\n\n", "\n"
        ),
        outputs="[c, d]",
    )
    assert signature(text) == {
        "a": ("batch", "time", 3),
        "b": ("batch", "time_1", 3),
        "c": ("batch", 2),
        "d": ("batch", 2),
    }


@pytest.mark.parametrize("kind", ["Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract"])
def test_inputs_that_are_added_have_one_length(kind: str) -> None:
    text = spec(f"{TWO.strip()}\ntype: {kind}, name: y, inputs: [a, b]")
    assert signature(text) == dict.fromkeys(("a", "b", "y"), ("batch", "time", 3))


def test_concatenation_along_the_features_has_one_length() -> None:
    text = spec(f"{TWO.strip()}\ntype: Concatenate, name: y, inputs: [a, b]")
    assert signature(text) == {"a": ("batch", "time", 3), "b": ("batch", "time", 3), "y": ("batch", "time", 6)}


def test_concatenation_along_time_has_a_new_length() -> None:
    text = spec(f"{TWO.strip()}\ntype: Concatenate, name: y, axis: 1, inputs: [a, b]")
    assert signature(text) == {"a": ("batch", "time", 3), "b": ("batch", "time_1", 3), "y": ("batch", "time_2", 3)}


def test_names_are_counted_without_gaps() -> None:
    text = spec(
        """
        type: Input, name: unused, shape: [null, 3]
        type: Input, name: a, shape: [null, 3]
        type: Input, name: b, shape: [null, 3]
        type: Input, name: c, shape: [null, 3]
        type: Add, name: y, inputs: [a, b]
        type: Flatten, name: z, inputs: c
        """,
        outputs="[y, z]",
    )
    found = signature(text)
    assert found["a"] == found["b"] == found["y"] == ("batch", "time", 3)
    assert found["c"] == ("batch", "time_1", 3)


def test_a_length_cannot_turn_out_to_be_two_numbers() -> None:
    text = spec(
        """
        type: Input, name: a, shape: [null, 3]
        type: Input, name: b, shape: [7, 3]
        type: Input, name: c, shape: [8, 3]
        type: Add, name: ab, inputs: [a, b]
        type: Add, name: ac, inputs: [a, c]
        """,
        outputs="[ab, ac]",
    )
    assert codes(text) == [("G304", ("layers", 4))]


def test_an_embedding_knows_the_length_that_it_is_given() -> None:
    text = spec("""
        type: Input, name: x, shape: [null], dtype: int32
        type: Embedding, input_dim: 10, output_dim: 4, input_length: 8
        type: Flatten
        type: Dense, name: y, units: 1
    """)
    assert signature(text) == {"x": ("batch", 8), "y": ("batch", 1)}


def test_two_lengths_of_one_input() -> None:
    text = spec("""
        type: Input, name: x, shape: [null], dtype: int32
        type: Embedding, name: a, inputs: x, input_dim: 10, output_dim: 4, input_length: 8
        type: Embedding, name: b, inputs: x, input_dim: 10, output_dim: 4, input_length: 9
        type: Concatenate, axis: 1, inputs: [a, b]
    """)
    assert codes(text) == [("G304", ("layers", 2, "input_length"))]


def test_a_length_that_turns_out_to_be_known() -> None:
    text = spec("""
        type: Input, name: a, shape: [null, 3]
        type: Input, name: b, shape: [7, 3]
        type: Add, name: y, inputs: [a, b]
    """)
    assert signature(text) == dict.fromkeys(("a", "b", "y"), ("batch", 7, 3))


def test_a_mask_is_as_long_as_its_input() -> None:
    text = spec("""
        type: Input, name: present, shape: [null], dtype: bool
        type: Input, name: x, shape: [null, 3]
        type: LSTM, name: y, units: 2, mask: present, return_sequences: true
    """)
    assert signature(text) == {
        "present": (
            "batch",
            "time",
        ),
        "x": ("batch", "time", 3),
        "y": ("batch", "time", 2),
    }


@pytest.mark.parametrize(
    ("second", "expected"),
    [("[5, 3]", (("batch", 5, 3))), ("[1, 3]", ("batch", 5, 3)), ("[3]", ("batch", 5, 3)), ("[1]", ("batch", 5, 3))],
)
def test_shapes_are_stretched(second: str, expected: Shape) -> None:
    text = spec(f"""
        type: Input, name: a, shape: [5, 3]
        type: Input, name: b, shape: {second}
        type: Add, name: y, inputs: [a, b]
    """)
    assert shapes(text)["y"] == expected


@pytest.mark.parametrize(
    ("a", "b", "layer", "code"),
    [
        ("[5, 3]", "[4, 3]", "type: Add", "G304"),
        ("[5, 3]", "[5, 2]", "type: Multiply", "G304"),
        ("[5, 3]", "[4, 3]", "type: Concatenate", "G304"),
        ("[5, 3]", "[3]", "type: Concatenate", "G304"),
        ("[5, 3]", "[5, 3]", "type: Concatenate, axis: 3", "G308"),
        ("[5, 3]", "[5, 3]", "type: Concatenate, axis: 0", "G308"),
        ("[5, 3]", "[5, 3]", "type: Concatenate, axis: -3", "G308"),
    ],
)
def test_shapes_that_do_not_fit(a: str, b: str, layer: str, code: str) -> None:
    text = spec(f"""
        type: Input, name: a, shape: {a}
        type: Input, name: b, shape: {b}
        {layer}, inputs: [a, b]
    """)
    assert [found for found, _ in codes(text)] == [code]

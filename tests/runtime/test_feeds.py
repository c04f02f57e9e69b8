"""What is fed is checked against the model's inputs before onnxruntime sees it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from specc.runtime import Session, SessionError
from tests.runtime import models
from tests.runtime.models import BOOL, FLOAT, INT32, INT64

GOOD = np.zeros((1, 2), np.float32)


def message(model: bytes, feed: Any) -> str:
    with pytest.raises(SessionError) as caught:
        Session(model).run(feed)
    return str(caught.value)


@pytest.mark.parametrize(
    ("feed", "expected"),
    [
        ({"left": GOOD}, "missing input `right`: float32 (batch, time)"),
        (
            {"left": GOOD, "rigth": GOOD},
            "missing input `right`: float32 (batch, time); the model has no input `rigth`; did you mean `right`?",
        ),
        (
            {"left": GOOD, "right": GOOD, "mask": GOOD},
            "the model has no input `mask`; the model's inputs are `left`: float32 (batch, time), "
            "`right`: float32 (batch, time)",
        ),
        (
            {},
            "missing input `left`: float32 (batch, time); missing input `right`: float32 (batch, time)",
        ),
    ],
)
def test_names(feed: dict[str, Any], expected: str) -> None:
    assert message(models.adding(), feed) == expected


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (
            (3,),
            "input `x` has 1 dimensions (3,), the model takes 2 (batch, 3); "
            "the first dimension is the batch: feed one sample as shape (1, 3)",
        ),
        ((2, 3, 1), "input `x` has 3 dimensions (2, 3, 1), the model takes 2 (batch, 3)"),
        ((2, 4), "input `x` has shape (2, 4), the model takes (batch, 3): dimension 1 is 4, it must be 3"),
    ],
)
def test_shapes(shape: tuple[int, ...], expected: str) -> None:
    assert message(models.doubling(), np.zeros(shape, np.float32)) == expected


@pytest.mark.parametrize("shape", [(0, 2), (2, 0)])
def test_what_is_empty(shape: tuple[int, ...]) -> None:
    """onnxruntime's LSTM would end the process."""
    empty = np.zeros(shape, np.float32)
    assert message(models.adding(), {"left": empty, "right": empty}) == (
        f"input `left` is empty: it has shape {shape}; leave the call out where there is nothing to run"
    )


def test_fixed_batch() -> None:
    assert message(models.doubling(shape=(4, 3)), np.zeros((2, 3), np.float32)) == (
        "input `x` has shape (2, 3), the model takes (4, 3): the batch is 2, it is fixed to 4 in the model"
    )


def test_one_name_is_one_size_in_all_inputs() -> None:
    feed = {"left": np.zeros((1, 2), np.float32), "right": np.zeros((1, 5), np.float32)}
    assert message(models.adding(), feed) == (
        "input `right` has shape (1, 5), the model takes (batch, time): `time` is 5 here and 2 in another input"
    )


def test_unnamed_unknown_dimensions_are_independent() -> None:
    model = models.doubling(shape=("", ""))
    assert Session(model).run(np.zeros((2, 5), np.float32))["y"].shape == (2, 5)


@pytest.mark.parametrize(
    ("target", "value"),
    [
        (FLOAT, np.array([[0.1, 1e-320, np.nan]], np.float64)),
        (FLOAT, np.array([[np.inf, -np.inf, 3e38]], np.float64)),
        (FLOAT, np.array([[0.5, 1, 2]], np.float16)),
        (FLOAT, np.array([[1, 2**24, -5]], np.int64)),
        (FLOAT, np.array([[True, False, True]])),
        (INT32, np.array([[1, 2**31 - 1, -(2**31)]], np.int64)),
        (INT32, np.array([[0, 1, 255]], np.uint8)),
        (INT32, np.array([[True, False, True]])),
        (INT64, np.array([[1, 2, 3]], np.int32)),
    ],
)
def test_conversions_that_keep_the_values(target: int, value: np.ndarray[Any, Any]) -> None:
    """The model doubles; wrapping or overflow there is its own affair and the same on both sides."""
    dtype: Any = {FLOAT: np.float32, INT32: np.int32, INT64: np.int64}[target]  # type: ignore[index]
    outputs = Session(models.doubling(target)).run(value)
    with np.errstate(over="ignore"):
        assert_array_equal(outputs["y"], value.astype(dtype) + value.astype(dtype))


@pytest.mark.parametrize(
    ("target", "value", "expected"),
    [
        (
            INT32,
            np.array([[1, 2, 3]], np.float32),
            "holds float32, the model takes int32; convert it first: array.astype('int32')",
        ),
        (
            INT32,
            np.array([[1, 2**31, 3]], np.int64),
            "holds 2147483648 (int64), which int32 cannot represent",
        ),
        (
            INT64,
            np.array([[1, 2**63, 3]], np.uint64),
            "holds 9223372036854775808 (uint64), which int64 cannot represent",
        ),
        (
            FLOAT,
            np.array([[1, 1e39, 3]], np.float64),
            "holds 1e+39 (float64), which float32 cannot represent",
        ),
        (
            FLOAT,
            np.array([[1, 2**24 + 1, 3]], np.int64),
            "holds 16777217 (int64), which float32 cannot represent",
        ),
        (FLOAT, np.array([["a", "b", "c"]]), "holds <U1, the model takes float32"),
        (FLOAT, np.array([[1, 2, 3]], np.complex64), "holds complex64, the model takes float32"),
        (FLOAT, [[1, 2, 3], [4]], "is no array: its rows differ in length"),
    ],
)
def test_conversions_that_would_lose_something(target: int, value: Any, expected: str) -> None:
    assert message(models.doubling(target), value) == f"input `x` {expected}"


def test_whole_numbers_are_no_bools() -> None:
    from onnx import helper

    node = helper.make_node("Not", ["x"], ["y"])
    model = models.build([node], [models.tensor("x", (1,), BOOL)], [models.tensor("y", (1,), BOOL)])
    assert message(model, np.array([1], np.int64)).startswith("input `x` holds int64, the model takes bool")
    assert_array_equal(Session(model).run([True])["y"], [False])


def test_non_contiguous_and_big_endian_arrays_run() -> None:
    value = np.arange(12, dtype=">f4").reshape(3, 4).T[:2]
    assert_array_equal(Session(models.doubling()).run(value)["y"], [[0, 8, 16], [2, 10, 18]])

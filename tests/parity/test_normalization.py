"""BatchNormalization and LayerNormalization, with weights that training might have left."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import FEATURES

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
SHAPES: dict[str, list[int | None]] = {
    "2d": [7],
    "3d": [None, FEATURES],
    "one-feature": [None, 1],
    "4d": [5, 3, FEATURES],
    "5d": [5, 2, 3, FEATURES],
}
WITNESS: Entry = {"type": "LSTM", "name": "witness", "units": 2}


def check(dialect: str, shape: list[int | None], layer: Entry) -> None:
    x = {"type": "Input", "name": "x", "shape": shape}
    check_parity({"dialect": dialect, "layers": [x, {"name": "layer", **layer}]}, patterns=("none", "right"))


@pytest.mark.parametrize("arguments", [{}, {"scale": False}, {"center": False, "epsilon": 0.1}], ids=str)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_batch_normalization(dialect: str, shape: list[int | None], arguments: Entry) -> None:
    check(dialect, shape, {"type": "BatchNormalization", **arguments})


@pytest.mark.parametrize("axis", [1, -1, 2, -2])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_batch_normalization_along_an_axis(dialect: str, axis: int) -> None:
    check(dialect, [5, FEATURES], {"type": "BatchNormalization", "axis": axis})


@pytest.mark.parametrize("axis", [[2], [-1], [1, 2], [3, 1], [1, 2, 3]])
def test_batch_normalization_along_a_list_of_axes(axis: list[int]) -> None:
    check("tf.keras", [5, 4, FEATURES], {"type": "BatchNormalization", "axis": axis})


@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_batch_renormalization_is_the_same_in_inference(dialect: str) -> None:
    check(dialect, [None, FEATURES], {"type": "BatchNormalization", "renorm": True, "renorm_clipping": {"dmax": 5.0}})


@pytest.mark.parametrize(
    "arguments", [{}, {"scale": False}, {"center": False, "epsilon": 0.1}, {"scale": False, "center": False}], ids=str
)
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_layer_normalization(dialect: str, shape: list[int | None], arguments: Entry) -> None:
    check(dialect, shape, {"type": "LayerNormalization", **arguments})


@pytest.mark.parametrize("axis", [1, -2, [1], [2, 3], [3, 2], [1, 3], [-1, -2], [1, 2, 3]], ids=str)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_layer_normalization_along_axes(dialect: str, axis: int | list[int]) -> None:
    check(dialect, [5, 4, FEATURES], {"type": "LayerNormalization", "axis": axis})


def test_layer_normalization_mixes_axes_from_both_ends_as_keras_3_does() -> None:
    check("keras3", [5, 5, FEATURES], {"type": "LayerNormalization", "axis": [1, -2]})


def test_layer_normalization_without_the_mean() -> None:
    check("keras3", [None, FEATURES], {"type": "LayerNormalization", "rms_scaling": True})


@pytest.mark.parametrize("kind", ["BatchNormalization", "LayerNormalization"])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_the_mask_goes_on(dialect: str, kind: str) -> None:
    layers: list[Entry] = [
        {"type": "Input", "name": "x", "shape": [None, FEATURES]},
        {"type": "Masking", "name": "masking"},
        {"type": kind, "name": "layer"},
        WITNESS,
    ]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["layer", "witness"]})


@pytest.mark.parametrize("kind", ["BatchNormalization", "LayerNormalization"])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_inside_time_distributed(dialect: str, kind: str) -> None:
    x = {"type": "Input", "name": "x", "shape": [None, 4, FEATURES]}
    spread = {"type": "TimeDistributed", "name": "spread", "layer": {"type": kind}}
    check_parity({"dialect": dialect, "layers": [x, spread]}, patterns=("none", "right"))

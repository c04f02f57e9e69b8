"""Pools, and longer and shorter sizes, in the framework and as a compiled file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import FEATURES, begin

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
SEQUENCE: list[int | None] = [None, FEATURES]
IMAGE: list[int | None] = [5, 7, FEATURES]
VOLUME: list[int | None] = [3, 4, 5, 2]

LAYERS: dict[str, tuple[list[int | None], Entry]] = {
    **{
        f"{kind.lower()}-{size}-{stride}-{padding}": (
            SEQUENCE,
            {"type": f"{kind}Pooling1D", "pool_size": size, "strides": stride, "padding": padding},
        )
        for kind in ("Max", "Average")
        for size, stride, padding in [(2, None, "valid"), (3, 1, "same"), (3, 2, "same"), (4, None, "same")]
    },
    **{
        f"{kind.lower()}-2d-{padding}": (
            IMAGE,
            {"type": f"{kind}Pooling2D", "pool_size": [2, 3], "strides": [1, 2], "padding": padding},
        )
        for kind in ("Max", "Average")
        for padding in ("valid", "same")
    },
    **{
        f"{kind.lower()}-3d": (VOLUME, {"type": f"{kind}Pooling3D", "pool_size": 2, "padding": "same"})
        for kind in ("Max", "Average")
    },
    **{
        f"global-{kind.lower()}-{len(shape) - 1}d": (shape, {"type": f"Global{kind}Pooling{len(shape) - 1}D"})
        for kind in ("Max", "Average")
        for shape in (SEQUENCE, IMAGE, VOLUME)
    },
    "up": (SEQUENCE, {"type": "UpSampling1D", "size": 3}),
    "up-2d": (IMAGE, {"type": "UpSampling2D", "size": [2, 3]}),
    "padding": (SEQUENCE, {"type": "ZeroPadding1D", "padding": [2, 1]}),
    "padding-default": (SEQUENCE, {"type": "ZeroPadding1D"}),
    "padding-2d": (IMAGE, {"type": "ZeroPadding2D", "padding": [[1, 0], [2, 3]]}),
    "padding-2d-default": (IMAGE, {"type": "ZeroPadding2D"}),
    "cropping": (SEQUENCE, {"type": "Cropping1D", "cropping": [0, 2]}),
    "cropping-default": (SEQUENCE, {"type": "Cropping1D"}),
    "cropping-2d": (IMAGE, {"type": "Cropping2D", "cropping": [1, 2]}),
}
NEWER: dict[str, tuple[list[int | None], Entry]] = {
    "bilinear": (IMAGE, {"type": "UpSampling2D", "size": [2, 3], "interpolation": "bilinear"}),
    "bilinear-4": (IMAGE, {"type": "UpSampling2D", "size": 4, "interpolation": "bilinear"}),
    "keepdims": (SEQUENCE, {"type": "GlobalAveragePooling1D", "keepdims": True}),
    "keepdims-2d": (IMAGE, {"type": "GlobalMaxPooling2D", "keepdims": True}),
}
FIRST: dict[str, tuple[list[int | None], Entry]] = {
    "max": ([FEATURES, None], {"type": "MaxPooling1D", "pool_size": 3, "data_format": "channels_first"}),
    "global": ([FEATURES, None], {"type": "GlobalAveragePooling1D", "data_format": "channels_first"}),
    "global-2d": ([FEATURES, 5, 4], {"type": "GlobalMaxPooling2D", "data_format": "channels_first"}),
    "up": ([FEATURES, 5, 4], {"type": "UpSampling2D", "data_format": "channels_first"}),
    "padding": ([FEATURES, 5, 4], {"type": "ZeroPadding2D", "data_format": "channels_first"}),
}


def alone(shape: list[int | None], layer: Entry) -> list[Entry]:
    return [{"type": "Input", "name": "x", "shape": shape}, {"name": "layer", **layer}]


@pytest.mark.parametrize(("shape", "layer"), LAYERS.values(), ids=LAYERS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_layer(dialect: str, shape: list[int | None], layer: Entry) -> None:
    check_parity({"dialect": dialect, "layers": alone(shape, layer)}, patterns=("none",))


@pytest.mark.parametrize(("shape", "layer"), NEWER.values(), ids=NEWER)
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_newer_argument(dialect: str, shape: list[int | None], layer: Entry) -> None:
    check_parity({"dialect": dialect, "layers": alone(shape, layer)}, patterns=("none",))


@pytest.mark.parametrize(("shape", "layer"), FIRST.values(), ids=FIRST)
@pytest.mark.parametrize("dialect", ["keras3"])
def test_channels_first(dialect: str, shape: list[int | None], layer: Entry) -> None:
    check_parity({"dialect": dialect, "layers": alone(shape, layer)}, patterns=("none",))


@pytest.mark.parametrize("source", ["masking", "embedding"])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_masked_average(dialect: str, source: str) -> None:
    layers = [*begin(source, None), {"type": "GlobalAveragePooling1D", "name": "mean"}]
    check_parity({"dialect": dialect, "layers": layers}, patterns=("none", "right", "left", "holes"))


@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_masked_average_keeps_dimensions(dialect: str) -> None:
    layers = [*begin("masking", None), {"type": "GlobalAveragePooling1D", "name": "mean", "keepdims": True}]
    check_parity({"dialect": dialect, "layers": layers}, patterns=("holes",))


@pytest.mark.parametrize("kind", ["GlobalMaxPooling1D", "MaxPooling1D", "UpSampling1D", "ZeroPadding1D", "Cropping1D"])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_a_mask_is_dropped(dialect: str, kind: str) -> None:
    layers = [*begin("masking", None), {"type": kind, "name": "layer"}]
    check_parity({"dialect": dialect, "layers": layers}, patterns=("holes",))

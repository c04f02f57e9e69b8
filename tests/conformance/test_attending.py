"""Dot, Attention and AdditiveAttention against their definitions in float64."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose
from safetensors.numpy import save_file

import specc
from tests.conformance import attending
from tests.conformance.compiled import compile_model, each_target, open_session
from tests.loading import codes

TOLERANCE = 1e-5
Layer = dict[str, Any]
Sizes = list[int | None]

DOTS: dict[str, tuple[Sizes, Sizes, int | list[int]]] = {
    "vectors": ([4], [4], 1),
    "sequences": ([None, 4], [None, 4], -1),
    "over-time": ([None, 4], [None, 3], 1),
    "time-features": ([3, 5], [None, 3], [1, 2]),
    "vector-sequence": ([4], [None, 4], [1, 2]),
    "sequence-vector": ([None, 4], [4], [2, 1]),
    "images": ([2, 3, 4], [None, 4], [3, 2]),
    "images-both": ([2, 3, 4], [3, 5, 6], [2, 1]),
    "image-vector": ([2, 3, 4], [2], 1),
}
KINDS: dict[str, Layer] = {
    "dot": {"type": "Attention"},
    "dot-scale": {"type": "Attention", "use_scale": True},
    "concat": {"type": "Attention", "score_mode": "concat", "dropout": 0.5, "seed": 3},
    "concat-scale": {"type": "Attention", "score_mode": "concat", "use_scale": True},
    "additive": {"type": "AdditiveAttention"},
    "additive-plain": {"type": "AdditiveAttention", "use_scale": False},
}


def compile_with_random_weights(model: specc.Model, folder: Path, opset: int) -> tuple[Any, dict[str, Any]]:
    generator = np.random.default_rng(3)
    arrays = {n: np.asarray(generator.uniform(-1, 1, a.shape), np.float32) for n, a in model.arrays().items()}
    save_file(arrays, folder / "weights.safetensors")
    session = open_session(compile_model(model, weights=folder / "weights.safetensors", opset=opset))
    return session, {name.removeprefix("layer/"): array.astype(np.float64) for name, array in arrays.items()}


def random(generator: np.random.Generator, batch: int, sizes: Sizes, length: int) -> Any:
    shape = [batch, *(length if size is None else size for size in sizes)]
    return generator.uniform(-1.5, 1.5, shape).astype(np.float32)


@pytest.mark.parametrize("opset", [15, 17, 18, 23])
@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize(("left", "right", "axes"), DOTS.values(), ids=DOTS)
def test_dot(left: Sizes, right: Sizes, axes: int | list[int], normalize: bool, opset: int) -> None:
    layers: list[Layer] = [
        {"type": "Input", "name": "x", "shape": left},
        {"type": "Input", "name": "y", "shape": right},
        {"type": "Dot", "inputs": ["x", "y"], "axes": axes, "normalize": normalize},
    ]
    session = open_session(compile_model(specc.load({"specc": 1, "layers": layers}), opset=opset))
    generator = np.random.default_rng(4)
    for batch, lengths in ((1, (6, 6)), (3, (1, 1)), (3, (4, 7))):
        if lengths[0] != lengths[1] and axes == 1:
            continue  # the time is summed over: both have the same
        x, y = (random(generator, batch, s, n) for s, n in zip((left, right), lengths, strict=True))
        (found,) = session.run({"x": x, "y": y}).values()
        expected = attending.dot(layers[2], x.astype(np.float64), y.astype(np.float64))
        assert found.shape == expected.shape
        assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE)


def check(layer: Layer, folder: Path, *, masked: bool = False, length: int | None = None, opset: int = 17) -> None:
    """Compare a layer on a query and a value of their own lengths, in batches of one and of three."""
    layers: list[Layer] = [
        {"type": "Input", "name": "query_steps", "shape": [length], "dtype": "bool"},
        {"type": "Input", "name": "steps", "shape": [length], "dtype": "bool"},
        {"type": "Input", "name": "query", "shape": [length, 4]},
        {"type": "Input", "name": "value", "shape": [length, 4]},
        {**layer, "name": "layer", "inputs": ["query", "value"], "return_attention_scores": True},
    ]
    if masked:
        layers[-1]["mask"] = ["query_steps", "steps"]
    else:
        layers = layers[2:]
    session, weights = compile_with_random_weights(
        specc.load({"specc": 1, "dialect": "tf.keras", "layers": layers}), folder, opset
    )
    generator = np.random.default_rng(4)
    for batch, queries, steps in ((1, 1, 1), (1, 5, 3), (3, 4, 6)):
        queries, steps = length or queries, length or steps
        feeds = {
            "query": random(generator, batch, [queries, 4], 0),
            "value": random(generator, batch, [steps, 4], 0),
        }
        masks = {
            "query_steps": generator.random((batch, queries)) < 0.6,
            "steps": generator.random((batch, steps)) < 0.6,
        }
        masks["steps"][0] = False
        found = session.run(feeds | (masks if masked else {}))
        q, v = (array.astype(np.float64) for array in feeds.values())
        expected = attending.attend(layer, q, v, v, weights, *(masks.values() if masked else ()))
        assert list(found) == ["layer", "layer.attention_scores"]
        for y, wanted in zip(found.values(), expected, strict=True):
            assert y.shape == wanted.shape
            assert_allclose(y, wanted, rtol=TOLERANCE, atol=TOLERANCE)


@each_target
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_query_and_value(kind: Layer, masked: bool, tmp_path: Path) -> None:
    check(kind, tmp_path, masked=masked)


@each_target
@pytest.mark.parametrize("length", [None, 5])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("kind", ["dot", "concat-scale", "additive"])
def test_causal(kind: str, masked: bool, length: int | None, tmp_path: Path) -> None:
    check({**KINDS[kind], "use_causal_mask": True}, tmp_path, masked=masked, length=length)


@pytest.mark.parametrize("opset", [15, 16, 18, 21, 23])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_opsets(kind: Layer, opset: int, tmp_path: Path) -> None:
    check({**kind, "causal": True}, tmp_path, masked=True, opset=opset)


@each_target
def test_a_key_of_its_own(tmp_path: Path) -> None:
    shapes: dict[str, Sizes] = {"query": [None, 4], "value": [None, 7], "key": [None, 4]}
    layers: list[Layer] = [{"type": "Input", "name": name, "shape": shape} for name, shape in shapes.items()]
    layers.append({"type": "AdditiveAttention", "name": "layer", "inputs": list(shapes)})
    model = specc.load({"specc": 1, "dialect": "keras3", "layers": layers})
    session, weights = compile_with_random_weights(model, tmp_path, 17)
    generator = np.random.default_rng(4)
    feeds = {n: random(generator, 2, shapes[n], 3 if n == "query" else 5) for n in shapes}
    (y,) = session.run(feeds).values()
    query, value, key = (x.astype(np.float64) for x in feeds.values())
    expected, _ = attending.attend(layers[-1], query, value, key, weights)
    assert_allclose(y, expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_lengths_that_must_agree_get_one_name() -> None:
    layers: list[Layer] = [{"type": "Input", "name": name, "shape": [None, 4]} for name in ("q", "v", "k")]
    layers.append({"type": "Attention", "inputs": ["q", "v", "k"]})
    session = specc.Session(specc.load({"specc": 1, "dialect": "tf.keras", "layers": layers}).compile())
    lengths = [slot.shape[1] for slot in session.inputs]
    assert lengths[0] != lengths[1] == lengths[2]


INPUTS = """
    specc: 1
    dialect: tf.keras
    layers:
      - {{type: Input, name: a, shape: [5, 4]}}
      - {{type: Input, name: b, shape: [6, 4]}}
      - {{type: Input, name: c, shape: [4]}}
      - {{type: Input, name: five, shape: [5], dtype: bool}}
      - {{type: {}}}
    outputs: [{}]
"""
LAST = ("layers", 4)
MISTAKES: dict[str, list[tuple[str, tuple[str | int, ...]]]] = {
    "Dot, axes: 1, inputs: [a, b]": [("G304", (*LAST, "axes"))],
    "Dot, axes: 3, inputs: [a, b]": [("G308", (*LAST, "axes"))],
    "Dot, axes: [1, 2, 1], inputs: [a, b]": [("V205", (*LAST, "axes"))],
    "Dot, axes: 1, inputs: a": [("G307", (*LAST, "type"))],
    "Dot, axes: -1, inputs: [a, b, c]": [("G307", (*LAST, "inputs"))],
    "Dot, axes: -1, inputs: [a, five]": [("G303", LAST)],
    "Attention, inputs: [a, c]": [("G301", LAST)],
    "Attention, inputs: [a, b, a]": [("G304", LAST)],
    "Attention, inputs: [a, b, b, b]": [("G307", (*LAST, "inputs"))],
    "Attention, inputs: [a, b], mask: [five, five]": [("G312", (*LAST, "mask"))],
    "Attention, inputs: [a, b], mask: [five]": [("V205", (*LAST, "mask"))],
    "Attention, inputs: [a, b], mask: [five, six]": [("V230", (*LAST, "mask", 1))],
    "Attention, inputs: [a, b], mask: [c, null]": [("G314", (*LAST, "mask"))],
}


@pytest.mark.parametrize("layer", MISTAKES)
def test_mistakes(layer: str) -> None:
    name = "dot" if layer.startswith("Dot") else "attention"
    errors = [(code, path) for code, path in codes(INPUTS.format(layer, name)) if code != "V237"]
    assert errors == MISTAKES[layer]


@pytest.mark.parametrize("dialect", ["keras2", "tf.keras", "keras3"])
def test_dot_drops_masks_with_a_warning(dialect: str) -> None:
    text = f"""
        specc: 1
        dialect: {dialect}
        layers:
          - {{type: Input, name: x, shape: [5, 4]}}
          - {{type: Masking}}
          - {{type: Dot, axes: 2, inputs: [masking, x]}}
    """
    assert codes(text) == [("G311", ("layers", 2))]

"""What joins make of masked inputs, by dialect and version; a layer behind the join shows the joined mask.

Keras 2 and tf.keras join masks with AND. Keras 3 joined none before 3.4; since then it joins them with OR, drops
the result where one is missing, and leaves masked steps out of products, maxima and minima.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tests.conformance.compiled import arrays_of, compile_spec, each_target, layer_of, run_file
from tests.conformance.equations import Doubles, Mask, random_cell, run

FEATURES, STEPS, ROWS = 3, 5, 4
VERSIONS: dict[str, dict[str, Any]] = {
    "keras2": {"dialect": "keras2"},
    "tf.keras": {"dialect": "tf.keras"},
    "keras3": {"dialect": "keras3"},
    "keras3.3": {"dialect": "keras3", "keras_version": "3.3.3"},
}
MASKED = [(True, True), (True, False), (False, True), (True, True, True), (True, False, True)]
CELL = random_cell(1, "LSTM", FEATURES, 2)


def make_inputs(count: int) -> tuple[list[Doubles], list[Mask]]:
    generator = np.random.default_rng(count)
    masks = [generator.random((ROWS, STEPS)) < 0.6 for _ in range(count)]
    xs = [generator.uniform(-2, 2, (ROWS, STEPS, FEATURES)).astype(np.float32).astype(np.float64) for _ in masks]
    return [np.where(m[..., None], x, 0) for x, m in zip(xs, masks, strict=True)], masks


def joined_values(join: str, xs: Sequence[Doubles], masks: Sequence[Mask | None], *, skips: bool) -> Doubles:
    """The join, step by step; a masked step of Keras 3 has no say where another input has one."""
    functions: dict[str, Any] = {"Add": np.sum, "Multiply": np.prod, "Maximum": np.max, "Minimum": np.min}
    function = functions[join]
    result: Doubles = np.asarray(function(np.stack(xs), axis=0))
    if not skips or join == "Add":
        return result
    for row in range(ROWS):
        for t in range(STEPS):
            said = [x[row, t] for x, m in zip(xs, masks, strict=True) if m is None or m[row, t]]
            if said:
                result[row, t] = function(np.stack(said), axis=0)
            else:
                result[row, t] = 0  # masked inputs hold zeros here
    return result


def joined_mask(version: str, masks: Sequence[Mask | None]) -> Mask | None:
    present = [m for m in masks if m is not None]
    if version in ("keras2", "tf.keras"):
        return np.asarray(np.logical_and.reduce(present))
    if version == "keras3.3" or len(present) < len(masks):
        return None
    return np.asarray(np.logical_or.reduce(present))


@each_target
@pytest.mark.parametrize("masked", MASKED, ids=str)
@pytest.mark.parametrize("join", ["Add", "Multiply", "Maximum", "Minimum"])
@pytest.mark.parametrize("version", VERSIONS)
def test_joins(version: str, join: str, masked: tuple[bool, ...]) -> None:
    layers: list[dict[str, Any]] = [
        {"type": "Input", "name": f"x{i}", "shape": [None, FEATURES]} for i in range(len(masked))
    ]
    layers += [{"type": "Masking", "name": f"m{i}", "inputs": f"x{i}"} for i, m in enumerate(masked) if m]
    ends = [f"m{i}" if m else f"x{i}" for i, m in enumerate(masked)]
    layers.append({"type": join, "name": "join", "inputs": ends})
    layers.append(layer_of(CELL, name="after", inputs="join", return_sequences=True))
    model = compile_spec(layers, arrays_of(CELL, "after"), outputs=["join", "after"], **VERSIONS[version])
    xs, all_masks = make_inputs(len(masked))
    masks = [mask if m else None for mask, m in zip(all_masks, masked, strict=True)]
    expected = joined_values(join, xs, masks, skips=version == "keras3")
    y, _ = run(CELL, expected, joined_mask(version, masks))
    found = run_file(model, {f"x{i}": x for i, x in enumerate(xs)})
    np.testing.assert_allclose(found["join"], expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["after"], y, rtol=0, atol=1e-5)


@each_target
@pytest.mark.parametrize("version", VERSIONS)
def test_the_mask_goes_on_past_given_states(version: str) -> None:
    """Keras 3 hides the mask from a layer with an initial state, and gives it to the layer behind."""
    first, second = random_cell(2, "GRU", FEATURES, 2, reset_after=True), random_cell(3, "SimpleRNN", 2, 2)
    layers: list[dict[str, Any]] = [
        {"type": "Input", "name": "h", "shape": [2]},
        {"type": "Input", "name": "x", "shape": [None, FEATURES]},
        {"type": "Masking", "name": "masking"},
        layer_of(first, name="first", initial_state="h", return_sequences=True),
        layer_of(second, name="second", return_sequences=True),
    ]
    arrays = arrays_of(first, "first") | arrays_of(second, "second")
    model = compile_spec(layers, arrays, outputs=["first", "second"], **VERSIONS[version])
    (x,), (mask,) = make_inputs(1)
    h = np.full((ROWS, 2), 0.5)
    y, _ = run(first, x, None if version.startswith("keras3") else mask, [h])
    z, _ = run(second, y, mask)
    found = run_file(model, {"x": x, "h": h})
    np.testing.assert_allclose(found["first"], y, rtol=0, atol=1e-5)
    np.testing.assert_allclose(found["second"], z, rtol=0, atol=1e-5)


@each_target
@pytest.mark.parametrize("version", VERSIONS)
def test_a_table_inside_time_distributed_masks_only_before_keras_3(version: str) -> None:
    ids = np.array([[[1, 2, 0], [0, 0, 0], [3, 0, 1]]], np.int32)
    table = np.random.default_rng(4).uniform(-1, 1, (4, FEATURES)).astype(np.float32)
    cell = random_cell(5, "LSTM", FEATURES, 2)
    letters = {"type": "Embedding", "input_dim": 4, "output_dim": FEATURES, "mask_zero": True}
    layers: list[dict[str, Any]] = [
        {"type": "Input", "name": "ids", "shape": [None, 3], "dtype": "int32"},
        {"type": "TimeDistributed", "name": "letters", "layer": letters},
        {"type": "TimeDistributed", "name": "words", "layer": layer_of(cell)},
    ]
    arrays = {"letters/layer/embeddings": table, **arrays_of(cell, "words/layer")}
    found = run_file(compile_spec(layers, arrays, **VERSIONS[version]), {"ids": ids})
    mask = None if version.startswith("keras3") else ids[0] != 0
    y, _ = run(cell, table[ids[0]].astype(np.float64), mask)
    np.testing.assert_allclose(found["words"][0], y[:, -1], rtol=0, atol=1e-5)

"""Dot, Attention and AdditiveAttention, masked or not."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS

pytestmark = pytest.mark.parity

Entry = dict[str, Any]
LATE = ("tf.keras", "keras3")
KINDS: dict[str, Entry] = {
    "dot": {"type": "Attention"},
    "dot-scale": {"type": "Attention", "use_scale": True, "dropout": 0.3},
    "concat": {"type": "Attention", "score_mode": "concat"},
    "concat-scale": {"type": "Attention", "score_mode": "concat", "use_scale": True},
    "additive": {"type": "AdditiveAttention"},
    "additive-plain": {"type": "AdditiveAttention", "use_scale": False},
}
WITNESS: Entry = {"type": "LSTM", "name": "witness", "inputs": "layer", "units": 2}
DOTS: dict[str, tuple[list[int | None], list[int | None], int | list[int]]] = {
    "vectors": ([4], [4], 1),
    "vectors-last": ([4], [4], -1),
    "sequences": ([None, 4], [None, 4], 2),
    "sequences-last": ([None, 4], [None, 4], -1),
    "over-time": ([None, 4], [None, 3], 1),
    "query-key": ([None, 4], [None, 4], [2, 2]),
    "weights-values": ([6, 5], [5, 3], [2, 1]),
    "first-last": ([4, 5], [3, 4], [1, 2]),
    "vector-sequence": ([4], [None, 4], [1, 2]),
    "sequence-vector": ([None, 4], [4], [2, 1]),
    "sequence-vector-time": ([5, 4], [5], [-2, -1]),
    "images": ([2, 3, 4], [5, 4], [3, 2]),
    "images-both": ([2, 3, 4], [3, 5, 6], [2, 1]),
}


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize(("left", "right", "axes"), DOTS.values(), ids=DOTS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_dot(
    dialect: str, left: list[int | None], right: list[int | None], axes: int | list[int], normalize: bool
) -> None:
    layers: list[Entry] = [
        {"type": "Input", "name": "x", "shape": left},
        {"type": "Input", "name": "y", "shape": right},
        {"type": "Dot", "name": "layer", "inputs": ["x", "y"], "axes": axes, "normalize": normalize},
    ]
    patterns = ("none", "right") if normalize else ("none",)  # a vector of zeros has no direction
    check_parity({"dialect": dialect, "layers": layers}, patterns=patterns)


def inputs(masked: tuple[bool, ...], names: tuple[str, ...] = ("query", "value")) -> tuple[list[Entry], list[str]]:
    """Sequences of their own, some of them masked."""
    layers: list[Entry] = [{"type": "Input", "name": name, "shape": [None, 4]} for name in names]
    ends = list(names)
    for i, name in enumerate(names):
        if masked[i]:
            layers.append({"type": "Masking", "name": f"masked_{name}", "inputs": name})
            ends[i] = f"masked_{name}"
    return layers, ends


@pytest.mark.parametrize("masked", [*product((False, True), repeat=2)], ids=str)
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("dialect", LATE)
def test_query_and_value(dialect: str, kind: Entry, masked: tuple[bool, ...]) -> None:
    layers, ends = inputs(masked)
    layers += [{"name": "layer", "inputs": ends, **kind}, WITNESS]
    check_parity({"dialect": dialect, "layers": layers, "outputs": ["layer", "witness"]})


@pytest.mark.parametrize("masked", [(False, False, False), (True, True, True), (False, False, True)], ids=str)
@pytest.mark.parametrize("kind", ["dot-scale", "additive"])
@pytest.mark.parametrize("dialect", LATE)
def test_a_key_of_its_own(dialect: str, kind: str, masked: tuple[bool, ...]) -> None:
    layers, ends = inputs(masked, ("query", "value", "key"))
    layers += [{"name": "layer", "inputs": ends, "return_attention_scores": True, **KINDS[kind]}]
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("steps", [None, 5])
@pytest.mark.parametrize("masked", [(False, False), (True, True)], ids=str)
@pytest.mark.parametrize("kind", ["dot", "additive"])
@pytest.mark.parametrize("dialect", LATE)
def test_causal(dialect: str, kind: str, masked: tuple[bool, ...], steps: int | None) -> None:
    layers, ends = inputs(masked)
    layers[0]["shape"] = layers[1]["shape"] = [steps, 4]
    arguments = {"use_causal_mask": True, "return_attention_scores": True}
    layers += [{"name": "layer", "inputs": ends, **arguments, **KINDS[kind]}]
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("lengths", [(3, 7), (7, 3)], ids=str)
def test_causal_between_sequences_of_two_lengths(lengths: tuple[int, int]) -> None:
    layers, ends = inputs((False, False))
    for layer, length in zip(layers, lengths, strict=True):
        layer["shape"] = [length, 4]
    layers += [{"name": "layer", "type": "Attention", "inputs": ends, "use_causal_mask": True}]
    check_parity({"dialect": "keras3", "layers": layers}, patterns=("none",))


def test_causal_by_its_old_name() -> None:
    layers, ends = inputs((False, True))
    layers += [{"name": "layer", "type": "Attention", "inputs": ends, "causal": True}]
    check_parity({"dialect": "tf.keras", "layers": layers})


@pytest.mark.parametrize("source", ["plain", "masked"])
@pytest.mark.parametrize("dialect", LATE)
def test_a_sequence_that_looks_at_itself(dialect: str, source: str) -> None:
    layers, (end,) = inputs((source == "masked",), ("x",))
    layers += [{"name": "layer", "type": "Attention", "inputs": [end, end], "return_attention_scores": True}]
    check_parity({"dialect": dialect, "layers": layers})


@pytest.mark.parametrize("masks", [["one", "two"], [None, "two"], ["one", None]], ids=str)
@pytest.mark.parametrize("dialect", LATE)
def test_explicit_masks(dialect: str, masks: list[str | None]) -> None:
    layers: list[Entry] = [{"type": "Input", "name": name, "shape": [None], "dtype": "bool"} for name in masks if name]
    sequences, ends = inputs((False, False))
    layers += [*sequences, {"name": "layer", "type": "Attention", "inputs": ends, "mask": masks}, WITNESS]
    spec = {"dialect": dialect, "layers": layers, "outputs": ["layer", "witness"]}
    check_parity(spec, patterns=("right", "holes", "row"))


def test_values_wider_than_the_query() -> None:
    layers, ends = inputs((False, False, False), ("query", "value", "key"))
    layers[1]["shape"] = [None, 7]
    layers += [{"name": "layer", "type": "Attention", "inputs": ends}]
    check_parity({"dialect": "keras3", "layers": layers})

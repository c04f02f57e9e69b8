"""Dot and attention in float64 NumPy, pair by pair of vectors: the oracle for those layers.

It reads the entry of a spec and shares no code with specc. Weights go by their documented names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
Layer = Mapping[str, Any]
Weights = Mapping[str, Doubles]


def dot(layer: Layer, x: Doubles, y: Doubles) -> Doubles:
    """Row by row of the batch; two vectors give one number."""
    axes = layer["axes"] if isinstance(layer["axes"], list) else [layer["axes"]] * 2
    left, right = axes[0] % x.ndim, axes[1] % y.ndim
    rows = []
    for a, b in zip(x, y, strict=True):
        if layer.get("normalize"):
            a = a / np.linalg.norm(a, axis=left - 1, keepdims=True)
            b = b / np.linalg.norm(b, axis=right - 1, keepdims=True)
        rows.append(np.atleast_1d(np.tensordot(a, b, (left - 1, right - 1))))
    return np.stack(rows)


def score(layer: Layer, q: Doubles, k: Doubles, weights: Weights) -> float:
    """How well a query and a key match."""
    scale = weights.get("scale", 1.0)
    if layer["type"] == "AdditiveAttention":
        return float(np.sum(scale * np.tanh(q + k)))
    if layer.get("score_mode") == "concat":
        return float(weights["concat_score_weight"] * np.sum(np.tanh(scale * (q + k))))
    return float(scale * np.sum(q * k))


def attend(
    layer: Layer,
    query: Doubles,
    value: Doubles,
    key: Doubles,
    weights: Weights,
    query_mask: Mask | None = None,
    value_mask: Mask | None = None,
) -> tuple[Doubles, Doubles]:
    """The means of the values, and their weights; where no step may be looked at, all have the same weight."""
    batch, queries, steps = len(query), query.shape[1], value.shape[1]
    means, shares = np.zeros((batch, queries, value.shape[2])), np.zeros((batch, queries, steps))
    for row in range(batch):
        for i in range(queries):
            seen = np.ones(steps, bool) if value_mask is None else value_mask[row].copy()
            if layer.get("causal") or layer.get("use_causal_mask"):
                seen[i + 1 :] = False
            if seen.any():
                powers = [
                    np.exp(score(layer, query[row, i], key[row, j], weights)) if seen[j] else 0.0 for j in range(steps)
                ]
            else:
                powers = [1.0] * steps
            shares[row, i] = np.array(powers) / sum(powers)
            if query_mask is None or query_mask[row, i]:
                means[row, i] = sum(shares[row, i, j] * value[row, j] for j in range(steps))
    return means, shares

"""One sequence looks at another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.ops.base import Op, Result
from specc.tensors import Value
from specc.weights import Weight


@dataclass(frozen=True, eq=False)
class Attend(Op):
    """Each step of the query takes a mean of the values, weighted by how well it and their keys match.

    query: (batch, queries, width), value: (batch, steps, any), key: (batch, steps, width).
    Scores (batch, queries, steps), with q and k the vectors of a pair of steps:

    - "dot": scale * (q . k)
    - "concat": concat_weight * sum(tanh(scale * (q + k)))
    - "additive": sum(scale * tanh(q + k))

    scale: (), or (width,) for "additive"; None is 1. concat_weight: ().
    value_mask: bool (batch, steps); the scores of other steps are lowered by a billion. causal: so are those of
    later steps than the query's. Then a softmax over the steps (with dropout in training), and the mean.
    query_mask: bool (batch, queries); the result is zero where it is false.
    Results: the mean (batch, queries, any), and the weights (batch, queries, steps).
    """

    query: Value
    value: Value
    key: Value
    score: Literal["dot", "concat", "additive"]
    scale: Weight | None
    concat_weight: Weight | None
    query_mask: Value | None
    value_mask: Value | None
    causal: bool
    dropout: float
    seed: int | None

    def result(self) -> tuple[Result, ...]:
        batch, queries, _ = self.query.shape
        _, steps, width = self.value.shape
        return (((batch, queries, width), "float32"), ((batch, queries, steps), "float32"))

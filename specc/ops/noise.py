"""What makes numbers random in training, and leaves them alone in inference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from specc.ops.base import Op, Result
from specc.tensors import Value


@dataclass(frozen=True, eq=False)
class Dropout(Op):
    """Inverted dropout in training, the identity in inference.

    noise_shape: the shape of the random mask, batch included, None where it follows x.
    """

    x: Value
    rate: float
    noise_shape: tuple[int | None, ...] | None
    seed: int | None

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, self.x.dtype),)


@dataclass(frozen=True, eq=False)
class Noise(Op):
    """Random numbers in training, the identity in inference.

    - "add": x + N(0, amount)
    - "multiply": x * N(1, sqrt(amount / (1 - amount)))
    - "alpha_dropout": a share of ``amount`` is set to what selu tends to on the left, and all is moved and scaled
      so that mean and variance stay. noise_shape: as of Dropout.
    """

    x: Value
    kind: Literal["add", "multiply", "alpha_dropout"]
    amount: float
    seed: int | None
    noise_shape: tuple[int | None, ...] | None = None

    def result(self) -> tuple[Result, ...]:
        return ((self.x.shape, self.x.dtype),)

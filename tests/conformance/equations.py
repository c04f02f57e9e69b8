"""Recurrent layers as float64 loops over time, written from the documented equations alone.

Where ``reference`` follows whole specs in every era, this goes through one layer with any activation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
States = tuple[Doubles, ...]
Function = Callable[[Doubles], Doubles]
MaskedOutput = Literal["previous", "zero", "state"]


def softmax(v: Doubles) -> Doubles:
    powers = np.exp(v - v.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def elu(v: Doubles) -> Doubles:
    return np.where(v > 0, v, np.expm1(np.minimum(v, 0)))


FUNCTIONS: dict[str, Function] = {
    "linear": lambda v: v,
    "tanh": np.tanh,
    "sigmoid": lambda v: (1 + np.tanh(v / 2)) / 2,  # 1 / (1 + e^-v) without its overflow
    "hard_sigmoid": lambda v: np.clip(0.2 * v + 0.5, 0, 1),
    "relu": lambda v: np.maximum(v, 0),
    "elu": elu,
    "selu": lambda v: 1.0507009873554805 * np.where(v > 0, v, 1.6732632423543772 * elu(v)),
    "softplus": lambda v: np.logaddexp(0, v),
    "softsign": lambda v: v / (1 + np.abs(v)),
    "softmax": softmax,
    "exponential": np.exp,
}
"""The functions of Keras 2 by name."""


@dataclass(frozen=True)
class Cell:
    """A cell with its weights. kernel: (features, gates*units), blocks i|f|c|o or z|r|h.

    bias: (gates*units,), (2, gates*units) of a GRU with reset_after, or None.
    """

    kind: Literal["LSTM", "GRU", "SimpleRNN"]
    kernel: Doubles
    recurrent_kernel: Doubles
    bias: Doubles | None
    reset_after: bool = False
    activation: str = "tanh"
    recurrent_activation: str = "sigmoid"

    @property
    def units(self) -> int:
        return int(self.recurrent_kernel.shape[0])

    @property
    def state_count(self) -> int:
        return 2 if self.kind == "LSTM" else 1

    def step(self, x: Doubles, states: States) -> States:
        """x (batch, features) and the states before -> the states after; the first is the output."""
        act, gate = FUNCTIONS[self.activation], FUNCTIONS[self.recurrent_activation]
        bias = np.zeros(self.kernel.shape[1]) if self.bias is None else self.bias
        inner, outer = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
        h, products = states[0], x @ self.kernel + inner
        if self.kind == "SimpleRNN":
            return (act(products + h @ self.recurrent_kernel),)
        if self.kind == "LSTM":
            i, f, c, o = np.split(products + h @ self.recurrent_kernel, 4, axis=-1)
            memory = gate(f) * states[1] + gate(i) * act(c)
            return gate(o) * act(memory), memory
        xz, xr, xh = np.split(products, 3, axis=-1)
        hz, hr, hh = np.split(h @ self.recurrent_kernel + outer, 3, axis=-1)
        z, r = gate(xz + hz), gate(xr + hr)
        if not self.reset_after:
            hh = (r * h) @ np.split(self.recurrent_kernel, 3, axis=-1)[2]
        new = act(xh + (r * hh if self.reset_after else hh))
        return (z * h + (1 - z) * new,)


def run(
    cell: Cell,
    x: Doubles,
    mask: Mask | None = None,
    initial: Sequence[Doubles] = (),
    *,
    go_backwards: bool = False,
    masked: MaskedOutput = "previous",
) -> tuple[Doubles, States]:
    """x (batch, time, features) -> outputs in the order of processing (batch, time, units), and final states."""
    batch, time, _ = x.shape
    zeros = np.zeros((batch, cell.units))
    states: States = tuple(initial) or (zeros,) * cell.state_count
    output, outputs = zeros, []
    for t in reversed(range(time)) if go_backwards else range(time):
        valid = np.ones((batch, 1), bool) if mask is None else mask[:, t : t + 1]
        new = cell.step(x[:, t], states)
        states = tuple(np.where(valid, after, before) for after, before in zip(new, states, strict=True))
        instead = {"previous": output, "zero": zeros, "state": states[0]}[masked]
        output = np.where(valid, new[0], instead)
        outputs.append(output)
    return np.stack(outputs, axis=1), states


def run_both(
    forward: Cell, backward: Cell, x: Doubles, mask: Mask | None, initial: Sequence[Doubles], masked: MaskedOutput
) -> tuple[Doubles, Doubles, States]:
    """Both ways over time, each with its outputs in the order of time; the forward states first."""
    half = len(initial) // 2
    y, states = run(forward, x, mask, initial[:half], masked=masked)
    back, back_states = run(backward, x, mask, initial[half:], masked=masked, go_backwards=True)
    return y, back[:, ::-1], (*states, *back_states)


def random_cell(seed: int, kind: str, features: int, units: int, scale: float = 0.6, **arguments: Any) -> Cell:
    """A cell with random weights that float32 holds exactly."""
    generator = np.random.default_rng(seed)
    width = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}[kind] * units
    bias_shape = (2, width) if arguments.get("reset_after") else (width,)

    def draw(*shape: int) -> Doubles:
        return generator.uniform(-scale, scale, shape).astype(np.float32).astype(np.float64)

    return Cell(kind, draw(features, width), draw(units, width), draw(*bias_shape), **arguments)  # type: ignore[arg-type]

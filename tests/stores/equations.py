"""Recurrent layers in float64 loops, written from the documented equations: the oracle for weight layouts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]


def sigmoid(v: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-v))


def hard_sigmoid(v: Doubles) -> Doubles:
    return np.clip(0.2 * v + 0.5, 0, 1)


def _double(*arrays: ArrayLike) -> list[Doubles]:
    return [np.asarray(array, np.float64) for array in arrays]


def lstm(
    x: ArrayLike, cell: tuple[Any, Any, Any], gate: Callable[[Doubles], Doubles]
) -> tuple[Doubles, Doubles, Doubles]:
    """x: (batch, time, in) -> outputs (batch, time, units), last h, last c. Blocks i|f|c|o."""
    steps, kernel, recurrent, bias = _double(x, *cell)
    h = c = np.zeros((len(steps), recurrent.shape[0]))
    outputs = []
    for t in range(steps.shape[1]):
        i, f, g, o = np.split(steps[:, t] @ kernel + h @ recurrent + bias, 4, axis=-1)
        c = gate(f) * c + gate(i) * np.tanh(g)
        h = gate(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, 1), h, c


def gru(x: ArrayLike, cell: tuple[Any, Any, Any], gate: Callable[[Doubles], Doubles]) -> Doubles:
    """x: (batch, time, in) -> outputs (batch, time, units). Blocks z|r|h; two rows of bias: reset_after."""
    steps, kernel, recurrent, bias = _double(x, *cell)
    b = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    h = np.zeros((len(steps), recurrent.shape[0]))
    outputs = []
    for t in range(steps.shape[1]):
        xz, xr, xh = np.split(steps[:, t] @ kernel + b[0], 3, axis=-1)
        hz, hr, hh = np.split(h @ recurrent + b[1], 3, axis=-1)
        z, r = gate(xz + hz), gate(xr + hr)
        if bias.ndim == 1:
            hh = (r * h) @ np.split(recurrent, 3, axis=-1)[2]
        candidate = np.tanh(xh + (r * hh if bias.ndim == 2 else hh))
        h = z * h + (1 - z) * candidate
        outputs.append(h)
    return np.stack(outputs, 1)


def simple_rnn(x: ArrayLike, cell: tuple[Any, Any, Any]) -> Doubles:
    """x: (batch, time, in) -> outputs (batch, time, units)."""
    steps, kernel, recurrent, bias = _double(x, *cell)
    h = np.zeros((len(steps), recurrent.shape[0]))
    outputs = []
    for t in range(steps.shape[1]):
        h = np.tanh(steps[:, t] @ kernel + h @ recurrent + bias)
        outputs.append(h)
    return np.stack(outputs, 1)

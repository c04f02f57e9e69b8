"""The recurrent cells among a model's weights: declarations that belong together, known by name and shape."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from specc.weights import Weight

CELL_NAMES = {1: "SimpleRNN", 3: "GRU", 4: "LSTM"}
A_CELL = {1: "a SimpleRNN", 3: "a GRU", 4: "an LSTM"}


class Part(NamedTuple):
    """What is stored together: one array, or the two or three of a recurrent cell.

    weights: in Keras's order. Those of a cell are kernel (…, in, gates * units), recurrent_kernel (…, units,
        gates * units), and perhaps bias: (gates * units,); (2, 3 * units) of a GRU with reset_after;
        (2 * gates * units,) of a cuDNN layer. The axes in front are those of a convolution.
    gates: 1 SimpleRNN, 3 GRU, 4 LSTM; 0 where this is no cell.
    """

    weights: tuple[Weight, ...]
    gates: int = 0

    @property
    def units(self) -> int:
        """The width of the cell, or the last dimension of a single array."""
        return self.weights[0].shape[-1] // max(1, self.gates)

    @property
    def bias(self) -> Weight | None:
        """The bias of a cell."""
        return self.weights[2] if len(self.weights) == 3 else None

    @property
    def is_cudnn(self) -> bool:
        """Whether the arrays are declared in cuDNN's layout."""
        return self.bias is not None and self.bias.shape == (2 * self.gates * self.units,)

    def blocks_of(self, weight: Weight) -> int:
        """How many times the cell's width the last axis of its weight holds."""
        return max(1, self.gates) * (2 if self.is_cudnn and weight is self.bias else 1)

    @property
    def reset_after(self) -> bool:
        """Whether this is a GRU that declares two biases."""
        return self.bias is not None and len(self.bias.shape) == 2


def group_by_layer(weights: Iterable[Weight]) -> dict[str, list[Weight]]:
    """The weights of each top-level layer, layers in the order in which they first declare one."""
    layers: dict[str, list[Weight]] = {}
    for weight in weights:
        layers.setdefault(weight.layer, []).append(weight)
    return layers


def split_parts(weights: Sequence[Weight]) -> list[Part]:
    """The weights in their order, those of a recurrent cell together."""
    parts: list[Part] = []
    start = 0
    while start < len(weights):
        part = _cell_at(weights[start : start + 3]) or Part((weights[start],))
        parts.append(part)
        start += len(part.weights)
    return parts


def gates_by_weight(weights: Sequence[Weight]) -> dict[str, int]:
    """How many gates are fused in a weight of a recurrent cell, by the weight's name."""
    return {weight.name: part.gates for part in split_parts(weights) if part.gates for weight in part.weights}


def count_gates(shape: tuple[int, ...]) -> int | None:
    """The gates of a recurrent kernel (…, units, gates * units), or None where this is none."""
    if len(shape) < 2 or not shape[-2] or shape[-1] % shape[-2]:
        return None
    gates = shape[-1] // shape[-2]
    return gates if gates in CELL_NAMES else None


def _cell_at(window: Sequence[Weight]) -> Part | None:
    """The cell that the first two or three weights make, or None."""
    scopes = [weight.name.rpartition("/")[0] for weight in window]
    names = [weight.name.rpartition("/")[2] for weight in window]
    if names[:2] != ["kernel", "recurrent_kernel"] or scopes[0] != scopes[1]:
        return None
    gates = count_gates(window[1].shape)
    if gates is None:
        return None
    biased = names[2:] == ["bias"] and scopes[2] == scopes[0]
    return Part(tuple(window[: 3 if biased else 2]), gates)

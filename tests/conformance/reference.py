"""Recurrent models in float64 NumPy, step by step, from the documented equations: the oracle for the vectors.

It reads the layers of a spec and shares no code with specc. A setting is a dialect, perhaps with a version:
``keras2``, ``keras2 2.1.6``. Layers: Input, Masking, SimpleRNN, GRU, LSTM, RNN of stacked cells, ConvLSTM2D,
CuDNNLSTM and CuDNNGRU (with the weights of plain layers), Bidirectional (concat), GlobalAveragePooling1D.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.conformance.sliding import convolve

Doubles = NDArray[np.float64]
Mask = NDArray[np.bool_]
Layer = Mapping[str, Any]
Weights = Mapping[str, Doubles]
States = tuple[Doubles, ...]
Activation = Callable[[Doubles], Doubles]
Step = Callable[[Doubles, States], tuple[Doubles, States]]
"""One step: what comes in and the states before -> what goes out and the states after."""


@dataclass(frozen=True)
class Era:
    """What the versions of Keras do differently, as far as the vectors show it.

    starts_with_state: before its first valid step a masked layer puts out its initial state, not zero; the
        TensorFlow loop up to Keras 2.2.4. hides_mask: a layer with an initial state does not get the mask of its
        input. zero_masked: Bidirectional puts out zeros at masked steps. last_cell_first: the order of the states
        of stacked cells, up to Keras 2.2.2.
    """

    slope: float
    starts_with_state: bool
    hides_mask: bool
    zero_masked: bool
    last_cell_first: bool


def era(setting: str) -> Era:
    """The facts of ``keras2``, ``keras2 2.1.6``, …; without a version those of the last release."""
    dialect, _, version = setting.partition(" ")
    numbers = tuple(map(int, version.split("."))) if version else (99,)
    return Era(
        slope=1 / 6 if dialect == "keras3" else 0.2,
        starts_with_state=dialect == "keras1" or (dialect == "keras2" and numbers < (2, 2, 5)),
        hides_mask=dialect == "keras3",
        zero_masked=dialect in ("tf.keras", "keras3"),
        last_cell_first=dialect == "keras2" and numbers < (2, 2, 3),
    )


def sigmoid(v: Doubles) -> Doubles:
    return 1 / (1 + np.exp(-v))


def _simple_rnn(cell: Weights, x: Doubles, states: States, gate: Activation) -> States:
    return (np.tanh(x @ cell["kernel"] + states[0] @ cell["recurrent_kernel"] + cell["bias"]),)


def _gru(cell: Weights, x: Doubles, states: States, gate: Activation) -> States:
    """Blocks z|r|h. Two rows of bias, the input's first: the reset gate works after the product."""
    (h,) = states
    kernel, recurrent, bias = (np.split(cell[k], 3, axis=-1) for k in ("kernel", "recurrent_kernel", "bias"))
    after = cell["bias"].ndim == 2
    inner, outer = ([b[0] for b in bias], [b[1] for b in bias]) if after else (bias, [np.zeros(1)] * 3)
    z = gate(x @ kernel[0] + inner[0] + h @ recurrent[0] + outer[0])
    r = gate(x @ kernel[1] + inner[1] + h @ recurrent[1] + outer[1])
    reset = r * (h @ recurrent[2] + outer[2]) if after else (r * h) @ recurrent[2]
    return (z * h + (1 - z) * np.tanh(x @ kernel[2] + inner[2] + reset),)


def _lstm(cell: Weights, x: Doubles, states: States, gate: Activation) -> States:
    """Blocks i|f|c|o; states h, c."""
    h, c = states
    i, f, g, o = np.split(x @ cell["kernel"] + h @ cell["recurrent_kernel"] + cell["bias"], 4, axis=-1)
    c = gate(f) * c + gate(i) * np.tanh(g)
    return gate(o) * np.tanh(c), c


def _conv_lstm(cell: Weights, x: Doubles, states: States, gate: Activation, layer: Layer) -> States:
    """As LSTM, with convolutions for products; that of the state keeps its sizes. x: (batch, *sizes, channels)."""
    h, c = states
    same = {"kernel_size": layer["kernel_size"], "padding": "same"}
    products = convolve(x, cell["kernel"], layer) + convolve(h, cell["recurrent_kernel"], same)
    i, f, g, o = np.split(products + cell["bias"], 4, axis=-1)
    c = gate(f) * c + gate(i) * np.tanh(g)
    return gate(o) * np.tanh(c), c


CELLS = {"SimpleRNN": _simple_rnn, "GRU": _gru, "LSTM": _lstm}
STATE_NAMES: dict[str, Sequence[str]] = {
    "SimpleRNN": ("state",),
    "GRU": ("state",),
    "LSTM": ("state_h", "state_c"),
    "ConvLSTM2D": ("state_h", "state_c"),
}


def _first(states: States) -> tuple[Doubles, States]:
    """The output of a cell is its first state."""
    return states[0], states


@dataclass(frozen=True)
class Run:
    """How a layer goes over time. start: what it puts out before the first valid step. zero: at masked steps."""

    step: Step
    backwards: bool
    mask: Mask | None
    start: Doubles
    zero: bool

    def over(self, x: Doubles, states: States) -> tuple[Doubles, States]:
        """x: (batch, time, …) -> outputs in the order of processing, (batch, time, …), and last states."""
        steps = range(x.shape[1])[:: -1 if self.backwards else 1]
        outputs, output = [], self.start
        for t in steps:
            made, after = self.step(x[:, t], states)
            valid = np.ones(len(x), bool) if self.mask is None else self.mask[:, t]
            states = tuple(_choose(valid, new, old) for new, old in zip(after, states, strict=True))
            output = _choose(valid, made, np.zeros_like(made) if self.zero else output)
            outputs.append(output)
        return np.stack(outputs, axis=1), states


def _choose(valid: Mask, new: Doubles, old: Doubles) -> Doubles:
    """The rows of one where they are valid, of the other where not."""
    return np.where(valid.reshape(-1, *(1,) * (new.ndim - 1)), new, old)


class Model:
    """The layers of a spec in one setting, with their weights by name; remembers the states of stateful layers."""

    def __init__(self, layers: Sequence[Layer], weights: Mapping[str, Any], setting: str) -> None:
        self.layers = layers
        self.weights = {name: np.asarray(array, np.float64) for name, array in weights.items()}
        self.era = era(setting)
        self.carried: dict[str, States] = {}

    def __call__(self, feed: Mapping[str, Any]) -> dict[str, Doubles]:
        """The outputs of the last layer by name, as a spec publishes them."""
        values = {name: np.asarray(array, bool if name == "mask" else np.float64) for name, array in feed.items()}
        masks: dict[str, Mask] = {}
        latest, outputs = "", {}
        for layer in self.layers:
            name = layer.get("name", layer["type"])
            source = layer.get("inputs", latest)
            if layer["type"] == "Input":
                outputs = {name: values[name]}
            elif layer["type"] == "Masking":
                outputs = {name: values[source]}
                masks[name] = (values[source] != 0).any(axis=-1)
            elif layer["type"] == "GlobalAveragePooling1D":
                counts = masks.get(source, np.ones(values[source].shape[:2], bool))[:, :, None]
                outputs = {name: (values[source] * counts).sum(axis=1) / counts.sum(axis=1)}
            else:
                outputs = self._recurrent(name, layer, values, source, masks.get(source))
            values |= outputs
            latest = name
        return outputs

    def _recurrent(
        self, name: str, layer: Layer, values: Mapping[str, Doubles], source: str, mask: Mask | None
    ) -> dict[str, Doubles]:
        given = [values[state] for state in layer.get("initial_state", ())]
        if "mask" in layer:
            mask = np.asarray(values[layer["mask"]], bool)
        elif given and self.era.hides_mask:
            mask = None
        both = layer["type"] == "Bidirectional"
        inner: Layer = layer["layer"] if both else layer
        start = self.carried.get(name) or tuple(given)
        sequence, states = (self._both_ways if both else self._way)(inner, f"{name}/", values[source], mask, start)
        if inner.get("stateful"):
            self.carried[name] = states
        outputs = {name: sequence if inner.get("return_sequences") else sequence[:, -1]}
        if inner.get("return_state"):
            numbered = [f"state_{i}" for i in range(len(states))]
            names = numbered if both else STATE_NAMES.get(inner["type"].removeprefix("CuDNN"), numbered)
            outputs |= {f"{name}.{state}": array for state, array in zip(names, states, strict=True)}
        return outputs

    def _both_ways(
        self, layer: Layer, prefix: str, x: Doubles, mask: Mask | None, given: States
    ) -> tuple[Doubles, States]:
        """A pass forwards and one backwards, side by side in the order of time."""
        sequences = layer.get("return_sequences", False)
        zero = self.era.zero_masked and sequences
        half = len(given) // 2
        backwards = {**layer, "go_backwards": True}
        y, states = self._way(layer, f"{prefix}forward/", x, mask, given[:half], zero)
        back, others = self._way(backwards, f"{prefix}backward/", x, mask, given[half:], zero)
        turned = back[:, ::-1] if sequences else back
        return np.concatenate([y, turned], axis=-1), states + others

    def _way(
        self, layer: Layer, prefix: str, x: Doubles, mask: Mask | None, given: States, zero: bool = False
    ) -> tuple[Doubles, States]:
        """One pass over time."""
        step, zeros = self._step(layer, prefix, x)
        states = given or zeros
        keeps_state = self.era.starts_with_state and mask is not None and not layer.get("unroll")
        start = states[0] if keeps_state else np.zeros_like(step(x[:, 0], zeros)[0])
        return Run(step, bool(layer.get("go_backwards")), mask, start, zero).over(x, states)

    def _step(self, layer: Layer, prefix: str, x: Doubles) -> tuple[Step, States]:
        """One step of a layer, and states of zeros."""
        if layer["type"] == "RNN":
            return self._stack(layer["cell"], prefix, len(x))
        weights = {k.removeprefix(prefix): array for k, array in self.weights.items() if k.startswith(prefix)}
        kind, gate = layer["type"].removesuffix("Cell").removeprefix("CuDNN"), self._gate(layer)
        if kind == "ConvLSTM2D":
            sizes = convolve(x[:, 0], weights["kernel"], layer).shape[:-1]
            zeros = np.zeros((*sizes, layer["filters"]))
            return lambda v, s: _first(_conv_lstm(weights, v, s, gate, layer)), (zeros, zeros)
        zeros = np.zeros((len(x), layer["units"]))
        return lambda v, s: _first(CELLS[kind](weights, v, s, gate)), (zeros,) * len(STATE_NAMES[kind])

    def _stack(self, stack: Sequence[Layer] | Layer, prefix: str, batch: int) -> tuple[Step, States]:
        """Each cell takes what the one below puts out; the states are listed in the order of the era."""
        is_reversed = isinstance(stack, Mapping) and stack.get("reverse_state_order", False)
        cells = stack["cells"] if isinstance(stack, Mapping) else stack
        steps = [self._step(cell, f"{prefix}cell_{i}/", np.zeros((batch, 1, 1))) for i, cell in enumerate(cells)]
        order = range(len(steps))[:: -1 if is_reversed or self.era.last_cell_first else 1]

        def step(x: Doubles, states: States) -> tuple[Doubles, States]:
            rest, before, after = list(states), {}, {}
            for number in order:
                before[number] = tuple(rest.pop(0) for _ in steps[number][1])
            for number, (cell, _) in enumerate(steps):
                x, after[number] = cell(x, before[number])
            return x, tuple(state for number in order for state in after[number])

        return step, tuple(state for number in order for state in steps[number][1])

    def _gate(self, layer: Layer) -> Activation:
        if layer.get("recurrent_activation") == "sigmoid" or layer["type"].startswith("CuDNN"):
            return sigmoid
        return lambda v: np.clip(self.era.slope * v + 0.5, 0, 1)

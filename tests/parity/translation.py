"""A spec becomes a Keras model of the same layers, called on each other in the same way."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.parity import frameworks

Array = NDArray[Any]
Entry = Mapping[str, Any]

STATE_NAMES = {
    "LSTM": ("state_h", "state_c"),
    "GRU": ("state",),
    "SimpleRNN": ("state",),
    "Attention": ("attention_scores",),
    "AdditiveAttention": ("attention_scores",),
}
_SWITCHES = ("use_causal_mask", "return_attention_scores")
"""Arguments of a call, not of the class."""
_CALLS = {"type", "name", "inputs", "initial_state", "mask", "layer", "backward_layer", "cell", "cells", *_SWITCHES}
"""Keys that say what a layer is or is called on, or hold layers; all others are arguments of its class."""


@dataclass
class Translation:
    """The Keras model of a spec. scale: half the range of the random weights.

    tensors: every published output by its reference. arrays: the weights by specc's names.
    """

    spec: Mapping[str, Any]
    scale: float
    keras: Any = None
    inputs: list[Any] = field(default_factory=list)
    tensors: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, Array] = field(default_factory=dict)
    layers: dict[str, Any] = field(default_factory=dict)
    model: Any = None

    def __post_init__(self) -> None:
        self.keras = frameworks.load(self.spec["dialect"])
        last = ""
        for entry in self.spec["layers"]:
            if entry["type"] == "Input":
                self._add_input(entry)
            else:
                self._add_layer(entry, last)
            last = entry["name"]
        wanted = self.spec.get("outputs") or [r for r in self.tensors if r == last or r.startswith(f"{last}.")]
        self.model = self.keras.Model(self.inputs, [self.tensors[r] for r in wanted])

    def run(self, feeds: Mapping[str, Array]) -> list[Array]:
        """The outputs, in the order of the spec."""
        outputs = self.model([feeds[x] for x in self.names])
        listed = outputs if isinstance(outputs, list | tuple) else [outputs]
        return [np.asarray(y) for y in listed]

    @property
    def names(self) -> list[str]:
        """The names of the inputs."""
        return [e["name"] for e in self.spec["layers"] if e["type"] == "Input"]

    def reset_states(self) -> None:
        """Zero the states of every stateful layer. Keras 3 itself cannot where a stack nests them."""
        for layer in self.layers.values():
            if getattr(layer, "stateful", False):
                for way in (layer.forward_layer, layer.backward_layer) if hasattr(layer, "forward_layer") else (layer,):
                    for state in flatten(way.states):
                        state.assign(np.zeros(state.shape, np.float32))

    def _add_input(self, entry: Entry) -> None:
        arguments = {k: v for k, v in entry.items() if k != "type"}
        tensor = self.keras.layers.Input(**arguments)
        self.inputs.append(tensor)
        self.tensors[entry["name"]] = tensor

    def _add_layer(self, entry: Entry, last: str) -> None:
        name = entry["name"]
        references = entry.get("inputs", last)
        x = self.tensors[references] if isinstance(references, str) else [self.tensors[r] for r in references]
        how: dict[str, Any] = {}
        layer = make_layer(self.spec["dialect"], entry)
        states = entry.get("initial_state")
        if states is not None:
            given = [self.tensors[r] for r in ([states] if isinstance(states, str) else states)]
            how["initial_state"] = pack(given, layer)
        if "mask" in entry:
            masks = entry["mask"]
            how["mask"] = [self.tensors.get(r) for r in masks] if isinstance(masks, list) else self.tensors[masks]
        how |= {key: entry[key] for key in _SWITCHES if key in entry}
        result = layer(x, **how)
        self.layers[name] = layer
        self.arrays |= randomize(layer, name, self.scale)
        self._publish(entry, list(flatten(result)))

    def _publish(self, entry: Entry, results: list[Any]) -> None:
        name = entry["name"]
        self.tensors[name] = results[0]
        rest = results[1:]
        if entry["type"] == "Bidirectional" and entry.get("merge_mode", "concat") is None:
            self.tensors[f"{name}.backward"] = rest.pop(0)
        states = STATE_NAMES.get(entry["type"], [f"state_{i}" for i in range(len(rest))])
        self.tensors |= {f"{name}.{state}": tensor for state, tensor in zip(states, rest, strict=False)}


def make_layer(dialect: str, entry: Entry) -> Any:
    """The Keras layer, or cell, of an entry."""
    keras, kind = frameworks.load(dialect), entry["type"]
    arguments = {k: v for k, v in entry.items() if k not in _CALLS}
    if dialect == "keras2":
        arguments = frameworks.KERAS_2_DEFAULTS.get(kind, {}) | arguments
    if kind == "SimpleRNN":
        arguments.pop("implementation", None)
    for key in ("layer", "backward_layer", "cell", "cells"):
        inner = entry.get(key)
        if inner is not None:
            is_list = isinstance(inner, list)
            arguments[key] = [make_layer(dialect, e) for e in inner] if is_list else make_layer(dialect, inner)
    layer = getattr(keras.layers, kind)(**arguments)
    if kind == "Bidirectional" and dialect == "keras2":
        # tf_keras has it put out zeros at masked steps; Keras 2 leaves its layers as they are.
        layer.forward_layer.zero_output_for_mask = layer.backward_layer.zero_output_for_mask = False
    return layer


def randomize(layer: Any, scope: str, scale: float) -> dict[str, Array]:
    """Give a built layer random weights; returns them by specc's names."""
    arrays = {}
    for name, variable in variables(layer, scope):
        arrays[name] = random_array(name, tuple(variable.shape), scale)
        variable.assign(arrays[name])
    return arrays


def flatten(nested: Any) -> Iterator[Any]:
    """Tensors out of nested lists; the states of stacked cells come as a list for each cell."""
    if isinstance(nested, list | tuple):
        for item in nested:
            yield from flatten(item)
    else:
        yield nested


def pack(states: list[Any], layer: Any) -> list[Any]:
    """States nested as Keras wants them for a layer or a cell: those of a cell in a stack are a list of their own."""
    if hasattr(layer, "forward_layer"):
        half = len(states) // 2
        return [*pack(states[:half], layer.forward_layer), *pack(states[half:], layer.backward_layer)]
    cell = getattr(layer, "cell", layer)
    if not hasattr(cell, "cells"):
        return states
    rest = iter(states)
    return [[next(rest) for _ in size] if isinstance(size, list | tuple) else next(rest) for size in cell.state_size]


def random_array(name: str, shape: tuple[int, ...], scale: float) -> Array:
    """Numbers that depend on the name and the shape only, none of them zero."""
    generator = np.random.default_rng(zlib.crc32(f"{name} {shape}".encode()))
    array: Array = np.asarray(generator.uniform(0.05, scale, shape) * generator.choice([-1, 1], shape), np.float32)
    return np.abs(array) if name.endswith("variance") else array


def variables(layer: Any, scope: str) -> Iterator[tuple[str, Any]]:
    """The variables of a layer under specc's names, in Keras's order."""
    if hasattr(layer, "forward_layer"):
        yield from variables(layer.forward_layer, f"{scope}/forward")
        yield from variables(layer.backward_layer, f"{scope}/backward")
    elif hasattr(layer, "layer"):
        yield from variables(layer.layer, f"{scope}/layer")
    elif type(layer).__name__ == "RNN":
        yield from variables(layer.cell, scope if hasattr(layer.cell, "cells") else f"{scope}/cell")
    elif hasattr(layer, "cells"):
        for number, cell in enumerate(layer.cells):
            yield from variables(cell, f"{scope}/cell_{number}")
    else:
        statistics = [v for v in layer.non_trainable_weights if "moving" in v.name or "renorm" in v.name]
        known = {id(v) for v in (*layer.trainable_weights, *statistics)}
        kept = [v for v in layer.weights if id(v) not in known and "seed" not in v.name]
        for variable in (*layer.trainable_weights, *kept, *statistics):
            name = variable.name.split("/")[-1].split(":")[0]
            if type(layer).__name__.startswith("Depthwise") and name == "kernel":  # so Keras 3 calls it
                name = "depthwise_kernel"
            yield f"{scope}/{name}", variable

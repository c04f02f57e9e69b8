"""The state that a stateful model carries from call to call."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from specc.diagnostics import did_you_mean
from specc.runtime.feeds import Sizes, fit
from specc.runtime.signature import Array, SessionError, Slot
from specc.tensors import show

METADATA_KEY = "specc.states"


@dataclass(frozen=True)
class StatePair:
    """One state: the input that takes it and the output that returns it."""

    layer: str
    state: str
    input: Slot
    output: str

    @property
    def name(self) -> str:
        return f"{self.layer}.{self.state}"


def read_pairs(metadata: Mapping[str, str], inputs: Sequence[Slot], outputs: Sequence[Slot]) -> tuple[StatePair, ...]:
    """The pairs that the model's metadata lists, in its order; none for other people's models.

    Raises SessionError where the metadata does not fit the graph: the file was changed after specc wrote it.
    """
    slots = {slot.name: slot for slot in inputs}
    names = {slot.name for slot in outputs}
    try:
        entries = json.loads(metadata.get(METADATA_KEY, "[]"))
        pairs = [StatePair(e["layer"], e["state"], slots[e["input"]], e["output"]) for e in entries]
    except (ValueError, KeyError, TypeError, RecursionError):
        pairs, entries = [], None
    if entries is None or any(pair.output not in names for pair in pairs):
        raise SessionError(f"the model's metadata `{METADATA_KEY}` does not fit its graph", "compile the model again")
    return tuple(pairs)


class States:
    """The current states of one session. What was never set is zero."""

    def __init__(self, pairs: Sequence[StatePair]) -> None:
        self.pairs = tuple(pairs)
        self._arrays: dict[str, Array] = {}

    def feed(self, sizes: Sizes, given: Mapping[str, Array]) -> dict[str, Array]:
        """What is given by input name, and the states that are not among it.

        sizes: the batch, where the model leaves it open; SessionError where a carried state has another.
        """
        missing = [pair for pair in self.pairs if pair.input.name not in given]
        return {**given, **{pair.input.name: self._current(pair, sizes) for pair in missing}}

    def _current(self, pair: StatePair, sizes: Sizes) -> Array:
        held = self._arrays.get(pair.name)
        if held is None:
            return _zeros(pair, sizes)
        shape = tuple(sizes.get(dim, -1) if isinstance(dim, str) else dim for dim in pair.input.shape)
        if held.shape != shape:
            raise SessionError(
                f"state `{pair.name}` has batch {held.shape[0]} from the last call, this call has {shape[0]}",
                "call reset_states() before another batch size",
            )
        return held

    def keep(self, outputs: Mapping[str, Array]) -> None:
        """Take the states that a run returned; as copies, since a caller may have asked for them too."""
        for pair in self.pairs:
            self._arrays[pair.name] = outputs[pair.output].copy()

    def copy(self) -> dict[str, Array]:
        """The states by ``<layer>.<state>``, in documented order; one that waits for a batch is left out."""
        known = {pair: self._arrays.get(pair.name) for pair in self.pairs}
        return {
            pair.name: _zeros(pair, {}) if held is None else held.copy()
            for pair, held in known.items()
            if held is not None or all(isinstance(dim, int) for dim in pair.input.shape)
        }

    def reset(self, states: Sequence[ArrayLike] | None, layer: str | None) -> None:
        """Zero all states or one layer's, or set them in documented order. Nothing changes where it fails."""
        if not self.pairs:
            raise SessionError("the model has no states", "give its recurrent layers `stateful: true`")
        pairs = [pair for pair in self.pairs if layer is None or pair.layer == layer]
        if not pairs:
            layers = list(dict.fromkeys(pair.layer for pair in self.pairs))
            hint = did_you_mean(str(layer), layers) or f"layers with states: {', '.join(layers)}"
            raise SessionError(f"no layer `{layer}` with states", hint)
        if states is None:
            for pair in pairs:
                self._arrays.pop(pair.name, None)
        else:
            self._arrays.update(_fit_states(pairs, states))


def _fit_states(pairs: Sequence[StatePair], states: Sequence[ArrayLike]) -> dict[str, Array]:
    order = ", ".join(pair.name for pair in pairs)
    if isinstance(states, str | Mapping):
        raise SessionError(f"`states` must be a list of arrays, found {type(states).__name__}", f"the order is {order}")
    if len(states) != len(pairs):
        raise SessionError(f"expected {len(pairs)} states ({order}), found {len(states)}")
    sizes: Sizes = {}
    # A copy: the caller may go on writing into its own array.
    return {
        pair.name: fit(pair.input, value, sizes, f"state `{pair.name}`").copy()
        for pair, value in zip(pairs, states, strict=True)
    }


def _zeros(pair: StatePair, sizes: Sizes) -> Array:
    shape = [dim if isinstance(dim, int) else sizes.get(dim) for dim in pair.input.shape]
    known = [dim for dim in shape if dim is not None]
    if len(known) < len(shape):
        raise SessionError(
            f"the inputs do not tell the shape {show(pair.input.shape)} of state `{pair.name}`",
            "set it first: reset_states(states=[…])",
        )
    return np.zeros(known, pair.input.dtype)

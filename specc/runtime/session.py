"""A compiled model that is ready to run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, overload

from numpy.typing import ArrayLike

from specc.diagnostics import did_you_mean
from specc.runtime.feeds import Sizes, check_names, fit, only_feed
from specc.runtime.providers import open_model
from specc.runtime.signature import Array, SessionError, read_slots
from specc.runtime.states import States, read_pairs

Feed = Mapping[str, ArrayLike]


class Session:
    """Runs an ONNX model with onnxruntime; checks what it is fed, and carries the state of stateful layers.

        session = specc.Session("model.onnx")
        session.run({"tokens": tokens})            # {"dense": array}: outputs by name
        session.run(None, {"tokens": tokens})      # [array]: as onnxruntime's InferenceSession.run

    model: a file, or a model's bytes. providers: onnxruntime's names, by default the CPU's.
    threads: how many one operator may use; by default onnxruntime's choice, all cores. Of the time on two
    cores, one took 0.65 to 0.91 for an LSTM of 32 or 128 units at batch 1, and 1.8 to 1.9 at batch 32.

    Calls of a model with states follow one another; without states they may overlap. Raises Unreadable for a
    file that cannot be read, SessionError (a ValueError) for a model or a call that does not fit.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | bytes,
        *,
        providers: Sequence[str] | None = None,
        threads: int | None = None,
    ) -> None:
        self._session = open_model(model, providers, threads)
        inputs, outputs = read_slots(self._session.get_inputs()), read_slots(self._session.get_outputs())
        self._states = States(read_pairs(self._session.get_modelmeta().custom_metadata_map, inputs, outputs))
        carried = {name for pair in self._states.pairs for name in (pair.input.name, pair.output)}
        self._all_outputs = tuple(slot.name for slot in outputs)
        self.inputs = tuple(slot for slot in inputs if slot.name not in carried)
        self.outputs = tuple(slot for slot in outputs if slot.name not in carried)

    @property
    def states(self) -> dict[str, Array]:
        """A copy of the carried states by ``<layer>.<state>``, in documented order."""
        return self._states.copy()

    @property
    def state_names(self) -> tuple[str, ...]:
        """``<layer>.<state>`` of every state, in documented order; empty for a model without states."""
        return tuple(pair.name for pair in self._states.pairs)

    def reset_states(self, states: Sequence[ArrayLike] | None = None, layer: str | None = None) -> None:
        """Zero the states, or set them.

        states: arrays in documented order, as ``session.states`` lists them. layer: one layer's states alone.
        Raises SessionError for a wrong layer, count, shape or type, and then changes nothing.
        """
        self._states.reset(states, layer)

    @overload
    def run(self, feed: Feed | ArrayLike, /) -> dict[str, Array]: ...

    @overload
    def run(self, output_names: Sequence[str] | None, input_feed: Feed, run_options: Any = None) -> list[Array]: ...

    def run(
        self, output_names: Any = None, input_feed: Feed | None = None, run_options: Any = None
    ) -> dict[str, Array] | list[Array]:
        """Run the model once; states go in by themselves, and stay for the next call.

        With a feed alone: the outputs by name, without the states. With ``output_names``: a list in that
        order; None means all outputs but the states. A model of one input takes a bare array as its feed.
        Raises SessionError where the feed does not fit the model; the states are then what they were.
        """
        if input_feed is None:
            names = [slot.name for slot in self.outputs]
            return dict(zip(names, self._run(names, output_names, run_options), strict=True))
        names = [slot.name for slot in self.outputs] if output_names is None else list(output_names)
        return self._run(names, input_feed, run_options)

    def _run(self, names: list[str], feed: Feed | ArrayLike, run_options: Any) -> list[Array]:
        for name in names:
            if name not in self._all_outputs:
                listing = f"the model's outputs are {', '.join(self._all_outputs)}"
                raise SessionError(
                    f"the model has no output `{name}`", did_you_mean(name, self._all_outputs) or listing
                )
        arrays = self._fit_feed(feed)
        wanted = list(dict.fromkeys([*names, *(pair.output for pair in self._states.pairs)]))
        outputs = dict(zip(wanted, self._session.run(wanted, arrays, run_options), strict=True))
        self._states.keep(outputs)
        return [outputs[name] for name in names]

    def _fit_feed(self, feed: Feed | ArrayLike) -> dict[str, Array]:
        given = feed if isinstance(feed, Mapping) else only_feed(self.inputs, feed)
        states = [pair.input for pair in self._states.pairs]  # may be fed too, for one call
        check_names(given, self.inputs, states)
        sizes: Sizes = {}
        slots = [*self.inputs, *(slot for slot in states if slot.name in given)]
        arrays = {slot.name: fit(slot, given[slot.name], sizes) for slot in slots}
        return self._states.feed(sizes, arrays)

    def __repr__(self) -> str:
        inputs, outputs = (", ".join(map(str, slots)) for slots in (self.inputs, self.outputs))
        return f"<specc.Session {inputs} -> {outputs}>"

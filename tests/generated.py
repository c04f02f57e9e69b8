"""Generated modules in tests: made in memory, executed without a file, and called like a session."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import specc
from specc.runtime.signature import Slot
from specc.targets import Target

Array = NDArray[Any]


class Generated:
    """A model as a module of a Python target, with its weights loaded; called as ``specc.Session`` is.

    Skips the test where the target's framework is not installed.
    """

    def __init__(self, model: specc.Model, target: Target, weights: Path | None = None) -> None:
        self.framework = pytest.importorskip(target, reason=f"running a module of the {target} target needs {target}")
        files = model.generate(target, weights=weights)
        self.text = files.module.decode()
        self.names: dict[str, Any] = {"__name__": "generated"}
        exec(compile(self.text, "<generated>", "exec"), self.names)
        self.target = target
        self.callable = self.names["load"](files.arrays)
        self.program = program = model.graph.program
        self.inputs = [Slot(value.name, value.shape, np.dtype(value.dtype)) for value in program.inputs]
        self.outputs = [Slot(name, value.shape, np.dtype(value.dtype)) for name, value in program.outputs]
        self.state_names = [f"{state.layer}.{state.state}" for state in program.states]
        self.states: dict[str, Array] = {}

    def run(self, feeds: Mapping[str, Any]) -> dict[str, Array]:
        """The outputs by name, without the states; those are in ``states``, and go on."""
        found = self.run_all(feeds)
        self.states = {name: found.pop(f"{name}.out") for name in self.state_names}
        return found

    def run_all(self, feeds: Mapping[str, Any]) -> dict[str, Array]:
        """The outputs by name, then the states. Floats are fed as float32; states may be left out."""
        given = [self._give(feeds[slot.name]) for slot in self.inputs]
        states = [self._give(feeds[f"{name}.in"]) if f"{name}.in" in feeds else None for name in self.state_names]
        found = self.callable(*given, *(states if any(state is not None for state in states) else []))
        outputs = [self._take(output) for output in (found if isinstance(found, tuple) else (found,))]
        names = [*(slot.name for slot in self.outputs), *(f"{name}.out" for name in self.state_names)]
        return dict(zip(names, outputs, strict=True))

    def _give(self, array: Any) -> Any:
        """An input as the module takes it."""
        taken = take(array)
        return self.framework.from_numpy(taken) if self.target == "torch" else taken

    def _take(self, output: Any) -> Array:
        """An output as an array."""
        if self.target == "keras":
            output = self.framework.ops.convert_to_numpy(output)
        return np.asarray(output.detach() if self.target == "torch" else output)

    def reset_states(self) -> None:
        self.callable.reset_states()


def take(array: Any) -> Array:
    """An array as a session is fed; floats as float32."""
    array = np.asarray(array)
    taken: Array = array.astype(np.float32) if array.dtype == np.float64 else array
    return taken

"""Generated modules in tests: made in memory and executed without a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

import specc
from specc.targets import Target

Array = NDArray[Any]


@dataclass
class Generated:
    """A model as a module of a Python target, with its weights loaded."""

    model: specc.Model
    target: Target
    weights: Any = None
    text: str = ""
    callable: Any = None
    namespace: dict[str, Any] = field(default_factory=lambda: {"__name__": "generated"})

    def __post_init__(self) -> None:
        files = self.model.generate(self.target, weights=self.weights)
        self.text = files.module.decode()
        exec(compile(self.text, "<generated>", "exec"), self.namespace)
        self.callable = self.namespace["load"](files.arrays)

    @property
    def input_names(self) -> list[str]:
        """The inputs, then the states, as the ONNX file calls them."""
        program = self.model.graph.program
        return [value.name for value in (*program.inputs, *(state.before for state in program.states))]

    @property
    def output_names(self) -> list[str]:
        """The outputs, then the states, as the ONNX file calls them."""
        program = self.model.graph.program
        states = [f"{state.layer}.{state.state}.out" for state in program.states]
        return [*(name for name, _ in program.outputs), *states]

    def run(self, feeds: Mapping[str, Any]) -> dict[str, Array]:
        """The outputs by name; states that are not fed are left to the module."""
        given = [self._take(feeds[name]) if name in feeds else None for name in self.input_names]
        while given and given[-1] is None:
            given.pop()
        found = self.callable(*given)
        outputs = found if isinstance(found, tuple) else (found,)
        return {name: self._give(array) for name, array in zip(self.output_names, outputs, strict=True)}

    def _take(self, array: Any) -> Any:
        """An array as the target takes it; floats as float32."""
        array = np.asarray(array)
        return array.astype(np.float32) if array.dtype == np.float64 else array

    def _give(self, array: Any) -> Array:
        return np.asarray(array)

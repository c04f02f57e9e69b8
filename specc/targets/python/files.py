"""What a Python target writes: a module, and beside it the weights under their names, in Keras's plain layout."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from specc import ops
from specc.ops import Program
from specc.output import atomic_write_all
from specc.stores import npz, safetensors
from specc.stores.arrays import Array
from specc.targets.arrays import pass_arrays


@dataclass(frozen=True)
class PythonFiles:
    """A generated module and its weights. suffix: ``.npz`` or ``.safetensors``."""

    module: bytes
    arrays: Mapping[str, Array]
    suffix: str

    def write(self, path: str | os.PathLike[str]) -> tuple[Path, Path]:
        """Write both, whole or not at all; returns where they lie.

        path: of the module, a ``.py``; ValueError for another. Raises Unreadable.
        """
        module = Path(path)
        if module.suffix != ".py":
            raise ValueError(f"a Python module's file ends with .py, found {os.fspath(path)!r}")
        weights = weights_path(module, self.suffix)
        atomic_write_all({weights: self.weights(), module: self.module})
        return module, weights

    def weights(self) -> bytes:
        """The content of the weights' file."""
        return npz.pack(self.arrays) if self.suffix == ".npz" else safetensors.pack(self.arrays)


def weights_path(module: str | os.PathLike[str], suffix: str) -> Path:
    """Where the weights of a module lie: beside it, under its name."""
    return Path(module).with_suffix(suffix)


def plain_arrays(program: Program, arrays: Mapping[str, Array]) -> dict[str, Array]:
    """The arrays in the order of declaration, those of cuDNN layers in the layout of plain ones."""
    plain = {weight.name: arrays[weight.name] for weight in program.weights}
    for step in program.steps:
        if isinstance(step.op, ops.Recurrent):
            for way in step.op.passes:
                if way.cudnn:
                    kernel, recurrent, bias = pass_arrays(step.op.cell, way, arrays)
                    assert way.bias is not None
                    assert bias is not None
                    plain[way.kernel.name], plain[way.recurrent_kernel.name] = kernel, recurrent
                    plain[way.bias.name] = bias
    return {name: np.ascontiguousarray(array, np.float32).reshape(array.shape) for name, array in plain.items()}

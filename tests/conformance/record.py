"""Makes the recorded vectors again: ``python -m tests.conformance.record``; with ``--check`` it changes no file.

The outputs come from the float64 model in ``reference``. Where tf_keras or Keras 3 is installed, each runs the same
models and must agree; its version then stands among those that reproduced the numbers.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from copy import deepcopy
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.conformance.recorded import Vector, read_vectors, write_vector
from tests.conformance.reference import Model

DIGITS = 9
TOLERANCE = 3e-6
FRAMEWORKS = {"tf.keras": "tf_keras", "keras3": "keras"}
"""Dialect -> the module that runs its models, those without a version."""

Array = NDArray[Any]


class Disagreement(Exception):
    """Two settings, or the reference and a framework, that give different numbers."""


def record(vector: Vector, frameworks: Mapping[str, str]) -> Vector:
    """The vector with its weights, outputs and the frameworks that reproduced them. frameworks: dialect -> module."""
    new = Vector(vector.name, deepcopy(vector.data))
    if "file" in new.data:
        (layer,) = {entry["name"] for layers in new.data["models"].values() for entry in layers[1:]}
        (arrays,) = new.data["file"].values()
        new.data["weights"] = {f"{layer}/{name}": _listed(array) for name, array in plain_arrays(arrays).items()}
    for result in new.data["results"]:
        result["outputs"] = []
    for model, setting, result in new.cases():
        outputs = _compute(new, model, setting)
        result["outputs"] = result["outputs"] or outputs
        if outputs != result["outputs"]:
            raise Disagreement(f"{new.name}: {model} in {setting} gives other numbers than {result['given_by']}")
    for model, setting, result in new.cases():
        if setting in frameworks:
            version = _reproduce(new, model, setting, result["outputs"], frameworks[setting])
            result["reproduced_by"] = sorted({*result["reproduced_by"], version})
    return new


def plain_arrays(arrays: Mapping[str, Any]) -> dict[str, Array]:
    """What the arrays of an old file become: kernel, recurrent_kernel and bias in today's order."""
    stored = {name: np.asarray(array, np.float64) for name, array in arrays.items()}
    if len(stored) == 3:
        return _plain_cudnn(*stored.values())
    # Keras 1 names what each array is: lstm_1_W_i:0.
    known = {name.removesuffix(":0")[-3:]: array for name, array in stored.items()}
    gates = "ifco" if len(stored) == 12 else "zrh"
    kinds = {"kernel": "W", "recurrent_kernel": "U", "bias": "b"}
    return {name: np.concatenate([known[f"{kind}_{g}"] for g in gates], axis=-1) for name, kind in kinds.items()}


def _plain_cudnn(kernel: Array, recurrent: Array, bias: Array) -> dict[str, Array]:
    """cuDNN stores each block as its transpose; the kernel's block moreover in the shape of the plain one."""
    gates = recurrent.shape[1] // recurrent.shape[0]
    inputs = [block.ravel().reshape(block.shape[1], block.shape[0]).T for block in np.split(kernel, gates, axis=1)]
    states = [block.T for block in np.split(recurrent, gates, axis=1)]
    both = bias.reshape(2, -1)
    arrays = (np.hstack(inputs), np.hstack(states), both[0] + both[1] if gates == 4 else both)
    return dict(zip(("kernel", "recurrent_kernel", "bias"), arrays, strict=True))


def _compute(vector: Vector, model: str, setting: str) -> list[dict[str, Any]]:
    reference = Model(vector.data["models"][model], vector.data["weights"], setting)
    return [{name: _listed(array) for name, array in reference(call).items()} for call in vector.data["calls"]]


def _listed(array: Array) -> Any:
    return (np.round(array, DIGITS) + 0.0).tolist()  # + 0.0 makes -0.0 zero


def _reproduce(vector: Vector, model: str, setting: str, expected: Sequence[Mapping[str, Any]], module: str) -> str:
    """Compare with a framework; its name and version."""
    from tests.parity.translation import Translation

    keras = Translation(vector.spec(model, setting), scale=1.0)
    weights = vector.data["weights"]
    for name, layer in keras.layers.items():
        layer.set_weights([np.asarray(weights[key]) for key in keras.arrays if key.startswith(f"{name}/")])
    version = f"{module} {import_module(module).__version__}"
    for call, outputs in zip(vector.data["calls"], expected, strict=True):
        found = keras.run({name: np.asarray(call[name], bool if name == "mask" else None) for name in keras.names})
        for (name, array), other in zip(outputs.items(), found, strict=True):
            error = float(np.abs(np.asarray(array) - other).max())
            if error > TOLERANCE:
                raise Disagreement(f"{vector.name}: {model}: {version} differs by {error:.2g} in `{name}`")
    return version


def main(arguments: list[str]) -> int:
    """Record or check all vectors; 1 where numbers differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.record", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the files, and leave them as they are")
    check = parser.parse_args(arguments).check
    frameworks = {setting: module for setting, module in FRAMEWORKS.items() if find_spec(module) is not None}
    print(f"compared with: {', '.join(['NumPy', *frameworks.values()])}")
    failed = False
    for vector in read_vectors():
        try:
            new = record(vector, frameworks)
        except Disagreement as error:
            print(error)
            failed = True
            continue
        same = new.data == vector.data
        print(f"{vector.name}: {'unchanged' if same else 'differs' if check else 'written'}")
        failed |= check and not same
        if not check:
            write_vector(new)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

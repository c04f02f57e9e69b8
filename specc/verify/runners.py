"""The compiled forms of a model that can run here, each called in the same way.

Nothing is executed but the modules that specc writes itself, from a folder that is removed afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from specc.runtime import Session
from specc.targets import Target
from specc.verify.feeds import Array, Feed

if TYPE_CHECKING:
    from specc.model import Model

Runner = Callable[[Sequence[Feed]], list[Array]]
"""From calls that follow one another to the outputs of all, states left out."""
FRAMEWORKS: dict[Target, str] = {"torch": "torch", "keras": "keras"}


class NotInstalled(Exception):
    """A target's framework is missing here."""


def open_target(model: Model, target: Target, folder: Path) -> Runner:
    """A model compiled for a target. Raises SpecError where the target refuses it, NotInstalled."""
    if target == "onnx":
        return _open_onnx(model)
    framework = FRAMEWORKS.get(target)
    if framework is not None and find_spec(framework) is None:
        raise NotInstalled(f"{framework} is not installed")
    file = folder / f"specc_verify_{target}.py"
    model.compile(target, output=file)
    try:
        module = _import(file)
    except ImportError as error:
        raise NotInstalled(str(error).splitlines()[0]) from error
    return _open_module(model, target, module.load())


def _open_onnx(model: Model) -> Runner:
    session = Session(model.compile())

    def run(calls: Sequence[Feed]) -> list[Array]:
        if session.state_names:
            session.reset_states()
        return [array for feed in calls for array in session.run(None, feed)]

    return run


def _open_module(model: Model, target: Target, network: Any) -> Runner:
    names = [value.name for value in model.graph.program.inputs]
    count = len(model.graph.program.outputs)

    def run(calls: Sequence[Feed]) -> list[Array]:
        if model.graph.program.states:
            network.reset_states()
        results: list[Array] = []
        for feed in calls:
            found = network(*[_give(target, feed[name]) for name in names])
            outputs = found if isinstance(found, tuple) else (found,)
            results += [_take(target, output) for output in outputs[:count]]
        return results

    return run


def _import(file: Path) -> Any:
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _give(target: Target, array: Array) -> Any:
    if target != "torch":
        return array
    import torch

    return torch.from_numpy(np.ascontiguousarray(array))


def _take(target: Target, output: Any) -> Array:
    if target == "torch":
        return np.asarray(output.detach())
    if target == "keras":
        import keras

        return np.asarray(keras.ops.convert_to_numpy(output))
    return np.asarray(output)

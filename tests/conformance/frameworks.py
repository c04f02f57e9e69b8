"""Builds the models of the vectors with tf_keras or Keras 3, and runs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
NOT_KERAS = ("type", "inputs", "initial_state", "mask")  # how a spec names the class and connects it
ORDER = ("kernel", "recurrent_kernel", "bias")


def run(
    module: str, layers: Sequence[Mapping[str, Any]], weights: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]
) -> list[list[Array]]:
    """The outputs of each call, in documented order. module: ``tf_keras`` or ``keras``."""
    keras: Any = import_module(module)
    model, inputs = _build(keras, layers, weights)
    types = {layer["name"]: layer.get("dtype", "float32") for layer in layers if layer["type"] == "Input"}
    results = []
    for call in calls:
        outputs = model([np.asarray(call[name], types[name]) for name in inputs])
        listed = outputs if isinstance(outputs, list | tuple) else [outputs]
        results.append([np.asarray(output) for output in listed])
    return results


def _build(keras: Any, layers: Sequence[Mapping[str, Any]], weights: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """The model, and the names of its inputs in order."""
    tensors: dict[str, Any] = {}
    inputs, owners = [], {}
    latest = ""
    outputs: list[Any] = []
    for entry in layers:
        arguments = {key: value for key, value in entry.items() if key not in NOT_KERAS}
        name = entry.get("name", entry["type"])
        if entry["type"] == "Input":
            inputs.append(name)
            outputs = [keras.Input(**arguments)]
        else:
            layer = _make(keras, entry["type"], arguments)
            connected: dict[str, Any] = {}
            if "initial_state" in entry:
                connected["initial_state"] = [tensors[state] for state in entry["initial_state"]]
            if "mask" in entry:
                connected["mask"] = tensors[entry["mask"]]
            made = layer(tensors[entry.get("inputs", latest)], **connected)
            outputs = list(made) if isinstance(made, list | tuple) else [made]
            owners[name] = layer
        tensors[name] = outputs[0]
        latest = name
    model = keras.Model([tensors[name] for name in inputs], outputs)
    for name, layer in owners.items():
        layer.set_weights(_ordered(name, weights))
    return model, inputs


def _make(keras: Any, kind: str, arguments: Mapping[str, Any]) -> Any:
    if "layer" not in arguments:
        return getattr(keras.layers, kind)(**arguments)
    inner = dict(arguments["layer"])
    return getattr(keras.layers, kind)(**{**arguments, "layer": _make(keras, inner.pop("type"), inner)})


def _ordered(name: str, weights: Mapping[str, Any]) -> list[Array]:
    """A layer's arrays as Keras orders them: all forward ones first."""
    prefixes = [f"{name}/forward/", f"{name}/backward/", f"{name}/"]
    names = [prefix + weight for prefix in prefixes for weight in ORDER if prefix + weight in weights]
    return [np.asarray(weights[name], np.float32) for name in names]

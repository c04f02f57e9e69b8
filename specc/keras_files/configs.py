"""What a config says, read without trust: classes, names, lists of layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.diagnostics import Path
from specc.keras_files.calls import read_calls, read_ends
from specc.keras_files.classes import is_model


def class_of(layer: Any) -> str:
    """The class of a layer."""
    name = layer.get("class_name") if isinstance(layer, Mapping) else None
    return name if isinstance(name, str) else "?"


def config_of(layer: Any) -> Mapping[str, Any]:
    """The arguments of a layer; none where they are no mapping."""
    config = layer.get("config") if isinstance(layer, Mapping) else None
    return config if isinstance(config, Mapping) else {}


def name_of(layer: Any) -> str:
    """What Keras calls a layer or a model; its class in lower case where it has no name."""
    name = config_of(layer).get("name")
    if not isinstance(name, str) and isinstance(layer, Mapping):
        name = layer.get("name")
    return name if isinstance(name, str) and name else class_of(layer).lower()


def vertex_name(layer: Any) -> str:
    """The name by which the calls of a functional model refer to a layer."""
    name = layer.get("name") if isinstance(layer, Mapping) else None
    return name if isinstance(name, str) else name_of(layer)


def is_trainable(layer: Any) -> bool:
    """Whether a model says of itself that it is trained; it does where it says nothing."""
    return config_of(layer).get("trainable") is not False


def layers_of(model: Mapping[str, Any], path: Path) -> tuple[list[Any], Path]:
    """The layers of a model and where their list stands; none where there is no list."""
    config = model.get("config")
    if isinstance(config, list):
        return config, (*path, "config")
    layers = config.get("layers") if isinstance(config, Mapping) else None
    return layers if isinstance(layers, list) else [], (*path, "config", "layers")


def is_network(model: Mapping[str, Any]) -> bool:
    """Whether a model says on what each of its layers is called."""
    return "input_layers" in config_of(model)


def is_first_merge(layer: Any) -> bool:
    """Whether a layer is the Merge with which a Sequential of Keras 1 begins: it holds the models that it joins."""
    return class_of(layer) == "Merge" and isinstance(config_of(layer).get("layers"), list)


def is_not_equal(layer: Any) -> bool:
    """Whether a layer of tf.keras compares with a number: what Embedding.compute_mask leaves in a model."""
    return class_of(layer) == "TFOpLambda" and config_of(layer).get("function") == "math.not_equal"


def model_over_time(layer: Any) -> Mapping[str, Any] | None:
    """The model inside a TimeDistributed, if there is one."""
    inner = config_of(layer).get("layer")
    return inner if class_of(layer) == "TimeDistributed" and is_model(inner) else None


def takes_ids(layer: Any) -> bool:
    """Whether a layer is an Embedding, or begins with one."""
    while isinstance(layer, Mapping) and class_of(layer) != "Embedding":
        listed, _ = layers_of(layer, ()) if "config" in layer else ([], ())
        layer = listed[0] if listed else config_of(layer).get("layer")
    return isinstance(layer, Mapping)


def linear_layers(model: Mapping[str, Any]) -> list[tuple[Path, Any]] | None:
    """The layers of a model in which each takes the one before, with their places; None for any other model."""
    layers, at = layers_of(model, ())
    placed = [((*at, i), layer) for i, layer in enumerate(layers) if class_of(layer) != "InputLayer"]
    if not is_network(model):
        return placed
    latest = [vertex_name(layer) for layer in layers if class_of(layer) == "InputLayer"]
    if len(latest) != 1:
        return None
    for place, layer in placed:
        nodes = layer.get("inbound_nodes") if isinstance(layer, Mapping) else None
        calls = read_calls(nodes, (*place, "inbound_nodes"), False)
        if len(calls) != 1 or [ref.layer for ref in calls[0].needs] != latest[-1:]:
            return None
        latest.append(vertex_name(layer))
    ends = read_ends(config_of(model).get("output_layers"), ())
    return placed if [ref.layer for ref in ends] == latest[-1:] else None

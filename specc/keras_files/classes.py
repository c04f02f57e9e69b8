"""Classes of Keras: other names of the same layers, and what to say of those that specc lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc import layers
from specc.keras_files.replacements import operation_of, replace_code, replace_layer, replace_operation

MODELS = ("Sequential", "Model", "Functional")
OPERATIONS = ("keras.src.ops", "keras.ops", "keras.src.backend")

_TENSOR_OPERATIONS = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
"""Layers that tf.keras makes of operations on tensors."""


def is_model(data: Any) -> bool:
    """Whether a layer is a model of its own, as Keras serializes one."""
    if not isinstance(data, Mapping):
        return False
    config = data.get("config")
    is_network = isinstance(config, Mapping) and {"layers", "input_layers", "output_layers"} <= set(config)
    return data.get("class_name") in MODELS or is_network


def is_operation(data: Mapping[str, Any]) -> bool:
    """Whether this is an operation of Keras 3 that stands among the layers."""
    module, config, nodes = data.get("module"), data.get("config"), data.get("inbound_nodes")
    if isinstance(module, str):
        return module.startswith(OPERATIONS)
    # An .h5 of Keras 3 leaves the module out. Layers say whether they are trained, or at least their type.
    if not (isinstance(nodes, list) and nodes and isinstance(nodes[0], Mapping) and isinstance(config, Mapping)):
        return False
    is_layer = "trainable" in config or ("dtype" in config and data.get("class_name") in layers.HOMES)
    return not is_layer and not is_model(data)


def explain(class_name: str, data: Mapping[str, Any]) -> tuple[str, str, str]:
    """(code, what it is, what to do) for a class that specc cannot translate."""
    config = data.get("config")
    arguments: Mapping[str, Any] = config if isinstance(config, Mapping) else {}
    if class_name == "Lambda":
        return "K711", "Lambda, which is Python code", replace_code(arguments.get("name"))
    if class_name in _TENSOR_OPERATIONS or is_operation(data):
        name = operation_of(arguments, class_name)
        return "K711", f"the operation `{name}` on tensors", replace_operation(name)
    package = data.get("registered_name")
    is_custom = ">" in class_name or (isinstance(package, str) and ">" in package)
    what = f"`{class_name}`, a class of the model's author" if is_custom else f"`{class_name}`, which specc lacks"
    return "K710", what, replace_layer(class_name)

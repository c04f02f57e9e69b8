"""Classes of Keras: other names of the same layers, and what to say of those that specc lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc import layers

MODELS = ("Sequential", "Model", "Functional")
OPERATIONS = ("keras.src.ops", "keras.ops", "keras.src.backend")

_REPLACEMENTS: Mapping[str, str] = {
    "Lambda": "specc runs no code from a file: rebuild the model with Activation, Reshape, Permute, RepeatVector or "
    "a merging layer (Add, Multiply, Concatenate, Dot) in its place",
    "TFOpLambda": "an operation on tensors stands in the model: rebuild it with a layer such as Add, Multiply, "
    "Reshape or Concatenate",
    "SlicingOpLambda": "a slice of a tensor stands in the model: Cropping1D or return_sequences: false may replace it",
    "TensorFlowOpLayer": "an operation on tensors stands in the model: rebuild it with a layer such as Add, Multiply, "
    "Reshape or Concatenate",
    "Highway": "write it out with Dense, Multiply and Add",
    "MaxoutDense": "write it out with Dense and Maximum",
    "SReLU": "PReLU or LeakyReLU may take its place, in a model that is trained again",
    "ParametricSoftplus": "Activation with softplus may take its place, in a model that is trained again",
}
_KINDS: Mapping[str, str] = {
    "atten": "Attention, AdditiveAttention, or Dense, Softmax, Multiply and a pooling may do what it does",
    "norm": "LayerNormalization or BatchNormalization may do what it does",
    "pool": "GlobalMaxPooling1D or GlobalAveragePooling1D may do what it does",
    "conv": "Conv1D or Conv2D may do what it does",
    "locally": "Conv1D or Conv2D share the kernel that it has for each place",
    "rnn": "RNN with LSTMCell, GRUCell or SimpleRNNCell may do what it does",
    "lstm": "LSTM may do what it does",
    "gru": "GRU may do what it does",
    "mask": "Masking, or mask_zero of Embedding, may do what it does",
    "embed": "Embedding may do what it does",
    "crf": "compile the model without it, and decode its scores outside",
}
"""What part of a name says of a layer."""
_CODE = ("Lambda", "TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")


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
    if class_name in _CODE:
        return "K711", f"{class_name}, which is Python code", _REPLACEMENTS[class_name]
    if is_operation(data):
        return "K711", f"the operation `{class_name}`", f"rebuild the model with a layer in its place{_kin(class_name)}"
    if class_name in _REPLACEMENTS:
        return "K710", f"{class_name}, which specc lacks", _REPLACEMENTS[class_name]
    package = data.get("registered_name")
    is_custom = ">" in class_name or (isinstance(package, str) and ">" in package)
    what = f"`{class_name}`, a class of the model's author" if is_custom else f"`{class_name}`, which specc lacks"
    return "K710", what, f"rebuild the model with layers that specc has{_kin(class_name)}"


def _kin(class_name: str) -> str:
    """Layers that may replace one of this name, for a class that extends or imitates one of Keras."""
    name = class_name.rpartition(">")[2].lower()
    inside = [known for known in layers.HOMES if len(known) > 2 and known.lower() in name]
    if inside:
        return f": {max(inside, key=len)} may do what it does"
    replaced = next((others for part, others in _KINDS.items() if part in name), None)
    return f": {replaced}" if replaced else ""

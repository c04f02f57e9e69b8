"""What to do about a layer or an operation that specc lacks, told by its name: layers that may take its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specc import layers

_LAYERS: Mapping[str, str] = {
    "Highway": "write it out with Dense, Multiply and Add",
    "MaxoutDense": "write it out with Dense and Maximum",
    "SReLU": "PReLU or LeakyReLU may take its place, in a model that is trained again",
    "ParametricSoftplus": "Activation with softplus may take its place, in a model that is trained again",
    "MultiHeadAttention": "write its heads out with Dense, Dot, Softmax and Concatenate",
    "LocallyConnected1D": "Conv1D may take its place, in a model that is trained again: it shares one kernel",
    "LocallyConnected2D": "Conv2D may take its place, in a model that is trained again: it shares one kernel",
    "TCN": "write it out with Conv1D (`padding: causal`, `dilation_rate`), Activation and Add",
}
_PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), advice)
    for pattern, advice in (
        (r"att(en|l|$)", "Dense, Softmax, Multiply and GlobalAveragePooling1D write most of them out; from tf.keras on "
         "there are Attention and AdditiveAttention"),
        (r"norm", "LayerNormalization or BatchNormalization may do what it does"),
        (r"pool", "GlobalMaxPooling1D or GlobalAveragePooling1D may do what it does"),
        (r"rnn", "RNN with LSTMCell, GRUCell or SimpleRNNCell may do what it does"),
        (r"mask", "Masking, or `mask_zero` of Embedding, may do what it does"),
        (r"conv", "Conv1D or Conv2D may do what it does"),
        (r"embed", "Embedding may do what it does"),
    )
)  # fmt: skip
"""What part of a name says of a layer that somebody wrote."""
_OPERATIONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), advice)
    for pattern, advice in (
        (r"getitem|get_item|slic", "Cropping1D takes steps away; for the last step set `return_sequences: false`"),
        (r"mean", "GlobalAveragePooling1D averages over time, Average over tensors"),
        (r"reduce_max|amax", "GlobalMaxPooling1D takes the largest over time, Maximum of tensors"),
        (r"expand_?dims|squeeze|reshape", "Reshape"),
        (r"concat", "Concatenate"),
        (r"transpose", "Permute"),
        (r"matmul|einsum|dot", "Dot"),
        (r"softmax|sigmoid|tanh|relu", "Activation"),
        (r"repeat|tile", "RepeatVector repeats a vector, UpSampling1D steps"),
        (r"subtract", "Subtract"),
        (r"multiply|__mul", "Multiply"),
        (r"maximum", "Maximum"),
        (r"minimum", "Minimum"),
        (r"add|sum", "Add, or Dot with ones for a sum over an axis"),
    )
)
"""What part of the name of an operation on tensors says of layers that do the same."""
_CODE = (
    "specc runs no code from a file: rebuild the model with Activation, Reshape, Permute, RepeatVector or a merging "
    "layer (Add, Multiply, Concatenate, Dot) in its place"
)
_DECODER = "save the model that ends before it, and decode its scores outside"
_LOSS = "it seems to compute a loss, which only training needs: save the model that ends before it"


def replace_code(name: object) -> str:
    """Instead of a Lambda. name: what the layer is called."""
    return _LOSS if isinstance(name, str) and re.search(r"ctc|loss", name.lower()) else _CODE


def replace_operation(name: str) -> str:
    """Instead of an operation on tensors, such as ``math.reduce_mean`` or ``GetItem``."""
    found = next((advice for pattern, advice in _OPERATIONS if pattern.search(name.lower())), None)
    return "rebuild the model with a layer in its place" + (f": {found}" if found else ", such as Add or Reshape")


def replace_layer(class_name: str) -> str:
    """Instead of a layer of this class: one of Keras that specc lacks, or one that extends or imitates one of Keras."""
    if class_name in _LAYERS:
        return _LAYERS[class_name]
    name = class_name.rpartition(">")[2].lower()
    if "crf" in name:
        return _DECODER
    found = next((advice for pattern, advice in _PARTS if pattern.search(name)), None)
    inside = [known for known in layers.HOMES if len(known) > 2 and known.lower() in name and known != "Attention"]
    if inside:
        found = f"{max(inside, key=len)} may do what it does"
    return "rebuild the model with layers that specc has" + (f": {found}" if found else "")


def operation_of(config: Mapping[str, Any], class_name: str) -> str:
    """The operation that an operation layer of tf.keras does; the class where the file does not say."""
    named = config.get("function")
    return named if isinstance(named, str) and len(named) < 60 else class_name

"""Layers that a spec names wrongly, or that only Keras has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from specc import layers
from specc.diagnostics import Advice, Fix, did_you_mean
from specc.diagnostics.quote import quote
from specc.diagnostics.spelling import corrected, suggest_value

_INSTEAD = {
    "ConvLSTM2DCell": "use ConvLSTM2D",
    "Functional": "a model cannot stand in a model: list its layers",
    "Lambda": "specc runs no code from a spec",
    "Merge": "use Add, Multiply, Average, Maximum, Concatenate or Dot",
    "Model": "a model cannot stand in a model: list its layers",
    "Sequential": "a model cannot stand in a model: list its layers",
    "TimeDistributedDense": "write `{type: TimeDistributed, layer: {type: Dense, …}}`",
}
ALIASES: Mapping[str, str] = {
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConv1D": "Conv1D",
    "AtrousConv2D": "Conv2D",
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "Deconvolution2D": "Conv2DTranspose",
    "SeparableConvolution1D": "SeparableConv1D",
    "SeparableConvolution2D": "SeparableConv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
    "InputLayer": "Input",
}
"""Names of Keras 1 and of TensorFlow 1.13."""
_ABSTRACT = {
    "Recurrent": "use LSTM, GRU or SimpleRNN",
    "ConvRecurrent2D": "use ConvLSTM2D",
    "Wrapper": "use Bidirectional or TimeDistributed",
}
"""Bases of others, which the documentation describes."""
_KERAS = re.compile(
    r"(Separable|Depthwise|Atrous|LocallyConnected|Cropping|ZeroPadding|UpSampling"
    r"|(Global)?(Max|Average)Pool(ing)?|Conv(olution|LSTM)?|(Group|Spectral|Unit|RMS)Normalization"
    r"|(MultiHead|GroupedQuery|GroupQuery)Attention|ActivityRegularization|Highway|MaxoutDense|CuDNN|Random)"
    r"([123]D|LSTM|GRU|\w*)(Transpose|Cell)?"
)
_OTHER_KEYS = ("class_name", "class", "layer_type", "kind", "typ", "Type", "types")
_EXAMPLE = "such as `{type: LSTM, units: 32}`"


def explain_class(name: Any) -> tuple[str, str | None, Fix | None]:
    """Message, hint and fix for a `type` that is no layer of specc."""
    if not isinstance(name, str):
        return f"`type` must be the name of a layer, found {quote(name)}", "such as LSTM", None
    if name in _ABSTRACT:
        return f"{name} is an abstract class, which no model holds", _ABSTRACT[name], None
    if name in ALIASES:
        return f"specc has no layer `{name}`", f"its name is `{ALIASES[name]}`", Fix(value=ALIASES[name])
    if name in _INSTEAD:
        return f"specc has no layer `{name}`", _INSTEAD[name], None
    slip = suggest_value(name, layers.HOMES)
    if slip.fix is None and _KERAS.fullmatch(name):
        return f"specc has no layer `{name}`: Keras does, but it is outside what specc compiles", None, None
    return f"unknown layer type {quote(name)}", *slip


def meant_class(name: Any) -> str | None:
    """The class that a `type` most likely means, known to specc or not; None where nobody can tell."""
    if not isinstance(name, str):
        return None
    if name in layers.HOMES or name in _ABSTRACT or name in _INSTEAD:
        return name
    if name in ALIASES:
        return ALIASES[name]
    if corrected(name, layers.HOMES) is None and _KERAS.fullmatch(name):
        return name
    hint = did_you_mean(name, layers.HOMES)
    return hint.split("`")[1] if hint else None


def explain_form(item: Any) -> str:
    """A hint for a layer that is no mapping."""
    found = re.match(r"\w+", item) if isinstance(item, str) else None
    cls = layers.find(found[0]) if found is not None else None
    if found is None or cls is None:
        return _EXAMPLE
    is_whole = found[0] == item and not any(field.is_required() for field in cls.model_fields.values())
    return f"write `{{type: {found[0]}{'' if is_whole else ', …'}}}`"


def explain_missing_type(item: Mapping[str, Any]) -> tuple[str | None, Advice]:
    """The key that stands where `type` should, if there is one, and what to do."""
    for key in item:
        if key in _OTHER_KEYS or corrected(key, ["type"]):
            is_class = meant_class(item[key]) is not None
            return key, Advice(f"write `type` instead of `{key}`", Fix(key="type") if is_class else None)
        if key in layers.HOMES:
            return key, Advice(f"write `{{type: {key}, …}}`")
        if (block := corrected(key, ["repeat", "include"])) is not None:
            return key, Advice(f"did you mean `{block}`?")
    return None, Advice(f"the name of a layer, {_EXAMPLE}")

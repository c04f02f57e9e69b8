"""The arguments of a layer as a spec writes them: renamed, converted, without defaults, each with its place.

What is dropped stands in tables here, by name. A key that no table and no layer knows is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specc import dialects
from specc.canonical import is_same, says_default
from specc.diagnostics import Path, did_you_mean
from specc.diagnostics.quote import quote
from specc.keras_files.era import Era
from specc.keras_files.reporting import Report
from specc.keras_files.values import Foreign, kind_of, read_activation, read_dtype, read_parameter
from specc.layers.base import Layer
from specc.spec.arguments import RENAMED as KERAS_1_NAMES
from specc.spec.arguments import VALUES

RENAMED: Mapping[str, tuple[str, ...]] = {
    **KERAS_1_NAMES,
    "alpha": ("alpha", "negative_slope"),
    "negative_slope": ("negative_slope", "alpha"),
}
"""Arguments of Keras 1, and of later ones that were renamed, with what the layers of specc call them."""

ANYTHING = object()
DROPPED: Mapping[str, Any] = {
    **dict.fromkeys(("name", "dtype", "input_dtype", "batch_input_shape", "batch_shape", "input_shape"), ANYTHING),
    **dict.fromkeys(("sparse", "ragged", "optional", "autocast", "use_cudnn", "seed", "unroll"), ANYTHING),
    **dict.fromkeys(("input_dim", "input_length", "implementation", "momentum", "build_config"), ANYTHING),
    **dict.fromkeys(("fused", "renorm_clipping", "renorm_momentum", "adjustment", "synchronized"), ANYTHING),
    "consume_less": ANYTHING,
    "output_shape": (None,),
    **dict.fromkeys(("lora_rank", "lora_alpha", "quantization_config", "quantization_mode"), (None,)),
    **dict.fromkeys(("time_major", "renorm", "rms_scaling", "keepdims", "zero_output_for_mask"), (False, None)),
    **dict.fromkeys(("weights", "virtual_batch_size", "num_constants", "noise_shape", "batch_size"), (None, 0)),
    **dict.fromkeys(("activity_regularizer", "constraint", "tensor", "input_tensor", "arguments"), (None, {})),
    "data_format": (None, "channels_last"),
    "mode": (0,),
    "dropout": ANYTHING,
    "groups": (1,),
    "interpolation": ("nearest",),
    "cell": (None,),
}
"""Arguments that files carry and specc's layers lack: where they say one of these things they change no result.

Types, shapes and seeds stand elsewhere or only count in training; ``implementation`` groups the same sums;
the ``dropout`` of Keras 1's Embedding works in training.
"""

_ADVICE = {
    "num_constants": "cells of specc take no constants: rebuild the model with RepeatVector and Concatenate, which put "
    "them beside the input",
    "time_major": "rebuild the model with the batch first, Permute in front where the data have the time first",
    "mode": "mode 0 can be; the others normalize with what the batch or the sample itself holds",
    "output_shape": "specc computes it: rebuild the model with Conv2DTranspose",
    "quantization_config": "save the model before it is quantized",
}
"""What to do about arguments that specc cannot do."""
_KERNEL_SIZES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
"""How Keras 1 wrote the size of a kernel."""
_PLACED = ("name", "batch_input_shape", "input_shape", "batch_size")
_SIZES = ("input_dim", "input_length")
"""What the Input of the spec says instead; an Embedding's are its own."""
_DATA_FORMATS = {**VALUES["dim_ordering"], "default": None}
_WHOLE = ("units", "filters", "output_dim", "input_dim", "n")
_RATES = ("rate", "dropout", "recurrent_dropout")
_ACTIVATIONS = ("activation", "recurrent_activation")
_SAME_FOR_FLOATS = ("float32", "float", "floatx", "")


@dataclass
class Translated:
    """fields: for the spec. places: the key in the spec -> the key in the config."""

    fields: dict[str, Any] = field(default_factory=dict)
    places: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def put(self, key: str, value: Any, *source: str) -> None:
        self.fields[key] = value
        self.places[key] = source


@dataclass(frozen=True)
class Arguments:
    """Translates the arguments of one layer. title: the layer as findings call it. path: of its config."""

    cls: type[Layer]
    title: str
    path: Path
    era: Era
    report: Report

    def translate(self, config: Mapping[str, Any], handled: tuple[str, ...] = ()) -> Translated:
        """handled: keys that the caller looks at itself."""
        found = Translated()
        known = self.cls.model_fields
        self._check_dtype(config)
        for keys in _KERNEL_SIZES:
            if "kernel_size" in known and all(key in config for key in keys):
                found.put("kernel_size", [config[key] for key in keys], keys[0])
                handled = (*handled, *keys)
        for key, value in config.items():
            if key in handled:
                continue
            name = next((new for new in RENAMED.get(key, (key,)) if new in known), key)
            if name not in known or key in _PLACED or (key in _SIZES and self.cls.__name__ != "Embedding"):
                self._drop(key, value)
            elif not self._is_idle(name, value):
                self._convert(found, name, key, value)
        for key, value in self.era.missing.items():
            if key in known and key not in found.fields and key not in config:
                found.put(key, value)
        self._leave_out_defaults(found)
        return found

    def _is_idle(self, name: str, value: Any) -> bool:
        """Whether an argument of the layer changes no result and has a value that specc's layer would refuse."""
        if name == "implementation":  # groups the same sums in another way
            return value not in (0, 1, 2, "cpu", "mem", "gpu") or (
                self.cls.__name__ == "SimpleRNN" and value in (2, "gpu")
            )
        return name == "seed" and isinstance(value, Mapping | float)

    def _check_dtype(self, config: Mapping[str, Any]) -> None:
        name = read_dtype(config.get("dtype"))
        if name is not None and name.startswith(("mixed_", "float16", "bfloat16", "float64")):
            message = f"{self.title} computes in {name}; specc computes in float32"
            self.report.warn_once("K721", (*self.path, "dtype"), message)

    def _drop(self, key: str, value: Any) -> None:
        """Leave out what changes no result; report the rest."""
        allowed = DROPPED.get(key)
        if allowed is ANYTHING or (isinstance(allowed, tuple) and any(is_same(value, item) for item in allowed)):
            return
        if key.endswith(("_regularizer", "_constraint", "_initializer")) or key == "activity_regularizer":
            if value is not None:
                self.report.drop(f"`{key}` of {self.title}")
            return
        if allowed is not None:
            message = f"{self.title} has `{key}` {quote(value)}, which specc cannot do"
            self.report.error("K713", (*self.path, key), message, _ADVICE.get(key))
            return
        unknown = "it is no argument of Keras, and nobody knows what it does: rebuild the model without it"
        hint = did_you_mean(key, self.cls.model_fields) or unknown
        self.report.error("K712", (*self.path, key), f"{self.title} has an unknown argument `{key}`", hint, "key")

    def _convert(self, found: Translated, name: str, key: str, value: Any) -> None:
        """Put one argument, in the form that specc's layer takes."""
        kind = kind_of(name)
        try:
            if kind is not None:
                value = read_parameter(kind, value)[0]
            elif name in _ACTIVATIONS:
                value = read_activation(value)
        except Foreign as error:
            self._refuse_foreign(name, key, kind, error)
            return
        found.put(name, _normalize(name, key, value), key)

    def _refuse_foreign(self, name: str, key: str, kind: str | None, error: Foreign) -> None:
        where = (*self.path, key)
        if kind is None:
            message = f"{self.title} has {error} as its {name}"
            hint = "specc knows the activations of Keras by name; others are no data but code"
            self.report.error("K713", where, message, hint)
            return
        message = f"the {kind} of {self.title} is not known, and left out: {error}"
        hint = "it works in training; with stored weights it changes nothing"
        self.report.warn("K722", where, message, hint)

    def _leave_out_defaults(self, found: Translated) -> None:
        """Drop what the layer would have anyway, so that the spec says what matters."""
        facts = dialects.find(self.era.dialect, _version(self.era))
        for key in list(found.fields):
            value, kind = found.fields[key], kind_of(key)
            record = value if kind is None else read_parameter(kind, value)[1]
            if says_default(self.cls, key, record, facts):
                del found.fields[key], found.places[key]


def _version(era: Era) -> dialects.Version | None:
    return None if era.version is None else dialects.parse_version(era.version)


def _normalize(name: str, key: str, value: Any) -> Any:
    if name == "data_format":
        return _DATA_FORMATS.get(value, value) if isinstance(value, str) else value
    if key == "consume_less" and isinstance(value, str):
        return VALUES["consume_less"].get(value, 1)
    if key == "forget_bias_init":
        return value == "one"
    if name in _RATES and isinstance(value, int | float) and not isinstance(value, bool):
        return min(max(value, 0.0), 1.0)  # as Keras 2 does
    if name in _WHOLE and isinstance(value, float) and value.is_integer():
        return int(value)
    if key == "padding" and isinstance(value, list) and len(value) == 4:
        return [value[:2], value[2:]]  # Keras 1: top, bottom, left, right
    if name == "axis" and isinstance(value, list) and len(value) == 1:
        return value[0]
    return value

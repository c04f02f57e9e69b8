"""The input of a model whose first layer carries its shape, and the Input layers of one that has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc.diagnostics import Path
from specc.diagnostics.quote import quote
from specc.keras_files.layers import Item
from specc.keras_files.reporting import Report
from specc.keras_files.values import read_dtype

_SHAPE_KEYS = ("batch_input_shape", "batch_shape")
_TYPES = {
    **dict.fromkeys(("float32", "float16", "bfloat16", "float64", "float", "double", "half"), "float32"),
    **dict.fromkeys(("int8", "int16", "int32", "uint8", "uint16", "int"), "int32"),
    **dict.fromkeys(("int64", "uint32", "uint64", "long"), "int64"),
    "bool": "bool",
}

Found = tuple[list[Any], Path, Mapping[str, Any]]


def find_shape(data: Any, path: Path) -> Found | None:
    """(shape with the batch, where it stands, the config it stands in) of the input of a layer; None without one.

    A wrapper's may stand on the layer inside, and a model's on its first layer.
    """
    config = data.get("config") if isinstance(data, Mapping) else None
    at: Path = (*path, "config")
    if isinstance(config, list):
        config = {"layers": config}
        first, inner = (config["layers"] or [None])[0], (*at, 0)
    elif isinstance(config, Mapping):
        for key in _SHAPE_KEYS:
            if isinstance(config.get(key), list) and config[key]:
                return config[key], (*at, key), config
        layers = config.get("layers")
        first, inner = (layers[0], (*at, "layers", 0)) if isinstance(layers, list) and layers else (None, at)
        if isinstance(config.get("layer"), Mapping):
            first, inner = config["layer"], (*at, "layer")
    else:
        return None
    found = find_shape(first, inner) if first is not None else None
    return found or _from_sizes(config, at) or _from_build(data, path)


def _from_sizes(config: Mapping[str, Any], path: Path) -> Found | None:
    """Keras 1: `input_dim` is the width, `input_length` the number of steps; of an Embedding only the latter."""
    width, length = config.get("input_dim"), config.get("input_length")
    if isinstance(width, int) and ("output_dim" in config or "units" in config or "nb_filter" in config):
        if "mask_zero" in config:
            return [None, length], (*path, "input_dim"), config
        is_sequence = "input_length" in config or "return_sequences" in config
        return ([None, length, width] if is_sequence else [None, width]), (*path, "input_dim"), config
    return None


def _from_build(data: Any, path: Path) -> Found | None:
    """tf.keras and Keras 3 note what a layer was built for."""
    build = data.get("build_config") if isinstance(data, Mapping) else None
    shape = build.get("input_shape") if isinstance(build, Mapping) else None
    if isinstance(shape, list) and shape and not isinstance(shape[0], list):
        return shape, (*path, "build_config", "input_shape"), data["config"]
    return None


def make_input(found: Found, path: Path, takes_ids: bool, report: Report) -> Item | None:
    """The Input layer of a shape. path: of the layer that has it. takes_ids: an Embedding comes first."""
    shape, at, config = found
    fields: dict[str, Any] = {"shape": shape[1:]}
    places: dict[Path, Path] = {("shape",): at}
    if shape[0] is not None:
        fields["batch_size"] = shape[0]
        places[("batch_size",)] = (*at, 0)
    key = "input_dtype" if "input_dtype" in config else "dtype"
    name = read_dtype(config.get(key)) or "float32"
    dtype = "int32" if takes_ids else _TYPES.get(name.removeprefix("mixed_"))
    if dtype is None:
        message = f"the input is of type {quote(name)}, which specc cannot take"
        report.error("K713", (*path, "config", key), message, "numbers and bool can be")
        return None
    if dtype != "float32":
        fields["dtype"] = dtype
        places[("dtype",)] = (*path, "config", key) if key in config else at
    return Item("Input", path, fields, places)

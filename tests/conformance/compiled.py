"""A spec compiled with given arrays, and run."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import save_file

import specc
from tests.conformance.equations import Cell

Array = NDArray[Any]


def layer_of(cell: Cell, **arguments: Any) -> dict[str, Any]:
    """The spec of a layer with this cell."""
    layer: dict[str, Any] = {"type": cell.kind, "units": cell.units, "activation": cell.activation}
    if cell.kind != "SimpleRNN":
        layer["recurrent_activation"] = cell.recurrent_activation
    if cell.kind == "GRU":
        layer["reset_after"] = cell.reset_after
    return layer | {"use_bias": cell.bias is not None, **arguments}


def arrays_of(cell: Cell, scope: str) -> dict[str, Array]:
    """The weights of a cell by specc's names."""
    arrays = {"kernel": cell.kernel, "recurrent_kernel": cell.recurrent_kernel, "bias": cell.bias}
    return {f"{scope}/{name}": a.astype(np.float32) for name, a in arrays.items() if a is not None}


def compile_spec(
    layers: Sequence[Mapping[str, Any]], arrays: Mapping[str, Array], *, opset: int = 17, **header: Any
) -> bytes:
    """The compiled file of a spec with these weights."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.safetensors"
        save_file(dict(arrays), file)
        return specc.load({"specc": 1, **header, "layers": list(layers)}).compile(weights=file, opset=opset)


def run_file(model: bytes, feeds: Mapping[str, Any]) -> dict[str, Array]:
    """The outputs by name; floats are fed as float32."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    typed = {name: x.astype(np.float32) if x.dtype == np.float64 else x for name, x in feeds.items()}
    return dict(zip(names, session.run(None, typed), strict=True))

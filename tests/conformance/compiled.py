"""A spec compiled with given arrays, and run: for ONNX, or for whatever target the test runs under."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

import specc
from specc.diagnostics import SpecError
from specc.targets import Target
from tests.conformance.equations import Cell
from tests.generated import Generated

Array = NDArray[Any]

target: Target = "onnx"
"""What tests compile for; the fixture ``conformance_target`` sets it."""
each_target = pytest.mark.usefixtures("conformance_target")
"""A test of what every target computes."""


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
) -> Any:
    """A spec with these weights, compiled for the target of the test."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.safetensors"
        save_file(dict(arrays), file)
        return compile_model(specc.load({"specc": 1, **header, "layers": list(layers)}), weights=file, opset=opset)


def compile_model(model: specc.Model, *, weights: Path | None = None, opset: int = 17) -> Any:
    """A model compiled for the target of the test: the bytes of an ONNX file, or a loaded module."""
    if target == "onnx":
        return model.compile(weights=weights, opset=opset)
    try:
        return Generated(model, target, weights)
    except SpecError as error:
        if {finding.code for finding in error.diagnostics} == {"T601"}:
            pytest.skip(f"refused: {error}")
        raise


def open_session(model: Any) -> Any:
    """What runs a compiled model and carries its states: a session, or a module that is called like one."""
    return model if isinstance(model, Generated) else specc.Session(model)


def run_file(model: Any, feeds: Mapping[str, Any]) -> dict[str, Array]:
    """The outputs by name, states among them; floats are fed as float32."""
    if isinstance(model, Generated):
        return model.run_all(feeds)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    typed = {name: x.astype(np.float32) if x.dtype == np.float64 else x for name, x in feeds.items()}
    return dict(zip(names, session.run(None, typed), strict=True))

"""One printer an op, ``print_all_true`` for ``AllTrue``: from a record of what it computes to nodes."""

from __future__ import annotations

import re
from importlib import import_module

from specc import ops
from specc.targets.onnx.builder import Arrays, Builder

HOMES = {
    "Activate": "elementwise",
    "AllTrue": "masks",
    "AnyNonZero": "masks",
    "AnyNotEqual": "masks",
    "AnyTrue": "masks",
    "Attend": "attention",
    "BatchNorm": "normalization",
    "Cast": "elementwise",
    "Combine": "elementwise",
    "Concat": "shaping",
    "Contract": "attention",
    "Convolve": "convolutions",
    "ConvolveDepthwise": "convolutions",
    "ConvolveTransposed": "convolutions",
    "Crop": "resizing",
    "Dropout": "elementwise",
    "Flip": "shaping",
    "Gather": "products",
    "GlobalPool": "pooling",
    "Interpolate": "resizing",
    "LayerNorm": "normalization",
    "Linear": "products",
    "Logical": "masks",
    "Noise": "elementwise",
    "NotEqual": "masks",
    "Pad": "resizing",
    "Pool": "pooling",
    "Rectify": "rectifiers",
    "RectifyEach": "rectifiers",
    "Recurrent": "recurrent",
    "Repeat": "shaping",
    "RepeatSteps": "resizing",
    "Reshape": "shaping",
    "Softmax": "normalization",
    "Split": "shaping",
    "Transpose": "shaping",
    "UnitLength": "normalization",
    "Unsqueeze": "shaping",
    "Where": "elementwise",
}
"""Op -> the module of its printer, imported when a program first has the op."""


def print_op(b: Builder, op: ops.Op, arrays: Arrays) -> tuple[str, ...]:
    """Append the nodes of an op; returns the names of its outputs."""
    name = type(op).__name__
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    printer = getattr(import_module(f"specc.targets.onnx.{HOMES[name]}"), f"print_{words}")
    result: str | tuple[str, ...] = printer(b, op, arrays)
    return (result,) if isinstance(result, str) else result

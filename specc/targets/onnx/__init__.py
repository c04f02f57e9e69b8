"""The ONNX target: a program becomes a small file on native recurrent ops."""

from __future__ import annotations

from specc.targets.onnx.writing import DEFAULT_OPSET, OPSETS, write_model

__all__ = ["DEFAULT_OPSET", "OPSETS", "write_model"]

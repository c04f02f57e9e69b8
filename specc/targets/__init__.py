"""The targets: each prints a program in a language of its own."""

from __future__ import annotations

from typing import Literal, get_args

Target = Literal["onnx", "numpy", "torch", "keras"]
TARGETS: tuple[Target, ...] = get_args(Target)
PYTHON_TARGETS: dict[Target, str] = {"numpy": ".npz", "torch": ".safetensors", "keras": ".safetensors"}
"""Targets that write a module, with the ending of the file for its weights. Each is a package here that has
``write_module(outline, arrays)``; that of ``keras``, which prints the layers themselves, takes the graph too."""

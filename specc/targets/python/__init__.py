"""What the Python targets share: from a program and templates to a module that reads as if a person had written it."""

from __future__ import annotations

from specc.targets.python.environment import environment
from specc.targets.python.files import PythonFiles, plain_arrays
from specc.targets.python.introduction import introduction
from specc.targets.python.layout import lay_out
from specc.targets.python.outline import Layer, Outline
from specc.targets.python.printing import Module, Unsupported

__all__ = [
    "Layer",
    "Module",
    "Outline",
    "PythonFiles",
    "Unsupported",
    "environment",
    "introduction",
    "lay_out",
    "plain_arrays",
]

"""The NumPy target: a module that needs NumPy alone, and shows the equations."""

from __future__ import annotations

from specc.targets.numpy.writing import write_module

__all__ = ["write_module"]

"""The Keras target: the layers as calls of Keras 3, with the formulas of the dialect that the model is written in."""

from __future__ import annotations

from specc.targets.keras.writing import write_module

__all__ = ["write_module"]

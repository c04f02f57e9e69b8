"""The PyTorch target: an nn.Module that trains as Keras would."""

from __future__ import annotations

from specc.targets.torch.writing import write_module

__all__ = ["write_module"]

"""specc compiles declarative recurrent-model specs to ONNX and Python.

``load`` reads and validates a spec, ``Model.compile`` writes it for a target, ``Session`` runs a compiled model.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc.diagnostics import SpecError as SpecError
    from specc.model import Model as Model
    from specc.model import load as load
    from specc.runtime import Session as Session

__version__ = "0.1.0"
__all__ = ["Model", "Session", "SpecError", "load"]

_HOMES = {
    "Model": "specc.model",
    "Session": "specc.runtime",
    "SpecError": "specc.diagnostics",
    "load": "specc.model",
}


def __getattr__(name: str) -> object:
    """Import a public name from its home when it is first asked for, so that light commands stay light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'specc' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

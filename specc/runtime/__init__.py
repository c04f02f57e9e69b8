"""Run a compiled model with onnxruntime: checked inputs, carried state."""

from specc.runtime.session import Session as Session
from specc.runtime.signature import SessionError as SessionError
from specc.runtime.signature import Slot as Slot

__all__ = ["Session", "SessionError", "Slot"]

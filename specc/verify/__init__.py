"""Whether a model's targets agree: each is compiled, run on the same inputs, and compared with the ONNX file."""

from __future__ import annotations

from specc.verify.feeds import Case, make_cases, recorded_case
from specc.verify.report import Report
from specc.verify.verifying import verify

__all__ = ["Case", "Report", "make_cases", "recorded_case", "verify"]

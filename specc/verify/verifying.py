"""Compile to every target that is here, run all on the same cases, and compare."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from specc.diagnostics import SpecError
from specc.targets import TARGETS, Target
from specc.verify.feeds import Array, Case, make_cases
from specc.verify.report import Report
from specc.verify.runners import NotInstalled, Runner, open_target

if TYPE_CHECKING:
    from specc.model import Model

TOLERANCE = 1e-5


def verify(model: Model, *, cases: Iterable[Case] | None = None, seed: int = 0, tolerance: float = TOLERANCE) -> Report:
    """The differences between the targets of a model, and from what a case expects.

    cases: default: seeded ones, compared with the ONNX file. Raises SpecError where not even that can be written.
    """
    report = Report(tolerance)
    with tempfile.TemporaryDirectory(prefix="specc-verify-") as folder:
        runners: dict[Target, Runner] = {"onnx": open_target(model, "onnx", Path(folder))}
        for target in TARGETS[1:]:
            try:
                runners[target] = open_target(model, target, Path(folder))
            except NotInstalled as error:
                report.absent[target] = str(error)
            except SpecError as error:
                finding = error.diagnostics[0]
                report.absent[target] = f"{finding.code}: {finding.message}"
            except Exception as error:  # a module that does not load is a result too
                report.failures[target] = f"{type(error).__name__} as the module is loaded: {_first_line(error)}"
        for case in make_cases(model.graph.program, seed) if cases is None else cases:
            _compare(case, runners, report)
    return report


def _compare(case: Case, runners: dict[Target, Runner], report: Report) -> None:
    reference = runners["onnx"](case.calls)
    row = report.differences.setdefault(case.name, {})
    if case.expected is not None:
        expected = list(case.expected.values())
        row["onnx"] = _difference(reference, expected)
        reference = expected
    for target, run in runners.items():
        if target == "onnx" or target in report.failures:
            continue
        try:
            row[target] = _difference(run(case.calls), reference)
        except Exception as error:  # whatever a framework raises is the result
            report.failures[target] = f"{type(error).__name__} in `{case.name}`: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def _difference(found: list[Array], expected: list[Array]) -> float:
    """The largest difference, relative to 1 + |expected|; infinite for other shapes, or where one is no number."""
    if [a.shape for a in found] != [b.shape for b in expected]:
        return float("inf")
    largest = 0.0
    for a, b in zip(found, expected, strict=True):
        x, y = a.astype(np.float64), b.astype(np.float64)
        if not np.array_equal(np.isnan(x), np.isnan(y)):
            return float("inf")
        with np.errstate(invalid="ignore"):
            errors = np.where((x == y) | np.isnan(y), 0.0, np.abs(x - y) / (1 + np.abs(y)))
        largest = max(largest, float(np.max(errors, initial=0.0)))
    return largest

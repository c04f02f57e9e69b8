"""The targets that tests of computed numbers run under.

A plain run takes ONNX whole, and every fifth case of NumPy; ``.ci/run`` takes them all, and those of PyTorch
and Keras.
"""

from __future__ import annotations

import zlib

import pytest

from specc.targets import Target
from tests.conformance import compiled

TARGETS = (
    "onnx",
    "numpy",
    "torch",
    "keras",
)
SHARE = 5
HEAVY = ("torch", "keras")
"""Targets whose modules need a framework that a plain run does without."""


@pytest.fixture(params=TARGETS)
def conformance_target(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Target:
    """One target after the other; ``compiled`` compiles for it."""
    chosen: Target = request.param
    if chosen in HEAVY:
        pytest.importorskip(chosen, reason=f"{chosen} is not installed")
    monkeypatch.setattr(compiled, "target", chosen)
    return chosen


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a plain run leaves out; a case that is taken is taken every time."""
    for item in items:
        case = getattr(item, "callspec", None)
        chosen = "onnx" if case is None else case.params.get("conformance_target", "onnx")
        if case is not None and "keras" in (chosen, case.params.get("target")):
            item.add_marker(pytest.mark.filterwarnings("ignore"))  # what Keras warns of is its own to mend
        if chosen in HEAVY or (chosen != "onnx" and zlib.crc32(item.nodeid.encode()) % SHARE):
            item.add_marker("parity")

"""The targets that tests of computed numbers run under.

A plain run takes ONNX whole, and every fifth case of each other target but PyTorch, which it does not need;
``.ci/run`` takes them all.
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
)
SHARE = 5


@pytest.fixture(params=TARGETS)
def conformance_target(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Target:
    """One target after the other; ``compiled`` compiles for it."""
    chosen: Target = request.param
    if chosen == "torch":
        pytest.importorskip("torch", reason="PyTorch is not installed")
    monkeypatch.setattr(compiled, "target", chosen)
    return chosen


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a plain run leaves out; a case that is taken is taken every time."""
    for item in items:
        case = getattr(item, "callspec", None)
        chosen = "onnx" if case is None else case.params.get("conformance_target", "onnx")
        if chosen == "torch" or (chosen != "onnx" and zlib.crc32(item.nodeid.encode()) % SHARE):
            item.add_marker("parity")

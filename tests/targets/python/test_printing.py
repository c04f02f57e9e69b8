"""The module in the making: what a target lacks is a finding at the layer, and definitions are shared by their text."""

from __future__ import annotations

from typing import Any

import pytest
from markupsafe import Markup

import specc
from specc.targets.numpy.module import NumpyModule
from specc.targets.python import Unsupported
from tests.loading import load_text

TEXT = """
specc: 1
layers:
  - {type: Input, name: x, shape: [null, 4]}
  - {type: LSTM, name: lstm, units: 3}
  - {type: Dense, name: dense, units: 2}
  - {type: Dense, name: other, units: 2, activation: tanh}
"""


def lacks(*_: Any) -> Markup:
    raise Unsupported("does no products", "use another", field="units")


def test_what_a_target_lacks_is_told_layer_by_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    found = NumpyModule.__init__

    def without(self: NumpyModule, *arguments: Any) -> None:
        found(self, *arguments)
        self.macros = {name: macro for name, macro in self.macros.items() if name != "recurrent"} | {"linear": lacks}

    monkeypatch.setattr(NumpyModule, "__init__", without)
    model = load_text(TEXT)
    with pytest.raises(specc.SpecError) as caught:
        model.compile("numpy")
    assert caught.value.document is model.document
    assert [(finding.code, finding.path, finding.message, finding.hint) for finding in caught.value.diagnostics] == [
        ("T601", ("layers", 1), "LSTM `lstm`: the numpy target has no way to compute Recurrent", None),
        ("T601", ("layers", 2, "units"), "Dense `dense`: the numpy target does no products", "use another"),
        ("T601", ("layers", 3, "units"), "Dense `other`: the numpy target does no products", "use another"),
    ]


def test_definitions() -> None:
    m = NumpyModule(load_text(TEXT)._outline())

    def define(wanted: str, body: str) -> str:
        return m.define(wanted, lambda name: Markup(f"def {name}(): return {body}\n"))

    assert [define("f", "1"), define("f", "2"), define("f", "1"), define("g", "1")] == ["f", "f_1", "f", "g"]
    assert define("lstm", "1") == "lstm_1"  # the layer has the name
    assert m.definitions == [
        "def f(): return 1",
        "def f_1(): return 2",
        "def g(): return 1",
        "def lstm_1(): return 1",
    ]

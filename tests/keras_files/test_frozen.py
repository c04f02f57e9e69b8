"""What is frozen inside wrappers and models decides the order of arrays in .h5 files, in Keras 3 otherwise than before.

The orders below are those of tf_keras 2.21 and Keras 3.15, recorded from the names in files that they wrote
(tests/parity/test_whole_files.py has both write such models).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.keras_files.files import layer, numbers, sequential, write_h5

FROZEN = {"trainable": False}


def cell(name: str, **flags: Any) -> dict[str, Any]:
    return layer("SimpleRNNCell", name, units=3, use_bias=False, **flags)


def inner(**flags: Any) -> dict[str, Any]:
    """Every wrapper, with frozen parts; all kernels are (3, 3), so that nothing but order tells them apart."""
    rnn = layer("SimpleRNN", "fw", units=3, use_bias=False, return_sequences=True)
    dense = layer("Dense", "in", units=3, use_bias=False)
    model = sequential(
        layer("Bidirectional", "bi", merge_mode="sum", layer=rnn, batch_input_shape=[None, 5, 3], **FROZEN),
        layer("RNN", "stack", cell=[cell("a", **FROZEN), cell("b")], return_sequences=True),
        layer("RNN", "one", cell=cell("c"), return_sequences=True, **FROZEN),
        layer("TimeDistributed", "td", layer={**dense, "config": {**dense["config"], **FROZEN}}),
        layer("Dense", "d", units=3, use_bias=False),
    )
    model["config"] |= {"name": "inner", **flags}
    return model


ALL = ["bi/forward", "bi/backward", "stack/cell_0", "stack/cell_1", "one/cell", "td/layer", "d"]
ORDERS = {
    # Keras 3 asks the layer or cell that owns the weights.
    "3.15.0": ["bi/forward", "bi/backward", "stack/cell_1", "one/cell", "d", "stack/cell_0", "td/layer"],
    # Before, what stands inside something frozen is frozen.
    "2.21.0": ["stack/cell_1", "d", "bi/forward", "bi/backward", "stack/cell_0", "one/cell", "td/layer"],
    "2.2.4": ["stack/cell_1", "d", "bi/forward", "bi/backward", "stack/cell_0", "one/cell", "td/layer"],
}


def kernels(scope: str) -> list[str]:
    return ["kernel"] if scope in ("td/layer", "d") else ["kernel", "recurrent_kernel"]


def check(folder: Path, model: dict[str, Any], version: str, order: list[str]) -> None:
    names = [f"{scope}/{kernel}" for scope in order for kernel in kernels(scope)]
    stored = {name: numbers(3, 3, seed=i) for i, name in enumerate(names)}
    outer = sequential(model, keras_version=version)
    found = specc.load(write_h5(folder / "m.h5", {"inner": list(stored.values())}, outer, version)).arrays()
    assert set(found) == {f"inner_{name}" for name in stored}
    for name, array in stored.items():
        np.testing.assert_array_equal(found[f"inner_{name}"], array, err_msg=name)


@pytest.mark.parametrize("version", ORDERS)
def test_frozen_parts(tmp_path: Path, version: str) -> None:
    check(tmp_path, inner(), version, ORDERS[version])


def test_a_frozen_model(tmp_path: Path) -> None:
    """Keras 3 lists its layers one after the other, the others what could be trained first."""
    check(tmp_path, inner(**FROZEN), "3.15.0", ALL)
    check(tmp_path, inner(**FROZEN), "2.21.0", ORDERS["2.21.0"])

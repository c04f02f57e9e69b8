"""The Keras that a dialect is compared with: tf_keras for ``keras2`` and ``tf.keras``, Keras 3 for ``keras3``."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

DIALECTS = ("keras2", "tf.keras", "keras3")
KERAS_2_DEFAULTS: dict[str, dict[str, Any]] = {
    "LSTM": {"recurrent_activation": "hard_sigmoid"},
    "LSTMCell": {"recurrent_activation": "hard_sigmoid"},
    "GRU": {"recurrent_activation": "hard_sigmoid", "reset_after": False},
    "GRUCell": {"recurrent_activation": "hard_sigmoid", "reset_after": False},
}
"""Where the defaults of Keras 2 are not those of tf_keras."""


@cache
def load(dialect: str) -> Any:
    """The module of the dialect's Keras; skips the test where it is not installed."""
    tensorflow = pytest.importorskip("tensorflow", reason="comparison with Keras needs TensorFlow")
    # Traced functions take a second for each shape, and compute the same.
    tensorflow.config.run_functions_eagerly(True)
    if dialect != "keras3":
        return pytest.importorskip("tf_keras", reason="comparison with Keras 2 and tf.keras needs tf_keras")
    keras = pytest.importorskip("keras", reason="comparison with Keras 3 needs keras")
    if not keras.__version__.startswith("3."):
        pytest.skip(f"comparison with Keras 3 needs Keras 3, found {keras.__version__}")
    return keras


def tensor(array: Any) -> Any:
    """A tensor that Keras takes wherever it wants one."""
    return pytest.importorskip("tensorflow").convert_to_tensor(array)

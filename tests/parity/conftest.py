"""Comparison with Keras itself. Skips where tf_keras or Keras 3 is not installed; run with ``-m parity``."""

from __future__ import annotations

import os

import pytest

# TensorFlow reads these as it is imported, which the first test does (see frameworks).
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What TensorFlow and Keras warn of is theirs to mend."""
    for item in items:
        if item.get_closest_marker("parity"):
            item.add_marker(pytest.mark.filterwarnings("ignore"))

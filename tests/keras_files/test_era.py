"""Which Keras wrote a file, from its version and, without one, from its form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import specc
from tests.keras_files.files import layer, numbers, sequential, translated, write_h5

OLD = {"class_name": "Sequential", "config": [layer("Dense", "d", output_dim=2, batch_input_shape=[None, 3])]}
DENSE = layer("Dense", "d", units=2, batch_input_shape=[None, 3])
MODERN = layer("Dense", "d", units=2) | {"registered_name": None}
KERAS_3 = sequential(layer("InputLayer", "i", batch_shape=[None, 3]), MODERN)


@pytest.mark.parametrize(
    ("version", "dialect", "kept"),
    [
        ("1.2.2", "keras1", "1.2.2"),
        ("2.0.0", "keras2", "2.0.0"),
        ("2.3.1", "keras2", "2.3.1"),
        ("2.2.4-tf", "tf.keras", "2.2.4-tf"),
        ("2.4.0", "tf.keras", "2.4.0"),
        ("2.21.0", "tf.keras", "2.21.0"),
        ("2.5.0rc1+local", "tf.keras", "2.5.0"),
        ("3.9.2", "keras3", "3.9.2"),
        ("3.0.0.dev2023100403", "keras3", "3.0.0"),
        ("tfjs-layers 3.1.0", "keras2", None),
    ],
)
def test_version(version: str, dialect: str, kept: str | None) -> None:
    data = translated(sequential(DENSE, keras_version=version))
    assert (data["dialect"], data.get("keras_version")) == (dialect, kept)


@pytest.mark.parametrize(
    ("model", "dialect"),
    [(KERAS_3, "keras3"), (sequential(DENSE), "keras2"), (OLD, "keras2")],
)
def test_without_a_version(model: dict[str, Any], dialect: str) -> None:
    assert translated(model)["dialect"] == dialect


def test_keras_1_without_a_version() -> None:
    gru = layer("GRU", "g", output_dim=2, inner_activation="hard_sigmoid", batch_input_shape=[None, 5, 3])
    assert translated({"class_name": "Sequential", "config": [gru]})["dialect"] == "keras1"


def test_the_user_decides() -> None:
    model = sequential(DENSE, keras_version="2.2.4")
    assert translated(model, dialect="tf.keras")["dialect"] == "tf.keras"
    assert translated(model, dialect="keras3").get("keras_version") is None


def test_weights_without_a_version_are_of_keras_1(tmp_path: Path) -> None:
    file = write_h5(tmp_path / "m.h5", {"d": [numbers(3, 2), numbers(2)]}, OLD, version=None)
    assert specc.load(file).spec.dialect.name == "keras1"


def test_kernels_of_theano_are_mirrored(tmp_path: Path) -> None:
    conv = layer("Conv1D", "c", filters=2, kernel_size=[3], batch_input_shape=[None, 5, 3])
    model, kernel = sequential(conv, keras_version="2.1.3"), numbers(3, 3, 2)
    arrays = [
        specc.load(write_h5(tmp_path / f"{name}.h5", {"c": [k, numbers(2)]}, model, "2.1.3", name)).arrays()
        for name, k in (("theano", kernel[::-1]), ("tensorflow", kernel))
    ]
    assert (arrays[0]["c/kernel"] == arrays[1]["c/kernel"]).all()

"""The module of the keras target in Keras itself: training arguments arrive, and what it trained comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.parity import frameworks

pytestmark = pytest.mark.parity

LAYERS: list[dict[str, Any]] = [
    {"type": "Input", "name": "x", "shape": [None, 3]},
    {"type": "Masking"},
    {
        "type": "LSTM",
        "units": 4,
        "return_sequences": True,
        "kernel_regularizer": {"type": "l1_l2", "l1": 0.1, "l2": 0.2},
        "recurrent_regularizer": "l2",
        "kernel_constraint": {"type": "max_norm", "max_value": 1.5},
        "bias_constraint": "non_neg",
        "kernel_initializer": {"type": "random_normal", "stddev": 0.02, "seed": 3},
        "recurrent_initializer": {"type": "orthogonal", "gain": 1.2},
        "dropout": 0.25,
        "recurrent_dropout": 0.5,
    },
    {"type": "Bidirectional", "layer": {"type": "GRU", "units": 3}},
    {"type": "Dense", "units": 2, "kernel_regularizer": "l1"},
]


def build(tmp_path: Path, dialect: str) -> tuple[specc.Model, dict[str, Any]]:
    """The model, and the names of its module."""
    frameworks.load("keras3")
    model = specc.load({"specc": 1, "dialect": dialect, "layers": LAYERS})
    file = tmp_path / "model.py"
    model.compile("keras", output=file)
    names: dict[str, Any] = {"__name__": "generated", "__file__": str(file)}
    exec(compile(file.read_text(), str(file), "exec"), names)
    return model, names


@pytest.mark.parametrize("dialect", ["keras2", "tf.keras", "keras3"])
def test_training_arguments_are_keras_own(dialect: str, tmp_path: Path) -> None:
    keras = frameworks.load("keras3")
    _, names = build(tmp_path, dialect)
    found = names["load"]().get_layer("lstm").get_config()
    wanted = keras.layers.LSTM(
        4,
        return_sequences=True,
        recurrent_activation=names.get("hard_sigmoid", "hard_sigmoid") if dialect == "keras2" else "sigmoid",
        kernel_regularizer=keras.regularizers.L1L2(0.1, 0.2),
        recurrent_regularizer="l2",
        kernel_constraint=keras.constraints.MaxNorm(1.5),
        bias_constraint="non_neg",
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.02, seed=3),
        recurrent_initializer=keras.initializers.Orthogonal(1.2),
        dropout=0.25,
        recurrent_dropout=0.5,
        name="lstm",
    ).get_config()
    assert found == wanted


@pytest.mark.parametrize("dialect", ["keras2", "keras3"])
@pytest.mark.parametrize("form", ["safetensors", "keras"])
def test_what_keras_trained_compiles(dialect: str, form: str, tmp_path: Path) -> None:
    keras = frameworks.load("keras3")
    spec, names = build(tmp_path, dialect)
    model = names["load"]()
    generator = np.random.default_rng(0)
    x, y = (generator.normal(size=size).astype(np.float32) for size in ((16, 5, 3), (16, 2)))
    x[:, 3:] = 0
    before = keras.ops.convert_to_numpy(model(x))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, y, epochs=2, verbose=0)
    file = tmp_path / f"trained.{form}"
    if form == "safetensors":
        names["save_weights"](model, file)
    else:
        model.save(file)
    (found,) = specc.Session(spec.compile(weights=file)).run(None, {"x": x})
    expected = keras.ops.convert_to_numpy(model(x))
    assert np.abs(expected - before).max() > 1e-3
    assert np.max(np.abs(found - expected) / (1 + np.abs(expected))) <= 1e-5
    again = names["load"](file) if form == "safetensors" else keras.saving.load_model(file)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(again(x)), expected, atol=1e-6)

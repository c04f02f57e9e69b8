"""Whole models through every kind of file that Keras writes: what specc makes of the file computes the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.parity import frameworks
from tests.parity.comparison import compare
from tests.parity.whole_files import random_models
from tests.parity.whole_files.architectures import ARCHITECTURES, WIDTH
from tests.parity.whole_files.saving import check_files, feed, randomize, run, save

pytestmark = pytest.mark.parity

KERASES = ("tf.keras", "keras3")
POLICIES = ("mixed_float16", "mixed_bfloat16", "float64", "bfloat16", "float16")


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("dialect", KERASES)
def test_picked_by_hand(dialect: str, name: str, tmp_path: Path) -> None:
    check_files(frameworks.load(dialect), ARCHITECTURES[name], tmp_path)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("dialect", KERASES)
def test_drawn(dialect: str, seed: int, tmp_path: Path) -> None:
    check_files(frameworks.load(dialect), lambda keras: random_models.build(keras, seed), tmp_path)


def of_several_layers(keras: Any) -> Any:
    k = keras.layers
    start = {"recurrent_initializer": "glorot_uniform"}  # TensorFlow makes no orthogonal matrix of bfloat16
    x = keras.Input((None, WIDTH))
    y = k.BatchNormalization()(k.Conv1D(4, 2, padding="causal")(x))
    y = k.Bidirectional(k.LSTM(3, return_sequences=True, **start))(y)
    return keras.Model(x, k.Dense(2)(k.GRU(3, **start)(k.LayerNormalization()(y))))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("dialect", KERASES)
def test_policies_of_types(dialect: str, policy: str, tmp_path: Path) -> None:
    """Weights of every float type are read; what they compute is compared with the same weights in float32."""
    keras = frameworks.load(dialect)
    setter = keras.mixed_precision if dialect == "tf.keras" else keras.config
    set_policy = setter.set_global_policy if dialect == "tf.keras" else setter.set_dtype_policy
    set_policy(policy)
    try:
        model = of_several_layers(keras)
        randomize(model)
        kinds = list(save(keras, model, tmp_path))
    finally:
        set_policy("float32")
    plain = of_several_layers(keras)
    for variable, stored in zip(plain.weights, model.weights, strict=True):
        variable.assign(np.asarray(stored).astype(np.float32))
    inputs = feed(plain, 2, 6)
    for kind in kinds:
        found = specc.load(kind.source, weights=kind.weights)
        assert "K721" in [finding.code for finding in found.diagnostics]
        session = specc.Session(found.compile())
        compare(session.run(None, {session.inputs[0].name: inputs[0]}), run(plain, inputs), kind.name)

"""Keras 3: archives, weights by path, serialized forms of its own."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.keras_files.files import (
    layer,
    layers_of,
    numbers,
    run,
    run_spec,
    same,
    sequential,
    write_json,
    write_keras,
    write_paths,
)

X = numbers(2, 5, 3, seed=4)
POLICY = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
INPUT = layer("InputLayer", "input_layer", batch_shape=[None, 5, 3], dtype="float32", sparse=False)


def modern(class_name: str, name: str, **arguments: Any) -> dict[str, Any]:
    """A layer as Keras 3 writes it."""
    config = layer(class_name, name, trainable=True, dtype=POLICY, **arguments)
    return {**config, "module": "keras.layers", "registered_name": None, "build_config": {"input_shape": [None, 5, 3]}}


def lstm(name: str, units: int, **arguments: Any) -> dict[str, Any]:
    glorot = {"module": "keras.initializers", "class_name": "GlorotUniform", "registered_name": None,
              "config": {"seed": None, "input_axes": None, "output_axes": None}}  # fmt: skip
    return modern("LSTM", name, units=units, activation="tanh", recurrent_activation="sigmoid", seed=None,
                  kernel_initializer=glorot, zero_output_for_mask=False, **arguments)  # fmt: skip


BOTH_WAYS = modern(
    "Bidirectional",
    "both",
    merge_mode="concat",
    layer=lstm("forward_lstm", 2, return_sequences=True, go_backwards=False),
    backward_layer=lstm("backward_lstm", 2, return_sequences=True, go_backwards=True),
)
MODEL = sequential(INPUT, BOTH_WAYS, lstm("one", 2, return_sequences=True), lstm("two", 1), module="keras")
CELLS = {
    name: [numbers(width, 4 * units, seed=i), numbers(units, 4 * units, seed=i), numbers(4 * units, seed=i)]
    for i, (name, width, units) in enumerate([("f", 3, 2), ("b", 3, 2), ("one", 4, 2), ("two", 2, 1)])
}
PATHS = {
    "layers/bidirectional/forward_layer/cell": CELLS["f"],
    "layers/bidirectional/backward_layer/cell": CELLS["b"],
    "layers/lstm/cell": CELLS["one"],
    "layers/lstm_1/cell": CELLS["two"],
    "layers/bidirectional": [],
    "layers/input_layer": [],
}
SPEC = {
    "dialect": "keras3",
    "layers": [
        {"type": "Input", "name": "input_layer", "shape": [5, 3]},
        {"type": "Bidirectional", "name": "both", "layer": {"type": "LSTM", "units": 2, "return_sequences": True}},
        {"type": "LSTM", "name": "one", "units": 2, "return_sequences": True},
        {"type": "LSTM", "name": "two", "units": 1},
    ],
}
SCOPES = {"f": "both/forward", "b": "both/backward", "one": "one", "two": "two"}
BY_NAME = {
    f"{SCOPES[name]}/{weight}": array
    for name, arrays in CELLS.items()
    for weight, array in zip(("kernel", "recurrent_kernel", "bias"), arrays, strict=True)
}


def test_spec() -> None:
    assert layers_of(MODEL) == SPEC["layers"]


@pytest.mark.parametrize("kind", ["archive", "json + weights", "json + archive", "early form"])
def test_outputs_are_those_of_the_spec(tmp_path: Path, kind: str) -> None:
    paths = PATHS
    if kind == "early form":
        paths = {path.replace("layers/", "_layer_checkpoint_dependencies/", 1): a for path, a in PATHS.items()}
    weights = write_paths(tmp_path / "w.h5", paths)
    archive = write_keras(tmp_path / "m.zip", MODEL, weights)
    if kind == "archive":
        found = run(archive, X)
    else:
        source = write_json(tmp_path / "m.json", MODEL)
        found = run(source, X, weights=archive if kind == "json + archive" else weights)
    assert same(found, run_spec(SPEC, BY_NAME, tmp_path, X))


def test_layers_that_early_files_count_twice(tmp_path: Path) -> None:
    """TensorFlow 2.11 and 2.12 listed a layer that has weights once more, so that the second LSTM is `lstm_2`."""
    early = "_layer_checkpoint_dependencies"
    paths = {path.replace("layers/", f"{early}/", 1).replace("lstm_1", "lstm_2"): a for path, a in PATHS.items()}
    found = run(write_keras(tmp_path / "m", MODEL, write_paths(tmp_path / "w", paths), version="2.12.0"), X)
    spec = {**SPEC, "dialect": "tf.keras"}
    assert same(found, run_spec(spec, BY_NAME, tmp_path, X))
    source, more = write_json(tmp_path / "m.json", MODEL), {**paths, f"{early}/lstm_4/cell": CELLS["two"]}
    with pytest.raises(specc.SpecError) as error:
        specc.load(source, weights=write_paths(tmp_path / "w", more)).compile()
    assert [finding.code for finding in error.value.diagnostics] == ["W408"]


def test_pickled_weights(tmp_path: Path) -> None:
    """What `weights_format="npz"` writes is never read, and nothing stands in for it."""
    archive = write_keras(tmp_path / "m", MODEL, None)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("model.weights.npz", b"")
    with pytest.raises(specc.SpecError) as error:
        specc.load(archive)
    assert [finding.code for finding in error.value.diagnostics] == ["W403"]


def test_a_model_inside(tmp_path: Path) -> None:
    """Classes are counted at every level anew."""
    inner = sequential(INPUT, modern("Dense", "d1", units=4), modern("Dense", "d2", units=3))
    inner["config"]["name"] = "inner"
    model = sequential(INPUT, modern("Dense", "d0", units=3), inner, modern("Dense", "d3", units=2), module="keras")
    arrays = [[numbers(a, b, seed=i), numbers(b, seed=i)] for i, (a, b) in enumerate([(3, 3), (3, 4), (4, 3), (3, 2)])]
    groups = ["dense", "sequential/layers/dense", "sequential/layers/dense_1", "dense_1"]
    weights = write_paths(tmp_path / "w", {f"layers/{g}": a for g, a in zip(groups, arrays, strict=True)})
    (found,) = run(write_keras(tmp_path / "m", model, weights), X)
    y = X
    for kernel, bias in arrays:
        y = y @ kernel + bias
    assert np.allclose(found, y, atol=1e-6)


def test_a_chain_over_time(tmp_path: Path) -> None:
    inner = sequential(modern("Dense", "a", units=4), modern("Dense", "b", units=2))
    inner["config"]["name"] = "inner"
    model = sequential(INPUT, modern("TimeDistributed", "td", layer=inner), module="keras")
    arrays = [[numbers(3, 4), numbers(4)], [numbers(4, 2), numbers(2)]]
    prefix = "layers/time_distributed/layer/layers"
    weights = write_paths(tmp_path / "w", {f"{prefix}/dense": arrays[0], f"{prefix}/dense_1": arrays[1]})
    (found,) = run(write_keras(tmp_path / "m", model, weights), X)
    y = (X @ arrays[0][0] + arrays[0][1]) @ arrays[1][0] + arrays[1][1]
    assert np.allclose(found, y, atol=1e-6)


def test_an_archive_of_tf_keras(tmp_path: Path) -> None:
    """The version stands in the metadata: 2.x is tf.keras."""
    model = write_keras(tmp_path / "m", MODEL, write_paths(tmp_path / "w", PATHS), version="2.15.0")
    assert specc.load(model).spec.dialect.name == "tf.keras"


def test_activations_and_precision() -> None:
    function = {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "relu"}
    model = sequential(INPUT, modern("Dense", "d", units=2, activation=function))
    assert layers_of(model)[-1]["activation"] == "relu"
    model["config"]["layers"][1]["config"]["dtype"] = {**POLICY, "config": {"name": "mixed_float16"}}
    assert [finding.code for finding in specc.load(model).diagnostics] == ["K721", "K720"]


def test_an_archive_without_weights(tmp_path: Path) -> None:
    model = specc.load(write_keras(tmp_path / "m", MODEL, None))
    assert [finding.code for finding in model.diagnostics] == ["K720"]


def test_weights_of_another_model(tmp_path: Path) -> None:
    weights = write_paths(tmp_path / "w", {**PATHS, "layers/dense": [numbers(2, 2), numbers(2)]})
    with pytest.raises(specc.SpecError) as error:
        specc.load(write_json(tmp_path / "m.json", MODEL), weights=weights).compile()
    assert [finding.code for finding in error.value.diagnostics] == ["W408"]

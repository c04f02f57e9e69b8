"""Sequential models of Keras 2 and tf.keras: what a person would write by hand comes out."""

from __future__ import annotations

import json
from pathlib import Path

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
    translated,
    write_h5,
    write_json,
)

SCALING: dict[str, object] = {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}
LSTM = layer(
    "LSTM",
    "lstm_1",
    batch_input_shape=[None, 5, 3],
    dtype="float32",
    trainable=True,
    units=2,
    activation="tanh",
    recurrent_activation="hard_sigmoid",
    use_bias=True,
    kernel_initializer={"class_name": "VarianceScaling", "config": SCALING},
    recurrent_initializer={"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": None}},
    bias_initializer={"class_name": "Zeros", "config": {}},
    unit_forget_bias=True,
    kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.01}},
    kernel_constraint=None,
    dropout=0.2,
    return_sequences=False,
    implementation=1,
)
DENSE = layer("Dense", "dense-1", trainable=False, units=1.0, activation="sigmoid")
MODEL = sequential(LSTM, DENSE, keras_version="2.2.4", backend="tensorflow")
EXPECTED = [
    {"type": "Input", "name": "lstm_1_input", "shape": [5, 3]},
    {
        "type": "LSTM",
        "name": "lstm_1",
        "units": 2,
        "kernel_regularizer": {"type": "l2", "l2": 0.01},
        "dropout": 0.2,
    },
    {"type": "Dense", "name": "dense_1", "trainable": False, "units": 1, "activation": "sigmoid"},
]
ARRAYS = {
    "lstm_1": [numbers(3, 8), numbers(2, 8), numbers(8)],
    "dense-1": [numbers(2, 1), numbers(1)],
}
BY_NAME = {
    **{f"lstm_1/{k}": a for k, a in zip(("kernel", "recurrent_kernel", "bias"), ARRAYS["lstm_1"], strict=True)},
    **{f"dense_1/{k}": a for k, a in zip(("kernel", "bias"), ARRAYS["dense-1"], strict=True)},
}
X = numbers(2, 5, 3, seed=7)


def test_spec() -> None:
    data = translated(MODEL)
    assert {key: data[key] for key in data if key != "layers"} == {
        "specc": 1,
        "name": "model",
        "dialect": "keras2",
        "keras_version": "2.2.4",
    }
    assert data["layers"] == EXPECTED


@pytest.mark.parametrize(
    "model",
    [
        {**MODEL, "config": MODEL["config"]["layers"]},
        {"modelTopology": MODEL, "weightsManifest": []},
        {"modelTopology": {"model_config": MODEL, "keras_version": "2.2.4", "backend": "tensorflow"}},
    ],
    ids=["list", "tfjs", "tfjs from Python"],
)
def test_other_forms(model: dict[str, object]) -> None:
    assert layers_of(model) == EXPECTED


@pytest.mark.parametrize("kind", ["whole", "json", "yaml"])
def test_outputs_are_those_of_the_spec(tmp_path: Path, kind: str) -> None:
    expected = run_spec({"layers": EXPECTED}, BY_NAME, tmp_path, X)
    if kind == "whole":
        source, weights = write_h5(tmp_path / "any.name", ARRAYS, MODEL), None
    else:
        source, weights = tmp_path / "model", write_h5(tmp_path / "w", ARRAYS)
        text = json.dumps(MODEL)
        source.write_text(text if kind == "json" else "# from to_yaml\nclass_name: Sequential\nconfig:\n" + _yaml())
    assert same(run(source, X, weights=weights), expected)


def _yaml() -> str:
    """The layers, one flow mapping each; shapes as the tuples that to_yaml wrote."""
    lines = [json.dumps(item).replace("[null, 5, 3]", "!!python/tuple [null, 5, 3]") for item in (LSTM, DENSE)]
    return "".join(f"- {line}\n" for line in lines) + 'keras_version: "2.2.4"\nbackend: tensorflow\n'


def test_without_weights_there_is_a_warning() -> None:
    (finding,) = specc.load(MODEL).diagnostics
    assert (finding.code, finding.severity) == ("K720", "warning")


def test_findings_point_into_the_file(tmp_path: Path) -> None:
    broken = sequential(layer("LSTM", "lstm", units=0, batch_input_shape=[None, 5, 3]), keras_version="2.2.4")
    text = json.dumps(broken, indent=1)
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(specc.SpecError) as error:
        specc.load(tmp_path / "model.json")
    (finding,) = error.value.diagnostics
    assert error.value.document is not None
    span = error.value.document.locate(finding.path)
    assert span is not None
    assert text.splitlines()[span.line - 1].strip() == '"units": 0,'


def test_the_text_inside_a_binary_file_is_named(tmp_path: Path) -> None:
    model = specc.load(write_h5(tmp_path / "m.h5", ARRAYS, MODEL))
    assert model.document.name == f"{tmp_path / 'm.h5'}:model_config"


def test_an_embedding_takes_ids(tmp_path: Path) -> None:
    model = sequential(
        layer("Embedding", "e", batch_input_shape=[None, 4], dtype="float32", input_dim=5, output_dim=2,
              input_length=4, mask_zero=True, embeddings_initializer="uniform"),
        layer("GRU", "g", units=2),
        keras_version="2.1.3",
    )  # fmt: skip
    assert layers_of(model)[:2] == [
        {"type": "Input", "name": "e_input", "shape": [4], "dtype": "int32"},
        {"type": "Embedding", "name": "e", "input_dim": 5, "output_dim": 2, "input_length": 4, "mask_zero": True},
    ]


def test_a_fixed_batch() -> None:
    (first, second) = layers_of(sequential(layer("LSTM", "l", batch_input_shape=[2, 5, 3], units=1, stateful=True)))
    assert first["batch_size"] == 2
    assert second["stateful"] is True


def test_missing_reset_after_is_false(tmp_path: Path) -> None:
    """tf.keras of TensorFlow 1.4 to 1.8 wrote no reset_after, and today's default is another."""
    gru = layer("GRU", "g", batch_input_shape=[None, 5, 3], units=2, recurrent_activation="hard_sigmoid")
    arrays = {"g": [numbers(3, 6), numbers(2, 6), numbers(6)]}
    for version in ("2.0.8", "2.1.2-tf"):
        file = write_h5(tmp_path / "g.h5", arrays, sequential(gru, keras_version=version), version)
        assert run(file, X)[0].shape == (2, 2)


def test_wrappers_and_cells() -> None:
    cell = layer("StackedRNNCells", "s", cells=[layer("LSTMCell", "a", units=2), layer("GRUCell", "b", units=3)])
    model = sequential(
        layer("Bidirectional", "bi", batch_input_shape=[None, 5, 3], merge_mode="sum",
              layer=layer("LSTM", "inner", units=2, return_sequences=True)),
        layer("RNN", "rnn", cell=cell, return_sequences=True),
        layer("TimeDistributed", "td", layer=layer("Dense", "d", units=2, activation="linear")),
        keras_version="2.2.4",
    )  # fmt: skip
    assert layers_of(model)[1:] == [
        {
            "type": "Bidirectional",
            "name": "bi",
            "merge_mode": "sum",
            "layer": {"type": "LSTM", "units": 2, "return_sequences": True},
        },
        {
            "type": "RNN",
            "name": "rnn",
            "cell": [{"type": "LSTMCell", "units": 2}, {"type": "GRUCell", "units": 3}],
            "return_sequences": True,
        },
        {"type": "TimeDistributed", "name": "td", "layer": {"type": "Dense", "units": 2}},
    ]


def test_weights_in_the_archives_form_for_a_spec(tmp_path: Path) -> None:
    """--weights of a spec written by hand."""
    from tests.keras_files.files import write_paths

    file = write_paths(
        tmp_path / "w.weights.h5",
        {"layers/lstm/cell": ARRAYS["lstm_1"], "layers/dense": ARRAYS["dense-1"], "layers/input_layer": []},
    )
    expected = run_spec({"layers": EXPECTED}, BY_NAME, tmp_path, X)
    found = run({"specc": 1, "layers": EXPECTED}, X, weights=file)
    assert same(found, expected)
    assert not np.allclose(found[0], 0)


def test_json_through_a_file(tmp_path: Path) -> None:
    file = write_json(tmp_path / "architecture.txt", MODEL)
    assert specc.load(file, weights=write_h5(tmp_path / "w", ARRAYS)).diagnostics == ()

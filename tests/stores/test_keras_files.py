"""Files that real Keras versions wrote, bound to declarations written by hand and run by the plain equations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from specc.diagnostics import Findings
from specc.stores.arrays import Array
from specc.weights import Weight
from tests.stores import equations
from tests.stores.declarations import (
    bidirectional_lstm,
    bound,
    declare,
    dense,
    embedding,
    gru,
    lstm,
    recurrent,
    refusals,
)

FIXTURES = Path(__file__).parents[2] / "../shared/fixtures"
SAMPLES = FIXTURES / "samples"
REAL = FIXTURES / "real-models"
WEIGHTS = "deeplearning4j__dl4j-test-resources/src/main/resources/modelimport/keras/weights"


def fixture(path: Path) -> Path:
    if not path.is_file():
        pytest.skip(f"no recorded file {path}")
    return path


def sequential(reset_after: bool) -> list[Weight]:
    return [
        *embedding("words", 5, 3),
        *lstm("encoder", 3, 4, 1),
        *gru("decoder", 4, 3, 2, reset_after=reset_after),
        *declare("steps", ("layer/kernel", (3, 2)), ("layer/bias", (2,)), index=3),
        *recurrent("rnn", 2, 2, 1, index=4),
        *dense("head", 2, 2, 5),
    ]


def functional(reset_after: bool) -> list[Weight]:
    return [
        *bidirectional_lstm("both", 3, 2),
        *gru("back", 4, 3, 1, reset_after=reset_after),
        *dense("head", 3, 2, 2),
    ]


def stacked(reset_after: bool) -> list[Weight]:
    cells = [*lstm("rnn/cell_0", 3, 2), *gru("rnn/cell_1", 2, 3, reset_after=reset_after)]
    return [Weight(w.name, w.shape, w.initializer, "rnn", w.path) for w in cells]


def stateful(reset_after: bool) -> list[Weight]:
    return lstm("lstm", 3, 2)


def convolutional(reset_after: bool) -> list[Weight]:
    shapes = (("kernel", (2, 2, 2, 12)), ("recurrent_kernel", (2, 2, 3, 12)), ("bias", (12,)))
    return declare("conv", *shapes, blame="filters")


MODELS = {
    "seq": sequential,
    "func": functional,
    "stack": stacked,
    "state": stateful,
    "convlstm": convolutional,
}


def arrays_in_order(file: Path) -> list[Array]:
    """Every array of a Keras file, in the order of its attributes, read with h5py alone."""
    with h5py.File(file) as source:
        root = source.get("model_weights", source)
        layers = [root[name] for name in root.attrs["layer_names"]]
        return [layer[name][()] for layer in layers for name in layer.attrs["weight_names"]]


@pytest.mark.parametrize(
    ("writer", "ending"),
    [("keras-2.1.6", ""), ("keras-2.1.6", "_weights"), ("tf_keras-2.21.0", ""), ("keras-3.15.1", "")],
)
@pytest.mark.parametrize("model", list(MODELS))
def test_samples_are_bound_in_their_own_order(writer: str, model: str, ending: str) -> None:
    file = fixture(SAMPLES / f"{writer}_{model}{ending}.h5")
    weights = MODELS[model](writer != "keras-2.1.6")
    findings = Findings()
    found = bound(weights, file, findings)
    assert findings.diagnostics == []
    for weight, wanted in zip(weights, arrays_in_order(file), strict=True):
        assert_array_equal(found[weight.name], wanted)


@pytest.mark.parametrize("writer", ["keras-2.1.6", "tf_keras-2.21.0", "keras-3.15.1"])
def test_samples_tell_reset_after(writer: str) -> None:
    file = fixture(SAMPLES / f"{writer}_seq.h5")
    has_two = writer != "keras-2.1.6"
    (found,) = refusals(sequential(not has_two), file)
    assert found.startswith("W410 layers.2.reset_after: ")
    assert found.endswith(f"set `reset_after: {str(has_two).lower()}`")


def test_a_sample_of_keras_1_computes_what_it_did() -> None:
    """Embedding(mask_zero), LSTM, GRU, TimeDistributed(Dense), SimpleRNN, Dense(softmax), all of hard_sigmoid."""
    record = json.loads(fixture(SAMPLES / "keras-1.2.2_seq_io.json").read_text())
    for ending in ("", "_weights"):
        w = bound(sequential(False), SAMPLES / f"keras-1.2.2_seq{ending}.h5")
        outputs = [run_sequential(w, np.array(row)) for row in record["inputs"][0]]
        assert_allclose(np.squeeze(outputs), record["outputs"][0], atol=3e-6)


def run_sequential(w: dict[str, Array], ids: Any) -> Any:
    """One row: masked steps change no state, so the row without them gives the same last output."""

    def cell(layer: str) -> tuple[Array, Array, Array]:
        return w[f"{layer}/kernel"], w[f"{layer}/recurrent_kernel"], w[f"{layer}/bias"]

    x = w["words/embeddings"][ids[ids != 0]][np.newaxis]
    h = equations.lstm(x, cell("encoder"), equations.hard_sigmoid)[0]
    h = equations.gru(h, cell("decoder"), equations.hard_sigmoid)
    h = h @ w["steps/layer/kernel"] + w["steps/layer/bias"]
    h = equations.simple_rnn(h, cell("rnn"))[:, -1]
    z = np.exp(h @ w["head/kernel"] + w["head/bias"])
    return z / z.sum(-1, keepdims=True)


@pytest.mark.parametrize("writer", ["tensorflow_1", "tensorflow_2", "theano_1", "theano_2"])
@pytest.mark.parametrize("layer", ["lstm", "simple_rnn", "bidirectional_lstm"])
def test_real_models_compute_what_was_recorded(layer: str, writer: str) -> None:
    """Keras 1 and 2, TensorFlow and Theano: the outputs that a reference run gave."""
    file = fixture(REAL / "files" / WEIGHTS / f"{layer}_{writer}.h5")
    record = np.load(fixture(REAL / "oracle" / f"deeplearning4j.{layer}_{writer}.npz"))
    x, wanted = record["in0"], record["out0"]
    if layer == "simple_rnn":
        kernel, state, bias = bound(recurrent("rnn", 1, 6, 1), file).values()
        outputs = equations.simple_rnn(x, (kernel, state, bias))[:, -1]
    elif layer == "lstm":
        kernel, state, bias = bound(lstm("rnn", 1, 6), file).values()
        outputs = equations.lstm(x, (kernel, state, bias), equations.hard_sigmoid)[1]
    else:
        arrays = list(bound(bidirectional_lstm("rnn", 10, 10), file).values())
        forward = equations.lstm(x, (arrays[0], arrays[1], arrays[2]), equations.hard_sigmoid)[0]
        backward = equations.lstm(x[:, ::-1], (arrays[3], arrays[4], arrays[5]), equations.hard_sigmoid)[0]
        outputs = np.concatenate([forward, backward[:, ::-1]], axis=-1)
    assert_allclose(outputs, wanted, atol=1e-5)


def test_keras_3_weight_files_are_refused_by_their_own_name() -> None:
    for name in ("tf_keras-2.21.0_seq.weights.h5", "tf_keras-2.21.0_seq.keras"):
        (found,) = refusals(sequential(True), fixture(SAMPLES / name))
        assert found.startswith("W401 weights: ")
        assert "Keras 3" in found

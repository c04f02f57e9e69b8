"""CuDNNLSTM and CuDNNGRU against LSTM and GRU, with weights that Keras's own routine converts.

Keras computes these layers on a GPU only; what they compute is what it converts them to.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from tests.parity.comparison import LENGTHS, compare, compile_spec, make_feeds, open_session
from tests.parity.specs import FEATURES, UNITS, Entry
from tests.parity.translation import Array, Translation, random_array

pytestmark = pytest.mark.parity

GATES = {"CuDNNLSTM": 4, "CuDNNGRU": 3}
PLAIN: dict[str, Entry] = {
    "CuDNNLSTM": {"type": "LSTM", "recurrent_activation": "sigmoid"},
    "CuDNNGRU": {"type": "GRU", "recurrent_activation": "sigmoid", "reset_after": True},
}
FLAGS = ("return_sequences", "return_state", "go_backwards")
DIALECTS = ("keras2", "tf.keras")


def plain(entry: Entry) -> Entry:
    """The layer that computes the same, also inside Bidirectional."""
    if "layer" in entry:
        return {**entry, "layer": plain(entry["layer"])}
    return {**entry, **PLAIN.get(entry["type"], {})}


def sequence(steps: int | None = None, **more: Any) -> list[Entry]:
    """The input."""
    return [{"type": "Input", "name": "x", "shape": [steps, FEATURES], **more}]


class Cudnn:
    """A spec with cuDNN layers, and the Keras model of plain layers that their weights were converted for."""

    def __init__(self, dialect: str, layers: list[Entry]) -> None:
        self.spec = {"specc": 1, "dialect": dialect, "layers": layers}
        against = {**self.spec, "layers": [plain(entry) for entry in layers]}
        self.keras = Translation(against, 0.8)
        hdf5 = import_module("tf_keras.src.saving.legacy.hdf5_format")
        self.arrays: dict[str, Array] = {}
        for name, layer in self.keras.layers.items():
            shapes = {n: a.shape for n, a in self.keras.arrays.items() if n.startswith(f"{name}/")}
            stored = {n: random_array(n, stored_shape(n, shape), 0.8) for n, shape in shapes.items()}
            self.arrays |= stored
            layer.set_weights(hdf5.preprocess_weights_for_loading(layer, list(stored.values()), "2.1.6", "tensorflow"))

    def compile(self) -> bytes:
        return compile_spec(self.spec, self.arrays)


def stored_shape(name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """cuDNN has two biases, one after the other."""
    if not name.endswith("/bias"):
        return shape
    return (int(np.prod(shape)),) if len(shape) == 2 else (2 * shape[0],)


def check(dialect: str, layers: list[Entry]) -> None:
    """Compare at two lengths and several batches."""
    model = Cudnn(dialect, layers)
    session = open_session(model.compile())
    for steps in LENGTHS:
        feeds = make_feeds(model.spec, steps, "none")
        expected = model.keras.run(feeds)
        for batch in (1, 3, 6):
            found = session.run(None, {name: x[:batch] for name, x in feeds.items()})
            compare(found, [y[:batch] for y in expected], f"{steps} steps, batch {batch}")


@pytest.mark.parametrize("flags", range(8))
@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_flags(dialect: str, kind: str, flags: int) -> None:
    layer = {"type": kind, "name": "rnn", "units": UNITS, **{f: bool(flags >> i & 1) for i, f in enumerate(FLAGS)}}
    check(dialect, [*sequence(), layer])


@pytest.mark.parametrize("units", [1, 3, 7])
@pytest.mark.parametrize("kind", GATES)
def test_widths(kind: str, units: int) -> None:
    """Narrower and wider than the input, where the layout of the kernels matters most."""
    check("keras2", [*sequence(), {"type": kind, "name": "rnn", "units": units, "return_sequences": True}])


@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_initial_state(dialect: str, kind: str) -> None:
    names = ["h", "c"][: 2 if kind == "CuDNNLSTM" else 1]
    inputs = [{"type": "Input", "name": n, "shape": [UNITS]} for n in names]
    layer = {"type": kind, "name": "rnn", "units": UNITS, "return_state": True, "inputs": "x", "initial_state": names}
    check(dialect, [*sequence(), *inputs, layer])


@pytest.mark.parametrize("return_sequences", [False, True])
@pytest.mark.parametrize("mode", ["concat", "sum", "ave", "mul", None])
@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_bidirectional(dialect: str, kind: str, mode: str | None, return_sequences: bool) -> None:
    inner = {"type": kind, "units": UNITS, "return_sequences": return_sequences, "return_state": mode == "concat"}
    check(dialect, [*sequence(), {"type": "Bidirectional", "name": "both", "layer": inner, "merge_mode": mode}])


@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_stack(dialect: str, kind: str) -> None:
    inner = {"type": kind, "units": 3, "return_sequences": True}
    layers: list[Entry] = [
        {"type": kind, "name": "first", "units": 5, "return_sequences": True},
        {"type": "Bidirectional", "name": "second", "layer": inner},
        {"type": kind, "name": "third", "units": 2},
    ]
    check(dialect, [*sequence(), *layers])


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("kind", GATES)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_stateful(dialect: str, kind: str, backwards: bool) -> None:
    layer = {"type": kind, "name": "rnn", "units": UNITS, "stateful": True, "return_state": True}
    model = Cudnn(dialect, [*sequence(batch_size=4), {**layer, "go_backwards": backwards}])
    session = specc.Session(model.compile())
    for call in range(4):
        if call == 3:
            session.reset_states()
            model.keras.reset_states()
        feeds = make_feeds(model.spec, LENGTHS[call % 2], "none", seed=call)
        feeds = {name: x[:4] for name, x in feeds.items()}
        compare(list(session.run(feeds).values()), model.keras.run(feeds), f"call {call}")


def save_weights(kind: str, file: Path, bidirectional: bool, **arguments: Any) -> Any:
    """A Keras model of one layer with its weights in a file; returns the model."""
    keras = pytest.importorskip("tf_keras")
    module = import_module(f"tf_keras.src.layers.rnn.{kind.lower().replace('cudnn', 'cudnn_')}")
    layer = getattr(module, kind)(UNITS, return_sequences=True, **arguments)
    if bidirectional:
        layer = keras.layers.Bidirectional(layer)
    x = keras.layers.Input((None, FEATURES))
    model = keras.Model(x, layer(x))
    generator = np.random.default_rng(7)
    model.set_weights([generator.uniform(-0.8, 0.8, w.shape).astype(np.float32) for w in model.get_weights()])
    model.save_weights(file, save_format="h5")
    return model


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("stored", ["cuDNN", "plain"])
@pytest.mark.parametrize("declared", ["cuDNN", "plain"])
@pytest.mark.parametrize("kind", GATES)
def test_files(kind: str, declared: str, stored: str, bidirectional: bool, tmp_path: Path) -> None:
    """Weights of either class load into either class, as in Keras."""
    name = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU"}[kind]
    arguments = {k: v for k, v in PLAIN[kind].items() if k != "type"}
    file = tmp_path / "weights.h5"
    if stored == "cuDNN":
        save_weights(kind, file, bidirectional)
    else:
        save_weights(name, file, bidirectional, **arguments)
    reference = save_weights(name, tmp_path / "other.h5", bidirectional, **arguments)
    reference.load_weights(file)
    entry: Entry = {"type": kind, "name": "rnn", "units": UNITS, "return_sequences": True}
    if declared == "plain":
        entry = plain(entry)
    if bidirectional:
        inner = {k: v for k, v in entry.items() if k != "name"}
        entry = {"type": "Bidirectional", "name": "rnn", "layer": inner}
    spec: Mapping[str, Any] = {"specc": 1, "dialect": "tf.keras", "layers": [*sequence(), entry]}
    found = specc.Session(specc.load(spec).compile(weights=file))
    feeds = make_feeds(spec, LENGTHS[0], "none")
    compare(list(found.run(feeds).values()), [np.asarray(reference(feeds["x"]))], "from the file")


def test_gru_of_the_other_kind_does_not_load(tmp_path: Path) -> None:
    """Keras refuses this too."""
    save_weights("GRU", tmp_path / "weights.h5", False, reset_after=False)
    with pytest.raises(ValueError, match="not compatible"):
        save_weights("CuDNNGRU", tmp_path / "other.h5", False).load_weights(tmp_path / "weights.h5")
    spec = {"specc": 1, "layers": [*sequence(), {"type": "CuDNNGRU", "name": "rnn", "units": UNITS}]}
    with pytest.raises(specc.SpecError) as caught:
        specc.load(spec).compile(weights=tmp_path / "weights.h5")
    assert [d.code for d in caught.value.diagnostics] == ["W410"]


@pytest.mark.parametrize("kind", GATES)
def test_what_training_starts_from(kind: str) -> None:
    """The ones of unit_forget_bias stand in the second half of the bias."""
    module = import_module(f"tf_keras.src.layers.rnn.{kind.lower().replace('cudnn', 'cudnn_')}")
    layer = getattr(module, kind)(UNITS)
    layer.build((None, None, FEATURES))
    spec = {"specc": 1, "layers": [*sequence(), {"type": kind, "name": "rnn", "units": UNITS}]}
    arrays = specc.load(spec).arrays()
    expected = {w.name.split("/")[-1].split(":")[0]: w.numpy() for w in layer.weights}
    assert {name.split("/")[1]: a.shape for name, a in arrays.items()} == {n: a.shape for n, a in expected.items()}
    np.testing.assert_array_equal(arrays["rnn/bias"], expected["bias"])

"""CuDNNLSTM and CuDNNGRU: weights as cuDNN lays them out, and the equations of plain layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import specc
from tests.conformance.compiled import compile_spec, each_target, open_session, run_file
from tests.conformance.equations import Cell, Doubles, run, run_both
from tests.conformance.test_equations import FEATURES, STEPS, UNITS, X, close, draw

GATES = {"CuDNNLSTM": 4, "CuDNNGRU": 3}
Arrays = dict[str, Doubles]


def stored(kind: str, seed: int) -> Arrays:
    """Random arrays in cuDNN's layout: two biases, the input's first."""
    width = GATES[kind] * UNITS
    shapes = {"kernel": (FEATURES, width), "recurrent_kernel": (UNITS, width), "bias": (2 * width,)}
    return {name: draw(seed + i, *shape) for i, (name, shape) in enumerate(shapes.items())}


def cell_of(kind: str, arrays: Arrays) -> Cell:
    """The plain cell, as Keras converts the arrays.

    A gate's block of the kernel holds the numbers of a (units, features) matrix, row after row; a block of the
    recurrent kernel is transposed.
    """
    blocks = np.split(arrays["kernel"], GATES[kind], axis=1)
    kernel = np.hstack([block.ravel().reshape(UNITS, FEATURES).T for block in blocks])
    recurrent = np.hstack([block.T for block in np.split(arrays["recurrent_kernel"], GATES[kind], axis=1)])
    inner, outer = np.split(arrays["bias"], 2)
    if kind == "CuDNNLSTM":
        return Cell("LSTM", kernel, recurrent, inner + outer)
    return Cell("GRU", kernel, recurrent, np.stack([inner, outer]), reset_after=True)


def named(arrays: Arrays, scope: str) -> dict[str, Any]:
    return {f"{scope}/{name}": array.astype(np.float32) for name, array in arrays.items()}


@each_target
@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("starts", [False, True])
@pytest.mark.parametrize("kind", GATES)
def test_layer(kind: str, starts: bool, sequences: bool, go_backwards: bool) -> None:
    arrays = stored(kind, 1)
    states = ["state_h", "state_c"] if kind == "CuDNNLSTM" else ["state"]
    names = states if starts else []
    layer = {"type": kind, "name": "rnn", "units": UNITS, "return_sequences": sequences, "return_state": True}
    layer |= {"go_backwards": go_backwards, "inputs": "x"} | ({"initial_state": names} if starts else {})
    inputs = [X, *({"type": "Input", "name": name, "shape": [UNITS]} for name in names)]
    model = compile_spec([*inputs, layer], named(arrays, "rnn"))
    for batch in (1, 3):
        x, initial = draw(batch, batch, STEPS, FEATURES), [draw(60 + i, batch, UNITS) for i in range(len(names))]
        y, finals = run(cell_of(kind, arrays), x, None, initial, go_backwards=go_backwards)
        expected = {"rnn": y if sequences else y[:, -1]}
        expected |= {f"rnn.{name}": state for name, state in zip(states, finals, strict=True)}
        close(run_file(model, {"x": x, **dict(zip(names, initial, strict=True))}), expected)


@each_target
@pytest.mark.parametrize("dialect", ["keras2", "tf.keras"])
@pytest.mark.parametrize("kind", GATES)
def test_bidirectional(kind: str, dialect: str) -> None:
    forward, backward = stored(kind, 1), stored(kind, 10)
    inner = {"type": kind, "units": UNITS, "return_sequences": True}
    weights = named(forward, "both/forward") | named(backward, "both/backward")
    model = compile_spec([X, {"type": "Bidirectional", "name": "both", "layer": inner}], weights, dialect=dialect)
    x = draw(3, 2, STEPS, FEATURES)
    y, back, _ = run_both(cell_of(kind, forward), cell_of(kind, backward), x, None, (), "previous")
    close(run_file(model, {"x": x}), {"both": np.concatenate([y, back], axis=-1)})


@each_target
@pytest.mark.parametrize("kind", GATES)
def test_stateful(kind: str) -> None:
    layer = {"type": kind, "name": "rnn", "units": UNITS, "stateful": True}
    arrays = stored(kind, 1)
    session = open_session(compile_spec([{**X, "batch_size": 2}, layer], named(arrays, "rnn")))
    states: tuple[Doubles, ...] = ()
    for call in range(4):
        if call == 3:
            session.reset_states()
            states = ()
        x = draw(call, 2, STEPS, FEATURES)
        y, states = run(cell_of(kind, arrays), x, None, states)
        close(session.run({"x": x.astype(np.float32)}), {"rnn": y[:, -1]})


@each_target
def test_given_states_win_over_recorded_ones() -> None:
    """In tf.keras the other layers go on from what they recorded."""
    arrays = stored("CuDNNGRU", 1)
    layer = {"type": "CuDNNGRU", "name": "rnn", "units": UNITS, "stateful": True, "inputs": "x", "initial_state": "s"}
    inputs = [{**X, "batch_size": 2}, {"type": "Input", "name": "s", "shape": [UNITS], "batch_size": 2}]
    session = open_session(compile_spec([*inputs, layer], named(arrays, "rnn"), dialect="tf.keras"))
    for call in range(2):
        x, start = draw(call, 2, STEPS, FEATURES), draw(9, 2, UNITS)
        y, _ = run(cell_of("CuDNNGRU", arrays), x, None, (start,))
        close(session.run({"x": x.astype("f"), "s": start.astype("f")}), {"rnn": y[:, -1]})


@pytest.mark.parametrize("unit_forget_bias", [False, True])
def test_unit_forget_bias_sets_ones_in_the_bias_of_the_state(unit_forget_bias: bool) -> None:
    layer = {"type": "CuDNNLSTM", "name": "rnn", "units": UNITS, "unit_forget_bias": unit_forget_bias}
    bias = specc.load({"specc": 1, "layers": [X, layer]}).arrays()["rnn/bias"]
    ones = np.zeros(8 * UNITS)
    ones[5 * UNITS : 6 * UNITS] = unit_forget_bias
    np.testing.assert_array_equal(bias, ones)


def load_fails(*layers: dict[str, Any], **header: Any) -> list[str]:
    """The codes of the findings."""
    with pytest.raises(specc.SpecError) as caught:
        specc.load({"specc": 1, **header, "layers": list(layers)})
    return [finding.code for finding in caught.value.diagnostics]


@pytest.mark.parametrize("kind", GATES)
def test_masks_are_refused(kind: str) -> None:
    """From the input, from the spec, and inside Bidirectional."""
    cudnn = {"type": kind, "units": UNITS}
    mask = {"type": "Input", "name": "mask", "shape": [None], "dtype": "bool"}
    both = {"type": "Bidirectional", "layer": cudnn}
    for layer in (cudnn, both):
        assert load_fails(X, {"type": "Masking"}, layer) == ["G315"]
        assert load_fails(X, mask, layer | {"inputs": "x", "mask": "mask"}) == ["G315"]


@pytest.mark.parametrize(("dialect", "version"), [("keras1", None), ("keras3", None), ("keras2", "2.0.8")])
@pytest.mark.parametrize("kind", GATES)
def test_other_dialects_lack_them(kind: str, dialect: str, version: str | None) -> None:
    header = {"dialect": dialect} | ({"keras_version": version} if version else {})
    assert load_fails(X, {"type": kind, "units": UNITS}, **header) == ["V211"]

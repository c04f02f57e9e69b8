"""Compiled recurrent layers give the numbers of their equations: masks, directions, states, activations, eras."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.conformance.compiled import arrays_of, compile_spec, each_target, layer_of, run_file
from tests.conformance.equations import Cell, Doubles, Mask, MaskedOutput, random_cell, run, run_both

TOLERANCE = 1e-5
FEATURES, UNITS, STEPS = 3, 4, 6
CELLS: dict[str, dict[str, Any]] = {
    "LSTM": {"kind": "LSTM"},
    "GRU_after": {"kind": "GRU", "reset_after": True},
    "GRU_before": {"kind": "GRU", "reset_after": False},
    "SimpleRNN": {"kind": "SimpleRNN"},
}
MASKS: dict[str, Mask] = {
    "none": np.ones((4, STEPS), bool),
    "right": np.arange(STEPS) < np.array([[6], [5], [3], [1]]),
    "left": np.arange(STEPS) >= np.array([[0], [1], [4], [5]]),
    "holes": np.array([[1, 0, 1, 1, 0, 1], [1, 0, 0, 0, 0, 1], [1, 1, 0, 1, 0, 1], [1, 0, 1, 0, 1, 1]], bool),
    "anything": np.array([[0, 0, 0, 0, 0, 0], [0, 1, 0, 1, 1, 0], [0, 0, 0, 1, 0, 0], [1, 1, 1, 1, 1, 1]], bool),
    "all masked": np.zeros((4, STEPS), bool),
}
X: dict[str, Any] = {"type": "Input", "name": "x", "shape": [None, FEATURES]}
MASK: dict[str, Any] = {"type": "Input", "name": "mask", "shape": [None], "dtype": "bool"}
FLAGS = tuple(product((False, True), repeat=3))

pytestmark = each_target


def draw(seed: int, *shape: int) -> Doubles:
    """Numbers that float32 holds exactly."""
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32).astype(np.float64)


def names_of_states(cell: Cell) -> list[str]:
    return ["state_h", "state_c"] if cell.kind == "LSTM" else ["state"]


def close(found: dict[str, Any], expected: dict[str, Doubles], where: str = "") -> None:
    """All outputs are there, of the right shape, and near what is expected."""
    assert list(found) == list(expected)
    for name, wanted in expected.items():
        assert found[name].shape == wanted.shape, name
        error = np.max(np.abs(found[name] - wanted) / (1 + np.abs(wanted)), initial=0)
        assert error <= TOLERANCE, f"{name} {where}: error {error:.3g}"


def check_layer(
    cell: Cell,
    *,
    masked: bool,
    starts: bool,
    era: MaskedOutput = "previous",
    unroll: bool = False,
    flags: Mapping[str, bool] | None = None,
) -> None:
    """One layer under every mask, against the loop. era: what masked steps put out. flags: of the layer."""
    flags = {"return_sequences": True, "return_state": True, "go_backwards": False, **(flags or {})}
    names = names_of_states(cell)
    states = [{"type": "Input", "name": name, "shape": [UNITS]} for name in names] if starts else []
    layer = layer_of(cell, name="rnn", inputs="x", unroll=unroll, **flags)
    layer |= ({"mask": "mask"} if masked else {}) | ({"initial_state": names} if starts else {})
    x_input = {**X, "shape": [STEPS if unroll else None, FEATURES]}
    version: dict[str, Any] = {"keras_version": "2.2.4"} if era == "state" else {}
    model = compile_spec([x_input, *states, *([MASK] if masked else []), layer], arrays_of(cell, "rnn"), **version)
    for seed, (pattern, mask) in enumerate(MASKS.items() if masked else [("none", MASKS["none"])]):
        feeds: dict[str, Any] = {"x": draw(seed, len(mask), STEPS, FEATURES)}
        initial = [draw(100 + seed + i, len(mask), UNITS) for i in range(len(states))]
        y, finals = run(cell, feeds["x"], mask, initial, go_backwards=flags["go_backwards"], masked=era)
        expected = {"rnn": y if flags["return_sequences"] else y[:, -1]}
        if flags["return_state"]:
            expected |= {f"rnn.{name}": state for name, state in zip(names, finals, strict=True)}
        feeds |= dict(zip(names, initial, strict=False)) | ({"mask": mask} if masked else {})
        close(run_file(model, feeds), expected, pattern)


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("starts", [False, True], ids=["zeros", "initial"])
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("cell", CELLS)
def test_flags(cell: str, masked: bool, starts: bool, flags: tuple[bool, ...]) -> None:
    sequences, state, backwards = flags
    made = random_cell(1, features=FEATURES, units=UNITS, **CELLS[cell])
    arguments = {"return_sequences": sequences, "return_state": state, "go_backwards": backwards}
    check_layer(made, masked=masked, starts=starts, flags=arguments)


@pytest.mark.parametrize("activation", ["relu", "elu", "softplus", "softsign", "linear", "selu", "softmax"])
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("cell", CELLS)
def test_activations(cell: str, masked: bool, activation: str) -> None:
    made = random_cell(2, features=FEATURES, units=UNITS, scale=0.3, activation=activation, **CELLS[cell])
    check_layer(made, masked=masked, starts=masked, flags={"go_backwards": cell == "LSTM"})


@pytest.mark.parametrize("gate", ["hard_sigmoid", "relu", "elu", "softsign", "softmax", "exponential"])
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("cell", ["LSTM", "GRU_after", "GRU_before"])
def test_gates(cell: str, masked: bool, gate: str) -> None:
    made = random_cell(
        3, features=FEATURES, units=UNITS, scale=0.2, recurrent_activation=gate, activation="elu", **CELLS[cell]
    )
    check_layer(made, masked=masked, starts=masked)


@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("cell", CELLS)
def test_unrolled(cell: str, masked: bool, go_backwards: bool) -> None:
    made = random_cell(4, features=FEATURES, units=UNITS, **CELLS[cell])
    check_layer(made, masked=masked, starts=True, unroll=True, flags={"go_backwards": go_backwards})


@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("activation", ["tanh", "selu"])
@pytest.mark.parametrize("cell", CELLS)
def test_masked_steps_of_the_old_loop(cell: str, activation: str, flags: tuple[bool, ...]) -> None:
    """Up to Keras 2.2.4 a masked step puts out the state, the given one too."""
    return_sequences, go_backwards, starts = flags
    made = random_cell(5, features=FEATURES, units=UNITS, scale=0.4, activation=activation, **CELLS[cell])
    arguments = {"return_sequences": return_sequences, "go_backwards": go_backwards}
    check_layer(made, masked=True, starts=starts, era="state", flags=arguments)


@pytest.mark.parametrize("cell", CELLS)
def test_without_bias(cell: str) -> None:
    made = random_cell(6, features=FEATURES, units=UNITS, **CELLS[cell])
    bare = Cell(**{**vars(made), "bias": None})
    for masked in (False, True):
        check_layer(bare, masked=masked, starts=False)


def check_both(
    cells: tuple[Cell, Cell], mode: str | None, *, masked: bool, starts: bool, sequences: bool, zero: bool
) -> None:
    """Bidirectional under every mask, against two loops."""
    count = 2 * cells[0].state_count
    names = [f"s{i}" for i in range(count)] if starts else []
    states = [{"type": "Input", "name": name, "shape": [UNITS]} for name in names]
    both: dict[str, Any] = {"type": "Bidirectional", "name": "both", "inputs": "x", "merge_mode": mode}
    both["layer"] = layer_of(cells[0], return_sequences=sequences, return_state=True)
    both |= ({"mask": "mask"} if masked else {}) | ({"initial_state": names} if starts else {})
    arrays = arrays_of(cells[0], "both/forward") | arrays_of(cells[1], "both/backward")
    layers = [X, *states, *([MASK] if masked else []), both]
    model = compile_spec(layers, arrays, dialect="tf.keras" if zero else "keras2")
    for seed, (pattern, mask) in enumerate(MASKS.items() if masked else [("none", MASKS["none"])]):
        x = draw(seed, len(mask), STEPS, FEATURES)
        initial = [draw(200 + seed + i, len(mask), UNITS) for i in range(len(names))]
        rule: MaskedOutput = "zero" if zero and sequences else "previous"
        y, back, finals = run_both(*cells, x, mask, initial, rule)
        if not sequences:
            y, back = y[:, -1], back[:, 0]
        merged = {
            "concat": np.concatenate([y, back], axis=-1),
            "sum": y + back,
            "ave": (y + back) / 2,
            "mul": y * back,
        }
        expected = {"both": y, "both.backward": back} if mode is None else {"both": merged[mode]}
        expected |= {f"both.state_{i}": state for i, state in enumerate(finals)}
        feeds: dict[str, Any] = {"x": x, **dict(zip(names, initial, strict=True))}
        close(run_file(model, feeds | ({"mask": mask} if masked else {})), expected, pattern)


@pytest.mark.parametrize("zero", [False, True], ids=["keras2", "tf.keras"])
@pytest.mark.parametrize("sequences", [False, True], ids=["last", "sequences"])
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("mode", ["concat", "sum", "ave", "mul", None])
@pytest.mark.parametrize("cell", CELLS)
def test_bidirectional(cell: str, mode: str | None, masked: bool, sequences: bool, zero: bool) -> None:
    cells = tuple(random_cell(seed, features=FEATURES, units=UNITS, **CELLS[cell]) for seed in (7, 8))
    starts = mode in ("concat", None)
    check_both((cells[0], cells[1]), mode, masked=masked, starts=starts, sequences=sequences, zero=zero)


@pytest.mark.parametrize("activation", ["elu", "selu"])
@pytest.mark.parametrize("cell", CELLS)
def test_bidirectional_activations(cell: str, activation: str) -> None:
    arguments = CELLS[cell] | {"activation": activation, "scale": 0.3}
    cells = tuple(random_cell(seed, features=FEATURES, units=UNITS, **arguments) for seed in (9, 10))
    for masked, zero in product((False, True), repeat=2):
        check_both((cells[0], cells[1]), "concat", masked=masked, starts=True, sequences=True, zero=zero)


@pytest.mark.parametrize("size", [1e-30, 1e-6, 30.0, 1e4])
@pytest.mark.parametrize("cell", CELLS)
def test_large_and_small_inputs(cell: str, size: float) -> None:
    made = random_cell(11, features=FEATURES, units=UNITS, **CELLS[cell])
    model = compile_spec([X, MASK, layer_of(made, name="rnn", inputs="x", mask="mask")], arrays_of(made, "rnn"))
    x = (size * draw(1, 4, STEPS, FEATURES)).astype(np.float32).astype(np.float64)
    y, _ = run(made, x, MASKS["anything"])
    close(run_file(model, {"x": x, "mask": MASKS["anything"]}), {"rnn": y[:, -1]})


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (4, 1), (7, 2)], ids=str)
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("cell", CELLS)
def test_other_batches_and_lengths(cell: str, masked: bool, shape: tuple[int, int]) -> None:
    """One file for every batch size and length: one row, one step, all of it masked."""
    made = random_cell(12, features=FEATURES, units=UNITS, **CELLS[cell])
    layer = layer_of(made, name="rnn", inputs="x", return_sequences=True)
    layers = [X, MASK, layer | {"mask": "mask"}] if masked else [X, layer]
    model = compile_spec(layers, arrays_of(made, "rnn"))
    x = draw(2, *shape, FEATURES)
    for mask in (np.ones(shape, bool), np.zeros(shape, bool), draw(3, *shape) > 0) if masked else (None,):
        y, _ = run(made, x, mask)
        close(run_file(model, {"x": x} | ({} if mask is None else {"mask": mask})), {"rnn": y})

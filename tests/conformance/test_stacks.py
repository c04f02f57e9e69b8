"""Stacks of cells against float64 loops that run all cells at each step, and what their files are made of."""

from __future__ import annotations

from collections import Counter
from itertools import product
from typing import Any

import numpy as np
import onnx
import pytest

import specc
from tests.conformance.compiled import compile_spec, each_target, open_session, run_file
from tests.conformance.equations import Cell
from tests.conformance.stacks import STACKS, Stack, arrays, draw_states, entry_of, last_first, loop
from tests.conformance.test_equations import FEATURES, MASK, MASKS, STEPS, X, close, draw
from tests.conformance.test_structure import OPSETS, kinds

FLAGS = tuple(product((False, True), repeat=3))


@each_target
@pytest.mark.parametrize("flags", FLAGS, ids=lambda f: "".join("01"[x] for x in f))
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("unroll", [False, True], ids=["", "unrolled"])
@pytest.mark.parametrize("name", STACKS)
def test_stacks(name: str, unroll: bool, masked: bool, flags: tuple[bool, ...]) -> None:
    return_sequences, go_backwards, starts = flags
    stack = STACKS[name]
    names = [f"s{i}" for i in range(stack.state_count)] if starts else []
    states = [{"type": "Input", "name": n, "shape": [w]} for n, w in zip(names, stack.widths, strict=False)]
    layer = entry_of(stack, return_sequences=return_sequences, return_state=True, inputs="x", unroll=unroll)
    layer |= {"go_backwards": go_backwards} | ({"mask": "mask"} if masked else {})
    layer |= {"initial_state": names} if starts else {}
    x_input = {**X, "shape": [STEPS if unroll else None, FEATURES]}
    model = compile_spec([x_input, *states, *([MASK] if masked else []), layer], arrays(stack))
    for seed, (pattern, mask) in enumerate(MASKS.items() if masked else [("none", MASKS["none"])]):
        x = draw(seed, len(mask), STEPS, FEATURES)
        initial = draw_states(stack, len(mask), starts)
        y, finals = loop(stack, x, mask, initial, go_backwards=go_backwards)
        expected = {"rnn": y if return_sequences else y[:, -1]}
        expected |= {f"rnn.state_{i}": state for i, state in enumerate(finals)}
        feeds: dict[str, Any] = {"x": x, **dict(zip(names, initial, strict=False))}
        close(run_file(model, feeds | ({"mask": mask} if masked else {})), expected, pattern)


@each_target
@pytest.mark.parametrize("starts", [False, True], ids=["zeros", "initial"])
@pytest.mark.parametrize("version", ["2.1.6", "2.3.1"])
@pytest.mark.parametrize("name", ["wide_and_narrow", "three"])
def test_states_of_the_last_cell_first(name: str, version: str, starts: bool) -> None:
    """Up to Keras 2.2.2, and with `reverse_state_order`; the masked outputs of 2.1.6 are the states."""
    stack, is_old = STACKS[name], version == "2.1.6"
    names = [f"s{i}" for i in range(stack.state_count)] if starts else []
    widths = [w.shape[1] for w in last_first(stack, draw_states(stack, 1))]
    states = [{"type": "Input", "name": n, "shape": [w]} for n, w in zip(names, widths, strict=False)]
    inside = {} if is_old else {"reverse_state_order": True}
    layer = entry_of(stack, wrapped=True, inside=inside, return_sequences=True, return_state=True, inputs="x")
    layer |= {"mask": "mask"} | ({"initial_state": names} if starts else {})
    model = compile_spec([X, *states, MASK, layer], arrays(stack), keras_version=version)
    mask, x = MASKS["anything"], draw(1, 4, STEPS, FEATURES)
    initial = draw_states(stack, 4, starts)
    y, finals = loop(stack, x, mask, initial, masked="state" if is_old else "previous")
    expected = {"rnn": y} | {f"rnn.state_{i}": s for i, s in enumerate(last_first(stack, finals))}
    feeds: dict[str, Any] = {"x": x, "mask": mask, **dict(zip(names, last_first(stack, initial), strict=False))}
    close(run_file(model, feeds), expected)


@each_target
@pytest.mark.parametrize(("name", "unroll"), [("one", False), ("one", True), ("two_of_a_kind", True), ("three", True)])
def test_masked_stacks_of_keras_2_2_4(name: str, unroll: bool) -> None:
    """Right where the steps are written out, or where the first cell is the last; others are refused."""
    stack = STACKS[name]
    layer = entry_of(stack, return_sequences=True, inputs="x", mask="mask", unroll=unroll)
    inputs = [{**X, "shape": [STEPS, FEATURES]}, {**MASK, "shape": [STEPS]}]
    model = compile_spec([*inputs, layer], arrays(stack), keras_version="2.2.4")
    x, mask = draw(1, 4, STEPS, FEATURES), MASKS["anything"]
    y, _ = loop(stack, x, mask, draw_states(stack, 4, False), masked="previous" if unroll else "state")
    close(run_file(model, {"x": x, "mask": mask}), {"rnn": y})


def test_masked_stacks_of_keras_2_2_4_in_a_loop_are_refused() -> None:
    layer = entry_of(STACKS["two_of_a_kind"])
    with pytest.raises(specc.SpecError) as caught:
        specc.load({"specc": 1, "keras_version": "2.2.4", "layers": [X, {"type": "Masking"}, layer]})
    assert [finding.code for finding in caught.value.diagnostics] == ["G316"]


@each_target
@pytest.mark.parametrize("zero", [False, True], ids=["keras2", "tf.keras"])
@pytest.mark.parametrize("sequences", [False, True], ids=["last", "sequences"])
@pytest.mark.parametrize("name", STACKS)
def test_bidirectional(name: str, sequences: bool, zero: bool) -> None:
    stack, other = STACKS[name], Stack(tuple(Cell(**{**vars(c), "kernel": -c.kernel}) for c in STACKS[name].cells))
    inner = entry_of(stack, return_sequences=sequences, return_state=True)
    inner.pop("name")
    both = {"type": "Bidirectional", "name": "both", "layer": inner, "inputs": "x", "mask": "mask"}
    weights = arrays(stack, "both/forward") | arrays(other, "both/backward")
    model = compile_spec([X, MASK, both], weights, dialect="tf.keras" if zero else "keras2")
    for seed, (pattern, mask) in enumerate(MASKS.items()):
        x = draw(seed, len(mask), STEPS, FEATURES)
        how: dict[str, Any] = {"masked": "zero" if zero and sequences else "previous"}
        zeros = draw_states(stack, len(mask), False)
        y, states = loop(stack, x, mask, zeros, **how)
        back, others = loop(other, x, mask, zeros, go_backwards=True, **how)
        y, back = (y, back[:, ::-1]) if sequences else (y[:, -1], back[:, -1])
        expected = {"both": np.concatenate([y, back], axis=-1)}
        expected |= {f"both.state_{i}": state for i, state in enumerate((*states, *others))}
        close(run_file(model, {"x": x, "mask": mask}), expected, pattern)


@each_target
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("name", STACKS)
def test_stateful(name: str, masked: bool) -> None:
    """Three calls, and a reset before the last; lengths differ."""
    stack = STACKS[name]
    layer = entry_of(stack, return_sequences=True, stateful=True, inputs="x") | ({"mask": "mask"} if masked else {})
    inputs = [{**entry, "batch_size": 4} for entry in (X, *([MASK] if masked else []))]
    session = open_session(compile_spec([*inputs, layer], arrays(stack)))
    zeros = draw_states(stack, 4, False)
    states = zeros
    for call, steps in enumerate((STEPS, 2, STEPS)):
        if call == 2:
            session.reset_states()
            states = zeros
        x, mask = draw(call, 4, steps, FEATURES).astype(np.float32), MASKS["anything"][:, -steps:]
        found = session.run({"x": x} | ({"mask": mask} if masked else {}))
        y, states = loop(stack, x.astype(np.float64), mask if masked else None, states)
        close(found, {"rnn": y}, f"call {call}")
        close(session.states, {f"rnn.state_{i}": s for i, s in enumerate(states)}, f"call {call}")


NODES: dict[str, dict[str, int]] = {
    "two_of_a_kind": {"LSTM": 2},
    "wide_and_narrow": {"LSTM": 1, "GRU": 1},
    "one": {"GRU": 1},
}
"""The recurrent nodes of a file."""


@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("both", [False, True], ids=["one way", "both ways"])
@pytest.mark.parametrize("name", NODES)
def test_a_stack_is_a_chain_of_native_nodes(name: str, both: bool, masked: bool) -> None:
    layer = entry_of(STACKS[name], return_sequences=True, return_state=True)
    if both:
        inner = {key: value for key, value in layer.items() if key != "name"}
        layer = {"type": "Bidirectional", "name": "rnn", "layer": inner}
    masking = [{"type": "Masking"}] if masked else []
    found = kinds(specc.load({"specc": 1, "layers": [X, *masking, layer]}).compile())
    nodes = Counter({kind: found[kind] for kind in ("LSTM", "GRU", "RNN", "Scan", "Loop", "If") if found[kind]})
    times = 2 if both and len(STACKS[name].cells) > 1 else 1  # one cell both ways is one node
    assert nodes == Counter({kind: times * count for kind, count in NODES[name].items()})


def test_two_lstm_cells_are_two_lstm_nodes() -> None:
    cells = [{"type": "LSTMCell", "units": 32}, {"type": "LSTMCell", "units": 32}]
    spec = {"specc": 1, "layers": [{"type": "RNN", "cell": cells, "input_shape": [10, 64]}]}
    found = kinds(specc.load(spec).compile())
    assert found["LSTM"] == 2
    assert not found.keys() & {"Loop", "Scan", "If"}


def test_a_masked_stack_is_compacted_once() -> None:
    """The cells above the first find their steps where the first left them."""
    layer = entry_of(STACKS["two_of_a_kind"], return_sequences=True)
    found = kinds(specc.load({"specc": 1, "layers": [X, {"type": "Masking"}, layer]}).compile())
    assert found["GatherND"] <= 3


@pytest.mark.parametrize("units", [4, 40])
def test_a_stack_of_simple_rnns(units: int) -> None:
    """Small ones are native nodes, others run in a Scan; never in a Loop."""
    cells = [{"type": "SimpleRNNCell", "units": units}] * 3
    found = kinds(specc.load({"specc": 1, "layers": [X, {"type": "RNN", "cell": cells}]}).compile())
    assert (found["RNN"], found["Scan"]) == ((3, 0) if units == 4 else (0, 3))
    assert "Loop" not in found


@pytest.mark.parametrize("name", STACKS)
def test_files_are_valid_in_every_opset(name: str) -> None:
    stack = STACKS[name]
    layers = [X, {"type": "Masking"}, entry_of(stack, return_sequences=True, return_state=True)]
    x = draw(1, 2, STEPS, FEATURES)
    expected = run_file(compile_spec(layers, arrays(stack)), {"x": x})
    for opset in OPSETS:
        model = compile_spec(layers, arrays(stack), opset=opset)
        onnx.checker.check_model(onnx.load_from_string(model), full_check=True)
        close(run_file(model, {"x": x}), expected, f"opset {opset}")


def test_every_cell_counts_its_own_features() -> None:
    """Each cell's kernel takes what the one below puts out."""
    spec = {"specc": 1, "layers": [X, entry_of(STACKS["three"])]}
    shapes = {name: array.shape for name, array in specc.load(spec).arrays().items()}
    assert shapes == {name: array.shape for name, array in arrays(STACKS["three"]).items()}

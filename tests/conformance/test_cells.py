"""Cells alone and stacked against float64 loops that run all cells of a stack at each step."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import onnx
import pytest

import specc
from tests.conformance.compiled import arrays_of, compile_spec, layer_of, run_file
from tests.conformance.equations import Cell, Doubles, States, random_cell, run
from tests.conformance.test_equations import CELLS, FEATURES, MASK, MASKS, STEPS, X, close, draw
from tests.conformance.test_structure import OPSETS, kinds

FLAGS = tuple(product((False, True), repeat=3))


@dataclass(frozen=True)
class Stack:
    """Cells on top of each other, which act as one. Its states are those of the last cell first."""

    cells: tuple[Cell, ...]

    @property
    def units(self) -> int:
        return self.cells[-1].units

    @property
    def state_count(self) -> int:
        return sum(cell.state_count for cell in self.cells)

    @property
    def widths(self) -> list[int]:
        """Of the states, the first cell's first."""
        return [cell.units for cell in self.cells for _ in range(cell.state_count)]

    def step(self, x: Doubles, states: States) -> States:
        rest = list(turned(self, states))
        after: list[States] = []
        for cell in self.cells:
            after.append(cell.step(x, tuple(rest.pop(0) for _ in range(cell.state_count))))
            x = after[-1][0]
        return tuple(state for group in reversed(after) for state in group)


def turned(stack: Stack, states: States) -> States:
    """The states with those of the first cell first."""
    rest = list(states)
    groups = [[rest.pop(0) for _ in range(cell.state_count)] for cell in reversed(stack.cells)]
    return tuple(state for group in reversed(groups) for state in group)


def last_first(stack: Stack, states: States) -> States:
    """The states with those of the last cell first."""
    return turned(Stack(tuple(reversed(stack.cells))), states)


def stack_of(*kinds_and_units: tuple[str, int], **arguments: Any) -> Stack:
    features, cells = FEATURES, []
    for seed, (kind, units) in enumerate(kinds_and_units):
        cells.append(random_cell(seed, features=features, units=units, **CELLS[kind], **arguments))
        features = units
    return Stack(tuple(cells))


STACKS = {
    "one": stack_of(("GRU_after", 3)),
    "two_of_a_kind": stack_of(("LSTM", 4), ("LSTM", 4)),
    "wide_and_narrow": stack_of(("LSTM", 5), ("GRU_before", 2)),
    "three": stack_of(("SimpleRNN", 2), ("LSTM", 4), ("GRU_after", 3)),
    "in_loops": stack_of(("LSTM", 3), ("SimpleRNN", 4), activation="selu", scale=0.3),
}


def cell_of(cell: Cell) -> dict[str, Any]:
    entry = layer_of(cell)
    return {**entry, "type": f"{entry['type']}Cell"}


def entry_of(stack: Stack, wrapped: bool = False, **arguments: Any) -> dict[str, Any]:
    """RNN around the stack, named `rnn`."""
    cells: Any = [cell_of(cell) for cell in stack.cells]
    cell = {"type": "StackedRNNCells", "cells": cells, **arguments.pop("inside", {})} if wrapped else cells
    return {"type": "RNN", "name": "rnn", "cell": cell, **arguments}


def arrays(stack: Stack, scope: str = "rnn") -> dict[str, Any]:
    return {k: v for i, cell in enumerate(stack.cells) for k, v in arrays_of(cell, f"{scope}/cell_{i}").items()}


def draw_states(stack: Stack, batch: int, starts: bool = True) -> States:
    """The first cell's first."""
    return tuple(draw(300 + i, batch, width) * starts for i, width in enumerate(stack.widths))


def loop(stack: Stack, x: Doubles, mask: Any, states: States, **how: Any) -> tuple[Doubles, States]:
    """Outputs and final states, the first cell's first."""
    y, finals = run(stack, x, mask, last_first(stack, states), **how)  # type: ignore[arg-type]
    return y, turned(stack, finals)


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


@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("name", STACKS)
def test_stateful(name: str, masked: bool) -> None:
    """Three calls, and a reset before the last; lengths differ."""
    stack = STACKS[name]
    layer = entry_of(stack, return_sequences=True, stateful=True, inputs="x") | ({"mask": "mask"} if masked else {})
    inputs = [{**entry, "batch_size": 4} for entry in (X, *([MASK] if masked else []))]
    session = specc.Session(compile_spec([*inputs, layer], arrays(stack)))
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


ALONE: dict[str, tuple[Stack, list[str]]] = {
    **{
        kind: (stack_of((kind, 4)), ["state_h", "state_c"] if kind == "LSTM" else ["state"])
        for kind in CELLS
    },
    **{name: (stack, [f"state_{i}" for i in range(stack.state_count)]) for name, stack in STACKS.items()},
}  # fmt: skip


def compile_alone(name: str, **header: Any) -> bytes:
    """A cell, or a stack of them, that is a layer of its own, named `cell`."""
    stack, _ = ALONE[name]
    x = {"type": "Input", "name": "x", "shape": [FEATURES]}
    if name in CELLS:
        return compile_spec([x, {**cell_of(stack.cells[0]), "name": "cell"}], arrays_of(stack.cells[0], "cell"))
    cells = [cell_of(cell) for cell in stack.cells]
    return compile_spec(
        [x, {"type": "StackedRNNCells", "name": "cell", "cells": cells}], arrays(stack, "cell"), **header
    )


@pytest.mark.parametrize("name", ALONE)
def test_a_cell_alone_is_one_step(name: str) -> None:
    """Its inputs are x and the states, its outputs the output and the new states."""
    stack, names = ALONE[name]
    model = compile_alone(name)
    graph = onnx.load_from_string(model).graph
    assert [i.name for i in graph.input] == ["x", *(f"cell.{n}.in" for n in names)]
    assert [o.name for o in graph.output] == ["cell", *(f"cell.{n}.out" for n in names)]
    for batch in (1, 3):
        x, states = draw(batch, batch, FEATURES), draw_states(stack, batch)
        after = stack.step(x, last_first(stack, states))
        expected = {"cell": after[0]}
        expected |= {f"cell.{n}.out": s for n, s in zip(names, turned(stack, after), strict=True)}
        feeds = {"x": x} | {f"cell.{n}.in": s for n, s in zip(names, states, strict=True)}
        close(run_file(model, feeds), expected)


def test_a_stack_alone_lists_its_states_as_the_version_does() -> None:
    stack, names = ALONE["wide_and_narrow"]
    model = compile_alone("wide_and_narrow", keras_version="2.1.6")
    shapes = [
        tuple(d.dim_value for d in i.type.tensor_type.shape.dim)[1] for i in onnx.load_from_string(model).graph.input
    ]
    assert shapes == [FEATURES, 2, 5, 5]
    x, states = draw(1, 2, FEATURES), draw_states(stack, 2)
    after = stack.step(x, last_first(stack, states))
    expected = {"cell": after[0]} | {f"cell.{n}.out": s for n, s in zip(names, after, strict=True)}
    feeds = {"x": x} | {f"cell.{n}.in": s for n, s in zip(names, last_first(stack, states), strict=True)}
    close(run_file(model, feeds), expected)


@pytest.mark.parametrize("name", ALONE)
def test_step_by_step_a_cell_is_the_layer(name: str) -> None:
    """A session remembers the states from call to call."""
    stack, names = ALONE[name]
    session = specc.Session(compile_alone(name))
    x = draw(1, 3, STEPS, FEATURES).astype(np.float32)
    y, finals = loop(stack, x.astype(np.float64), None, draw_states(stack, 3, False))
    for step in range(STEPS):
        close(session.run({"x": x[:, step]}), {"cell": y[:, step]}, f"step {step}")
    close(session.states, {f"cell.{n}": s for n, s in zip(names, finals, strict=True)})


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


def test_a_cell_alone_is_no_loop() -> None:
    for name in ("LSTM", "GRU_after", "GRU_before", "SimpleRNN"):
        assert not kinds(compile_alone(name)).keys() & {"Loop", "Scan"}


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
    for alone in (name, "LSTM"):
        onnx.checker.check_model(onnx.load_from_string(compile_alone(alone)), full_check=True)


def test_every_cell_counts_its_own_features() -> None:
    """Each cell's kernel takes what the one below puts out."""
    spec = {"specc": 1, "layers": [X, entry_of(STACKS["three"])]}
    shapes = {name: array.shape for name, array in specc.load(spec).arrays().items()}
    assert shapes == {name: array.shape for name, array in arrays(STACKS["three"]).items()}

"""Cells that stand alone: models of one step, whose states are inputs and outputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest

from tests.conformance.compiled import arrays_of, compile_spec, each_target, open_session, run_file
from tests.conformance.stacks import STACKS, Stack, arrays, cell_of, draw_states, last_first, loop, stack_of, turned
from tests.conformance.test_equations import CELLS, FEATURES, STEPS, close, draw
from tests.conformance.test_structure import kinds

ALONE: dict[str, tuple[Stack, list[str]]] = {
    **{
        kind: (stack_of((kind, 4)), ["state_h", "state_c"] if kind == "LSTM" else ["state"])
        for kind in CELLS
    },
    **{name: (stack, [f"state_{i}" for i in range(stack.state_count)]) for name, stack in STACKS.items()},
}  # fmt: skip


def compile_alone(name: str, **header: Any) -> Any:
    """A cell, or a stack of them, that is a layer of its own, named `cell`."""
    stack, _ = ALONE[name]
    x = {"type": "Input", "name": "x", "shape": [FEATURES]}
    if name in CELLS:
        return compile_spec([x, {**cell_of(stack.cells[0]), "name": "cell"}], arrays_of(stack.cells[0], "cell"))
    cells = [cell_of(cell) for cell in stack.cells]
    return compile_spec(
        [x, {"type": "StackedRNNCells", "name": "cell", "cells": cells}], arrays(stack, "cell"), **header
    )


@each_target
@pytest.mark.parametrize("name", ALONE)
def test_a_cell_alone_is_one_step(name: str) -> None:
    """Its inputs are x and the states, its outputs the output and the new states."""
    stack, names = ALONE[name]
    model = compile_alone(name)
    if isinstance(model, bytes):
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


@each_target
@pytest.mark.parametrize("name", ALONE)
def test_step_by_step_a_cell_is_the_layer(name: str) -> None:
    """A session remembers the states from call to call."""
    stack, names = ALONE[name]
    session = open_session(compile_alone(name))
    x = draw(1, 3, STEPS, FEATURES).astype(np.float32)
    y, finals = loop(stack, x.astype(np.float64), None, draw_states(stack, 3, False))
    for step in range(STEPS):
        close(session.run({"x": x[:, step]}), {"cell": y[:, step]}, f"step {step}")
    close(session.states, {f"cell.{n}": s for n, s in zip(names, finals, strict=True)})


def test_a_cell_alone_is_no_loop() -> None:
    for name in ("LSTM", "GRU_after", "GRU_before", "SimpleRNN"):
        assert not kinds(compile_alone(name)).keys() & {"Loop", "Scan"}


@pytest.mark.parametrize("name", ALONE)
def test_files_are_valid(name: str) -> None:
    onnx.checker.check_model(onnx.load_from_string(compile_alone(name)), full_check=True)

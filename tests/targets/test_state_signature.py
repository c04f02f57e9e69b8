"""Stateful layers in the compiled file: their states go in and come out by name, and its metadata pairs them."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.testing import assert_allclose, assert_array_equal

import specc
from tests.targets.stateful import CHAIN, GRU, INPUT, LSTM, STATES, pair, sequence, spec


def shapes(values: Any) -> dict[str, list[int | str]]:
    return {v.name: [d.dim_value or d.dim_param for d in v.type.tensor_type.shape.dim] for v in values}


def state_pairs(model: onnx.ModelProto) -> Any:
    (entry,) = [prop.value for prop in model.metadata_props if prop.key == "specc.states"]
    return json.loads(entry)


def test_states_follow_the_inputs_and_the_outputs() -> None:
    graph = onnx.load_from_string(specc.load(spec(*CHAIN)).compile()).graph
    widths = dict(zip(STATES, (4, 4, 3, 5), strict=True))
    assert shapes(graph.input) == {"x": [2, "time", 3]} | {f"{s}.in": [2, width] for s, width in widths.items()}
    assert shapes(graph.output) == {"three": [2, 5]} | {f"{s}.out": [2, width] for s, width in widths.items()}
    assert [value.name for value in graph.input][1:] == [f"{s}.in" for s in STATES]
    assert [value.name for value in graph.output][1:] == [f"{s}.out" for s in STATES]


def test_states_pair_when_sorted_by_name() -> None:
    graph = onnx.load_from_string(specc.load(spec(*CHAIN)).compile()).graph
    befores = sorted(value.name for value in graph.input if value.name.endswith(".in"))
    afters = sorted(value.name for value in graph.output if value.name.endswith(".out"))
    assert [name.removesuffix(".in") for name in befores] == [name.removesuffix(".out") for name in afters]
    assert len(befores) == len(STATES)


def test_metadata_lists_the_pairs() -> None:
    model = onnx.load_from_string(specc.load(spec(*CHAIN)).compile())
    assert state_pairs(model) == [
        {"layer": name.split(".")[0], "state": name.split(".")[1], "input": f"{name}.in", "output": f"{name}.out"}
        for name in STATES
    ]


def test_bidirectional_lists_the_forward_states_first() -> None:
    both = {"type": "Bidirectional", "name": "both", "layer": LSTM}
    model = specc.load(spec(INPUT, both)).compile()
    assert [entry["state"] for entry in state_pairs(onnx.load_from_string(model))] == [
        "state_0",
        "state_1",
        "state_2",
        "state_3",
    ]


def test_stateless_models_have_no_states() -> None:
    model = onnx.load_from_string(specc.load(spec(INPUT, {"type": "LSTM", "units": 4})).compile())
    assert "specc.states" not in {prop.key for prop in model.metadata_props}
    assert [value.name for value in model.graph.input] == ["x"]
    assert [value.name for value in model.graph.output] == ["lstm"]


def test_a_layer_that_reaches_no_output_has_no_state() -> None:
    lonely = {**GRU, "name": "lonely", "inputs": "x"}
    model = specc.load(spec(INPUT, {**LSTM, "name": "one"}, lonely, outputs=["one"]))
    assert "V237" in [finding.code for finding in model.diagnostics]
    assert specc.Session(model.compile()).state_names == ("one.state_h", "one.state_c")


def test_a_returned_state_keeps_both_names() -> None:
    """An output that is a carried state too appears twice: the model's output, and the state's."""
    session, reference = pair(INPUT, {**LSTM, "name": "one", "return_state": True})
    for seed in range(2):
        outputs, expected = session.run(sequence(3, seed)), reference({"x": sequence(3, seed)})
        assert list(outputs) == ["one", "one.state_h", "one.state_c"]
        for name, array in expected.items():
            assert_allclose(outputs[name], array, atol=1e-6)
        assert_array_equal(outputs["one.state_c"], session.states["one.state_c"])


def test_any_runtime_can_carry_the_state() -> None:
    """onnxruntime alone, with what the metadata says."""
    model = specc.load(spec(*CHAIN)).compile()
    pairs = state_pairs(onnx.load_from_string(model))
    native = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    ours = specc.Session(model)
    widths = {value.name: value.shape for value in native.get_inputs()}
    states = {entry["input"]: np.zeros(widths[entry["input"]], np.float32) for entry in pairs}
    for seed in range(3):
        x = sequence(4, seed)
        output, *after = native.run(["three", *(entry["output"] for entry in pairs)], {"x": x, **states})
        states = {entry["input"]: array for entry, array in zip(pairs, after, strict=True)}
        assert_array_equal(ours.run({"x": x})["three"], output)

"""Stateful layers in compiled files: their state goes in and comes out by name, and a session carries it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from numpy.typing import NDArray

import specc
from specc.runtime import SessionError
from tests.conformance.reference import Model

Array = NDArray[Any]
Entry = dict[str, Any]

BATCH, FEATURES = 2, 3
INPUT: Entry = {"type": "Input", "name": "x", "shape": [None, FEATURES], "batch_size": BATCH}
CARRIED = {"stateful": True, "bias_initializer": "random_uniform", "recurrent_activation": "sigmoid"}
LSTM = {"type": "LSTM", "units": 4, **CARRIED}
GRU = {"type": "GRU", "units": 3, **CARRIED}
SIMPLE_RNN = {"type": "SimpleRNN", "units": 5, "stateful": True, "bias_initializer": "random_uniform"}
CHAIN = [
    INPUT,
    {**LSTM, "name": "one", "return_sequences": True},
    {**GRU, "name": "two", "return_sequences": True},
    {**SIMPLE_RNN, "name": "three"},
]
STATES = ["one.state_h", "one.state_c", "two.state", "three.state"]


def spec(*layers: Entry, setting: str = "keras2", **keys: Any) -> Entry:
    dialect, _, version = setting.partition(" ")
    named = {"keras_version": version} if version else {}
    return {"specc": 1, "dialect": dialect, **named, "layers": list(layers), **keys}


def pair(*layers: Entry, setting: str = "keras2") -> tuple[specc.Session, Model]:
    """A session and the reference, on the same weights."""
    model = specc.load(spec(*layers, setting=setting))
    return specc.Session(model.compile()), Model(layers, model.arrays(), setting)


def sequence(steps: int, seed: int = 0) -> Array:
    return np.random.default_rng(seed).uniform(-2, 2, (BATCH, steps, FEATURES)).astype(np.float32)


def compare(session: specc.Session, reference: Model, x: Array) -> None:
    """One call: the output, and every state after it."""
    (output,) = session.run({"x": x}).values()
    (expected,) = reference({"x": x}).values()
    assert_allclose(output, expected, atol=1e-6)
    wanted = [state for states in reference.carried.values() for state in states]
    for found, state in zip(session.states.values(), wanted, strict=True):
        assert_allclose(found, state, atol=1e-6)


def shapes(values: Any) -> dict[str, list[int | str]]:
    return {v.name: [d.dim_value or d.dim_param for d in v.type.tensor_type.shape.dim] for v in values}


def state_pairs(model: onnx.ModelProto) -> Any:
    (entry,) = [prop.value for prop in model.metadata_props if prop.key == "specc.states"]
    return json.loads(entry)


# The file.


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


# Call after call.

FORMS: Mapping[str, list[Entry]] = {
    "LSTM": [LSTM],
    "GRU": [GRU],
    "GRU, reset after": [{**GRU, "reset_after": True}],
    "SimpleRNN": [SIMPLE_RNN],
    "backwards": [{**LSTM, "go_backwards": True, "return_sequences": True}],
    "Bidirectional": [{"type": "Bidirectional", "layer": {**LSTM, "return_sequences": True}}],
    "Bidirectional, last outputs": [{"type": "Bidirectional", "layer": GRU}],
    "masked LSTM": [{"type": "Masking", "name": "mask"}, {**LSTM, "return_sequences": True}],
    "masked SimpleRNN": [{"type": "Masking", "name": "mask"}, SIMPLE_RNN],
    "masked Bidirectional": [
        {"type": "Masking", "name": "mask"},
        {"type": "Bidirectional", "layer": {**LSTM, "return_sequences": True}},
    ],
}
SETTINGS = ("keras1", "keras2", "keras2 2.2.4", "tf.keras", "keras3")


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("form", FORMS)
def test_every_call_goes_on_where_the_last_one_ended(form: str, setting: str) -> None:
    *before, last = FORMS[form]
    session, reference = pair(INPUT, *before, {**last, "name": "layer"}, setting=setting)
    for steps in (3, 1, 5):
        x = sequence(steps, steps)
        if before:
            x[0, : steps // 2 + 1] = 0
            x[1, steps // 2 :] = 0
        compare(session, reference, x)


@pytest.mark.parametrize("steps", [1, 4])
def test_written_out_steps_carry_the_state_too(steps: int) -> None:
    layers = {**INPUT, "shape": [steps, FEATURES]}, {**LSTM, "name": "layer", "unroll": True}
    session, reference = pair(*layers)
    for seed in range(3):
        compare(session, reference, sequence(steps, seed))


def test_a_sequence_in_parts_is_the_whole_sequence() -> None:
    session, _ = pair(*CHAIN)
    stateless = [{key: value for key, value in layer.items() if key != "stateful"} for layer in CHAIN]
    whole = sequence(9)
    expected = Model(stateless, specc.load(spec(*CHAIN)).arrays(), "keras2")({"x": whole})["three"]
    for part in np.split(whole, [2, 3, 7], axis=1):
        found = session.run({"x": part})["three"]
    assert_allclose(found, expected, atol=1e-6)


def test_a_row_without_a_valid_step_keeps_its_state() -> None:
    session, _ = pair(INPUT, {"type": "Masking"}, {**LSTM, "name": "layer"})
    session.run({"x": sequence(3)})
    before = session.states
    x = sequence(3, 1)
    x[1] = 0
    output = session.run({"x": x})["layer"]
    assert_array_equal(output[1], np.zeros(4))
    for name, after in session.states.items():
        assert_array_equal(after[1], before[name][1])
        assert np.abs(after[0] - before[name][0]).min() > 1e-3


# Resetting, and setting.


def test_reset_zeroes_all_states() -> None:
    session, reference = pair(*CHAIN)
    session.run({"x": sequence(3)})
    assert all(np.abs(state).min() > 0 for state in session.states.values())
    session.reset_states()
    assert not any(state.any() for state in session.states.values())
    compare(session, reference, sequence(3, 1))


@pytest.mark.parametrize("layer", ["one", "two", "three"])
def test_reset_of_one_layer_leaves_the_others(layer: str) -> None:
    session, reference = pair(*CHAIN)
    compare(session, reference, sequence(3))
    session.reset_states(layer=layer)
    reference.carried[layer] = tuple(state * 0 for state in reference.carried[layer])
    compare(session, reference, sequence(3, 1))


def test_states_can_be_set() -> None:
    session, reference = pair(*CHAIN)
    compare(session, reference, sequence(3))
    given = [np.full((BATCH, 4), 0.25), np.arange(8.0).reshape(BATCH, 4)]
    session.reset_states(states=given, layer="one")
    reference.carried["one"] = tuple(given)
    compare(session, reference, sequence(3, 1))


def test_states_of_all_layers_can_be_set_in_order() -> None:
    first, reference = pair(*CHAIN)
    compare(first, reference, sequence(3))
    second = specc.Session(specc.load(spec(*CHAIN)).compile())
    second.reset_states(states=list(first.states.values()))
    compare(second, reference, sequence(3, 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layer": "ones"}, "no layer `ones` with states; did you mean `one`?"),
        ({"layer": "x"}, "no layer `x` with states; layers with states: one, two, three"),
        (
            {"states": [np.zeros((2, 4))], "layer": "one"},
            "expected 2 states (one.state_h, one.state_c), found 1",
        ),
        (
            {"states": [np.zeros((2, 4))] * 2},
            "expected 4 states (one.state_h, one.state_c, two.state, three.state), found 2",
        ),
        (
            {"states": [np.zeros((2, 4)), np.zeros((2, 3))], "layer": "one"},
            "state `one.state_c` has shape (2, 3), the model takes (2, 4): dimension 1 is 3, it must be 4",
        ),
        (
            {"states": [np.zeros((3, 3))], "layer": "two"},
            "state `two.state` has shape (3, 3), the model takes (2, 3): the batch is 3, it is fixed to 2 in the model",
        ),
        (
            {"states": [np.zeros(5)], "layer": "three"},
            "state `three.state` has 1 dimensions (5,), the model takes 2 (2, 5)",
        ),
    ],
)
def test_wrong_states_change_nothing(arguments: dict[str, Any], message: str) -> None:
    session, reference = pair(*CHAIN)
    compare(session, reference, sequence(3))
    with pytest.raises(SessionError) as caught:
        session.reset_states(**arguments)
    assert message in str(caught.value)
    compare(session, reference, sequence(3, 1))


def test_another_batch_size_is_refused() -> None:
    session, _ = pair(*CHAIN)
    with pytest.raises(SessionError, match=r"the batch is 3, it is fixed to 2 in the model$"):
        session.run({"x": np.zeros((3, 4, FEATURES), np.float32)})


def test_a_model_without_states_cannot_be_reset() -> None:
    session = specc.Session(specc.load(spec(INPUT, {"type": "LSTM", "units": 4})).compile())
    with pytest.raises(SessionError, match=r"^the model has no states; give its recurrent layers `stateful: true`$"):
        session.reset_states()


# A stateful layer with an initial state: it counts its steps, two a call.

COUNTER = {
    "type": "SimpleRNN",
    "name": "count",
    "units": 1,
    "stateful": True,
    "activation": "linear",
    "kernel_initializer": "zeros",
    "recurrent_initializer": "ones",
    "bias_initializer": "ones",
}


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [("keras2", [12, 12, 102]), ("tf.keras", [12, 14, 16]), ("keras3", [12, 12, 102])],
)
def test_initial_state_and_recorded_state(dialect: str, expected: list[int]) -> None:
    """As measured: tf.keras looks at the initial state only while all that it recorded is zero."""
    start = {"type": "Input", "name": "start", "shape": [1]}
    layer = {**COUNTER, "inputs": "x", "initial_state": "start"}
    session = specc.Session(specc.load(spec(INPUT, start, layer, setting=dialect)).compile())

    def count(value: float) -> list[float]:
        outputs = session.run({"x": sequence(2), "start": np.full((BATCH, 1), value)})
        return outputs["count"].ravel().tolist()

    assert [count(value) for value in (10, 10, 100)] == [[n] * BATCH for n in expected]
    session.reset_states()
    assert count(100) == [102] * BATCH


def test_one_row_that_recorded_something_is_enough_in_tf_keras() -> None:
    start = {"type": "Input", "name": "start", "shape": [1]}
    layer = {**COUNTER, "inputs": "x", "initial_state": "start"}
    session = specc.Session(specc.load(spec(INPUT, start, layer, setting="tf.keras")).compile())
    session.reset_states(states=[[[5], [0]]])
    outputs = session.run({"x": sequence(2), "start": np.full((BATCH, 1), 10)})
    assert outputs["count"].ravel().tolist() == [7, 2]

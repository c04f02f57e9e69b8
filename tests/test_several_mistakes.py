"""Independent mistakes are found in one run; what follows from one of them is not a second."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from specc.source import parse
from tests.loading import codes, findings
from tests.mutations import Place, at, places

HEAD = "specc: 1\ndialect: tf.keras\nlayers:\n"
SEQUENCE = "  - {type: Input, shape: [5, 4]}\n"


GOOD: list[Any] = [
    parse(path.read_text("utf-8"), "").data for path in sorted((Path(__file__).parent / "good").iterdir())
]
PLAIN = [
    data
    for data in GOOD
    if isinstance(data, dict)
    and not {"vars", "defaults", "expect"} & data.keys()
    and all("type" in layer for layer in data.get("layers", [{}]))
]
"""Good specs that have layers alone."""


def found(*layers: str, head: str = HEAD + SEQUENCE) -> list[tuple[str, Place]]:
    return codes(head + "".join(f"  - {{{layer}}}\n" for layer in layers))


@pytest.mark.parametrize(
    ("layer", "mistake"),
    [
        ("type: LSTM, units: 3, activaton: tanh", ("V202", ("layers", 2, "activaton"))),
        ("type: LSTM, units: 3, activation: fancy", ("V206", ("layers", 2, "activation"))),
        ("type: LSTM, units: 3, dropout: 7", ("V205", ("layers", 2, "dropout"))),
        ("type: LSTM, units: 3, kernel_regularizer: {type: l3}", ("V209", ("layers", 2, "kernel_regularizer", "type"))),
        ("type: LSTM, units: '3'", ("V204", ("layers", 2, "units"))),
        ("type: LSTM, units: 0", ("V205", ("layers", 2, "units"))),
        ("type: LSTM", ("V203", ("layers", 2))),
        ("type: LSTM, units: 3, name: a-b", ("V207", ("layers", 2, "name"))),
        ("type: LSTM, units: 3, zebra: 1", ("V202", ("layers", 2, "zebra"))),
        ("type: LSTM, units: 3, return_sequences: maybe", ("V204", ("layers", 2, "return_sequences"))),
        ("type: Conv1D, kernel_size: 1, filters: -3", ("V205", ("layers", 2, "filters"))),
        ("type: Bidirectional, layer: {type: GRU, units: 3, dropout: 7}", ("V205", ("layers", 2, "layer", "dropout"))),
        ("type: Bidirectional, layer: {type: GRU}", ("V203", ("layers", 2, "layer"))),
        ("type: RNN, cell: [{type: GRUCell, unit: 2}]", ("V202", ("layers", 2, "cell", 0, "unit"))),
        ("typ: LSTM, units: 3", ("V203", ("layers", 2, "typ"))),
    ],
)
def test_what_a_layer_with_a_mistake_is_called_on(layer: str, mistake: tuple[str, Place]) -> None:
    """Here the layer before it returns one step. And a reference that leads nowhere is found there too."""
    own, (code, place) = found("type: LSTM, units: 3", layer)
    assert (own, code, place[:2]) == (mistake, "G301", ("layers", 2))
    misled = found("type: LSTM, units: 3, return_sequences: true", f"{layer}, inputs: [lost]")
    assert misled == [mistake, ("V230", ("layers", 2, "inputs", 0))] or mistake[0] == "V207"


@pytest.mark.parametrize(
    "layer",
    [
        "type: LSTM, units: 3, activaton: tanh",
        "type: LSTMM, units: 3",
        "type: LSTM, units: 3, recurrent_dropout: -1",
        "type: LSTM, units: '3'",
        "type: LSTM, num_units: 3",
        "type: LSTM, units: 3, return_sequences: 'no'",
        "type: LSTM, units: 3, loss: mse, name: 3d",
        "type: LSTM, units: 3, foo: 1",
        "type: Bidirectional, merge_mode: sum, layer: {type: GRU, units: 3, seed: x}",
    ],
)
def test_what_follows_a_layer_that_was_surely_meant(layer: str) -> None:
    assert [place for _, place in found(layer, "type: GRU, units: 2")][-1] == ("layers", 2)
    assert [place[:2] for _, place in found(layer, "type: Dense, units: 2")] == [("layers", 1)] * (1 + ("3d" in layer))


@pytest.mark.parametrize(
    "layer",
    [
        "type: LSTM, units: 0",
        "type: LSTM",
        "type: LSTM, units: 3, return_sequences: maybe",
        "type: LSTM, units: 3, retrun_seq: true",
        "type: Lambda",
        "type: Reshape, target_shape: 5 x 2",
        "type: Bidirectional, merge_mode: add, layer: {type: GRU, units: 3}",
        "type: Bidirectional, return_sequences: true, layer: {type: GRU, units: 3}",
        "type: TimeDistributed, layer: {type: Dense, units: -1}",
        "type: RNN, cells: [{type: GRUCell, units: x}]",
        "type: LSTM, units: 3, inputs: [a b]",
        "input_shape: [5, -1], type: LSTM, units: 3",
    ],
)
def test_what_follows_a_layer_that_nobody_knows_is_not_judged(layer: str) -> None:
    after = ("type: LSTM, units: 3", "type: Add, inputs: [lstm, input, input]", "type: Reshape, target_shape: [7]")
    assert {place[:2] for _, place in found(layer, *after)} == {("layers", 1)}


def test_the_inputs_of_a_layer_of_no_known_class() -> None:
    assert found("type: Lambda, inputs: [input, lost]") == [
        ("V201", ("layers", 1, "type")),
        ("V230", ("layers", 1, "inputs", 1)),
    ]
    assert found("type: Dense, units: {}", "type: Shared, layer: dense, inputs: lost") == [
        ("V204", ("layers", 1, "units")),
        ("V230", ("layers", 2, "inputs")),
    ]


def test_which_outputs_a_layer_has_does_not_hang_on_its_size() -> None:
    decoder = "type: LSTM, units: 4, inputs: input, initial_state: [lstm.state_h, lstm.state_x]"
    sized = [("V205", ("layers", 1, "units"))]
    both = [("V232", ("layers", 2, "initial_state", number)) for number in (0, 1)]
    assert found("type: LSTM, units: 0, return_state: true", decoder) == [*sized, both[1]]
    assert found("type: LSTM, units: 0", decoder) == [*sized, both[0]]  # the states are missed once
    assert found("type: LSTM, units: 3, return_state: maybe", decoder) == [("V204", ("layers", 1, "return_state"))]


def test_what_a_spec_expects_is_looked_at_beside_other_mistakes() -> None:
    layers = "  - {type: LSTM, units: 3, input_shape: [5, 3], activaton: tanh}\n  - {type: Dense, name: y, units: 2}\n"
    head = "specc: 1\nexpect: {outputs: {z: [2], y: [3]}, parameters: 1}\nlayers:\n"
    own = ("V202", ("layers", 0, "activaton"))
    assert codes(head + layers) == [own, ("V255", ("expect", "outputs", "z")), ("V253", ("expect", "outputs", "y"))]
    assert codes(head + layers.replace("units: 2", "units: 0")) == [own, ("V205", ("layers", 1, "units"))]


def test_an_input_shape_further_down_counts_as_left_out() -> None:
    layers = ("type: LSTM, units: 3, input_shape: [5, 3]", "type: LSTM, units: 3", "type: Add, inputs: input")
    assert found(*layers) == [
        ("V214", ("layers", 1, "input_shape")),
        ("G301", ("layers", 2)),
        ("G307", ("layers", 3, "type")),
    ]
    first = found("type: LSTM, units: 3, input_shape: [5, 3], inputs: x", head="specc: 1\nlayers:\n")
    assert first == [("V230", ("layers", 0, "inputs"))]


def test_a_name_that_nobody_can_read_hides_no_slip_in_another() -> None:
    layers = ("type: LSTM, name: enc-1, units: 3", "type: Add, name: sums, inputs: [input, input]")
    lost = ("V207", ("layers", 1, "name"))
    assert found(*layers, "type: Flatten, inputs: sumss") == [lost, ("V230", ("layers", 3, "inputs"))]
    assert found(*layers, "type: Flatten, inputs: enc1") == [lost]


def test_a_misspelt_name_is_one_mistake_and_misspelt_references_are_several() -> None:
    readers = ("type: GRU, units: 2, inputs: source", "type: GRU, units: 2, inputs: source")
    head = "specc: 1\nlayers:\n  - {type: Input, name: sorce, shape: [5, 4]}\n"
    assert found(*readers, head=head) == [("V230", ("layers", 1, "inputs"))]
    both = [("V230", ("layers", 1, "inputs")), ("V230", ("layers", 2, "inputs"))]
    assert found(*readers, "type: GRU, units: 2, inputs: sorce", head=head) == both


def test_an_unknown_key_may_be_the_one_that_is_missing() -> None:
    assert found("type: GRU, neurons: 3") == [("V202", ("layers", 1, "neurons"))]
    assert found("type: GRU, neurons: many") == [("V203", ("layers", 1)), ("V202", ("layers", 1, "neurons"))]


def test_a_reference_under_a_misspelt_key_stands_where_it_is_written() -> None:
    assert found("type: GRU, units: 3, input: lost") == [
        ("V202", ("layers", 1, "input")),
        ("V230", ("layers", 1, "input")),
    ]


def test_a_tuple_of_python_is_one_mistake() -> None:
    assert found("type: Conv1D, filters: 2, kernel_size: (3, 3)") == [("V204", ("layers", 1, "kernel_size"))]


@pytest.mark.parametrize("layer", ["type: Permute, dims: 12", "type: Reshape, target_shape: 0"])
def test_what_a_number_in_the_place_of_a_list_was_meant_to_be(layer: str) -> None:
    assert [code for code, _ in found(layer, "type: LSTM, units: 3")] == ["V204"]


def test_two_wrong_names_are_not_equal_names() -> None:
    names = [("V207", ("layers", number, "name")) for number in (1, 2)]
    assert found("type: Dense, units: 2, name: a-b", "type: Dense, units: 2, name: a-b") == names


def test_an_argument_of_a_regularizer_under_its_other_name() -> None:
    place = ("layers", 1, "kernel_regularizer", "l")
    assert found("type: LSTM, units: 2, kernel_regularizer: {type: l2, l: '0.1'}") == [("V209", place)]


def test_what_an_alias_repeats_is_told_once() -> None:
    text = HEAD + SEQUENCE + "  - &a {type: LSTM, unitz: 3, return_sequences: true, dropout: 7}\n  - *a\n  - *a\n"
    assert codes(text) == [("V205", ("layers", 1, "dropout")), ("V202", ("layers", 1, "unitz"))]


def test_a_misspelt_key_and_what_stands_under_it() -> None:
    assert found("type: LSTM, unitss: -3") == [
        ("V202", ("layers", 1, "unitss")),
        ("V205", ("layers", 1, "unitss")),
    ]
    assert found("type: TimeDistributed, layerr: {type: Dense, unit: 3}") == [
        ("V202", ("layers", 1, "layerr")),
        ("V202", ("layers", 1, "layerr", "unit")),
    ]


def test_what_the_dialect_lacks_in_a_layer_with_other_mistakes() -> None:
    head = "specc: 1\nlayers:\n" + SEQUENCE
    layers = (
        "type: Bidirectional, layr: {type: GRU, units: 3, activation: gelu}",
        "type: LSTM, units: 3, activation: relu6",
    )
    assert found(*layers, head=head) == [
        ("V202", ("layers", 1, "layr")),
        ("V210", ("layers", 1, "layr", "activation")),
        ("V210", ("layers", 2, "activation")),
        ("G301", ("layers", 2)),
    ]
    lstm = found("type: LSTM, unit: 4, units: 8, zero_output_for_mask: true", head=head)
    assert lstm == [("V202", ("layers", 1, "unit")), ("V211", ("layers", 1, "zero_output_for_mask"))]


def test_a_layer_that_the_dialect_lacks_is_known_all_the_same() -> None:
    head = "specc: 1\ndialect: keras1\nlayers:\n" + SEQUENCE
    assert found("type: UpSampling1D, size: 2, inputs: lost", head=head) == [("V230", ("layers", 1, "inputs"))]
    softmax = found("type: LayerNormalization", "type: LSTM, units: 2", "type: LSTM, units: 2", head=head)
    assert softmax == [("V211", ("layers", 1, "type")), ("G301", ("layers", 3))]


def test_keys_that_stand_twice_hide_nothing_else() -> None:
    text = """
    specc: 1
    name: a
    name: b
    layers:
      - {type: Input, shape: [null, 4], dtype: float32, dtype: int32}
      - type: LSTM
        units: 3
        units: 0
        activaton: tanh
      - {type: Dense, units: 1e999, kernel_initializer: {type: constant, value: 1, value: 2}}
      - {type: GRU, units: 3, inputs: lost}
    """
    places = [
        ("S107", ("name",)),
        ("S107", ("layers", 0, "dtype")),
        ("S107", ("layers", 1, "units")),
        ("V202", ("layers", 1, "activaton")),
        ("S112", ("layers", 2, "units")),
        ("S107", ("layers", 2, "kernel_initializer", "value")),
        ("V230", ("layers", 3, "inputs")),
    ]
    assert sorted(codes(text)) == sorted(places)


@pytest.mark.parametrize("key", ["vars", "defaults", "layers", "units"])
def test_what_all_else_rests_on_stands_alone(key: str) -> None:
    """Where there are two lists of layers, or two values of a var, nobody knows what the rest means."""
    good = {"specc": 1, "vars": {"units": 3}, "defaults": {}, "layers": [{"type": "LSTM", "unit": "${units}"}]}
    text = json.dumps(good).replace(f'"{key}":', f'"{key}": 7, "{key}":')
    assert [code for code, _ in codes(text)] == ["S107"]


def test_the_version_twice_hides_nothing() -> None:
    assert found("type: GRU, unit: 3", head="specc: 1\n" + HEAD + SEQUENCE) == [
        ("S107", ("specc",)),
        ("V202", ("layers", 1, "unit")),
    ]


@pytest.mark.parametrize("value", [[], -1, "no layer", {"type": "Lambda"}], ids=repr)
def test_a_key_twice_is_one_finding_wherever_it_stands(value: Any) -> None:
    for data in PLAIN:
        for path, key in [(place[:-1], place[-1]) for place in places(data) if place]:
            if isinstance(key, str):
                changed = json.loads(json.dumps(data))  # a tree: in YAML it may have had aliases
                at(changed, path)["twice"] = value
                text = json.dumps(changed).replace('"twice"', json.dumps(key))
                errors = [finding.code for finding in findings(text) if finding.severity == "error"]
                assert errors == ["S107"], (data, path, key)


class Change(NamedTuple):
    """A mistake to make in a layer. is_certain: what the layer was meant to be stays clear."""

    place: Place
    make: Callable[[dict[str, Any]], object]
    is_certain: bool


def layers_in(layer: Any, place: Place) -> Iterator[Place]:
    """The place of a layer, and of those inside it."""
    yield place
    for key in ("layer", "cell", "cells", "backward_layer"):
        inner = layer.get(key)
        for number, one in enumerate(inner) if isinstance(inner, list) else [(None, inner)]:
            if isinstance(one, dict):
                yield from layers_in(one, (*place, key) if number is None else (*place, key, number))


def misspell(key: str, layer: dict[str, Any]) -> None:
    layer[key[:-1]] = layer.pop(key)


def spoil(key: str, layer: dict[str, Any]) -> None:
    layer[key] = {}


def changes(data: Any) -> Iterator[Change]:
    for index, layer in enumerate(data["layers"]):
        for place in layers_in(layer, ("layers", index)):
            yield Change(place, lambda it: it.update(zebra=1), True)
            yield Change(place, lambda it: it.update(trainable="maybe"), True)
            yield Change(place, lambda it: it.update(type="Lambda"), False)
            for key in at(data, place):
                if key in ("units", "filters", "return_sequences", "kernel_size", "merge_mode", "activation"):
                    yield Change(place, partial(misspell, key), True)
                    yield Change(place, partial(spoil, key), key == "activation")
                if key == "units":
                    yield Change(place, lambda it: it.update(units=it["units"] + 3), True)
                if key == "return_sequences":
                    yield Change(place, lambda it: it.pop("return_sequences"), True)


def errors_after(data: Any, *made: Change) -> set[tuple[str, Place]]:
    changed = copy.deepcopy(data)
    for change in made:
        change.make(at(changed, change.place))
    found = findings(json.dumps(changed))
    return {(finding.code, finding.path) for finding in found if finding.severity == "error"}


@pytest.mark.parametrize("seed", range(4))
def test_two_mistakes_are_two_findings(seed: int) -> None:
    """Two mistakes that make one finding each, made in two layers of a good spec at once, make both and no other."""
    chance = random.Random(seed)
    seen = 0
    while seen < 100:
        data = chance.choice(PLAIN)
        first, second = chance.sample(list(changes(data)), 2)
        one, two = errors_after(data, first), errors_after(data, second)
        if first.place[:2] == second.place[:2] or len(one) != 1 or len(two) != 1:
            continue
        both = errors_after(data, first, second)
        assert both <= one | two, (data, first, second)
        for change, own, other in ((first, one, second), (second, two, first)):
            # Shapes are not judged where they may depend on what nobody knows.
            is_judged = other.is_certain or next(iter(own))[0].startswith("V2")
            assert not is_judged or own <= both, (data, change, other)
        seen += 1
    assert list(itertools.islice(changes(PLAIN[0]), 1))

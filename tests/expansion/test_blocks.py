"""Repeated blocks: rounds, values, names; random ones against an expansion by hand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specc.expansion import expand
from specc.source import parse
from tests.expansion.plain import expansion, layers
from tests.loading import codes, findings, load_text


def test_rounds() -> None:
    text = "layers:\n  - repeat: 3\n    layers:\n      - {type: Dense, units: '${10 + index}'}\n      - {type: ReLU}"
    assert layers(text) == [
        {"type": "Dense", "units": 10}, {"type": "ReLU"},
        {"type": "Dense", "units": 11}, {"type": "ReLU"},
        {"type": "Dense", "units": 12}, {"type": "ReLU"},
    ]  # fmt: skip


def test_values_under_a_name() -> None:
    text = "layers:\n  - {repeat: [64, 32], as: units, layers: [{type: Dense, units: '${units}', n: '${index}'}]}"
    assert layers(text) == [{"type": "Dense", "units": 64, "n": 0}, {"type": "Dense", "units": 32, "n": 1}]
    assert layers("vars: {w: [5]}\nlayers:\n  - {repeat: '${w}', as: u, layers: ['${u}']}") == [5]
    assert layers("layers:\n  - {repeat: 2, as: i, layers: ['${i}', '${index}']}") == [0, 0, 1, 1]


def test_no_round_at_all() -> None:
    assert layers("vars: {n: 1}\nlayers:\n  - {repeat: '${n - 1}', layers: [{type: ReLU}]}\n  - {type: ReLU}") == [
        {"type": "ReLU"}
    ]


def test_blocks_inside_blocks() -> None:
    text = """
    layers:
      - repeat: 2
        as: i
        layers:
          - {repeat: 2, as: j, layers: ["${10 * i + j}", "${index}"]}
          - ${index}
    """
    assert layers(text) == [0, 0, 1, 1, 0, 10, 0, 11, 1, 1]


def test_names_get_numbers_and_references_follow_them() -> None:
    text = """
    layers:
      - {type: Input, name: x}
      - repeat: 2
        layers:
          - {type: LSTM, name: rnn, inputs: "${'x'}", initial_state: [x, rnn.state_h], mask: [null, x]}
          - {type: Shared, name: again, layer: rnn, inputs: [x, rnn.state_h]}
          - {type: Dense}
      - {type: Dense, inputs: [rnn_1, again_0]}
    """.replace("\"${'x'}\"", "x")
    assert layers(text) == [
        {"type": "Input", "name": "x"},
        {"type": "LSTM", "name": "rnn_0", "inputs": "x", "initial_state": ["x", "rnn_0.state_h"], "mask": [None, "x"]},
        {"type": "Shared", "name": "again_0", "layer": "rnn_0", "inputs": ["x", "rnn_0.state_h"]},
        {"type": "Dense"},
        {"type": "LSTM", "name": "rnn_1", "inputs": "x", "initial_state": ["x", "rnn_1.state_h"], "mask": [None, "x"]},
        {"type": "Shared", "name": "again_1", "layer": "rnn_1", "inputs": ["x", "rnn_1.state_h"]},
        {"type": "Dense"},
        {"type": "Dense", "inputs": ["rnn_1", "again_0"]},
    ]


def test_a_round_may_refer_to_the_one_before() -> None:
    text = """
    layers:
      - {type: Input, name: rnn_first}
      - {type: LSTM, name: out_0}
      - repeat: 2
        layers:
          - {type: LSTM, name: "out_${index + 1}", inputs: ["out_${index}", rnn_first]}
    """
    assert [layer.get("inputs") for layer in layers(text)[2:]] == [["out_0", "rnn_first"], ["out_1", "rnn_first"]]
    assert [layer["name"] for layer in layers(text)[2:]] == ["out_1", "out_2"]


def test_numbers_of_blocks_inside_blocks_stand_from_the_outside_in() -> None:
    text = """
    layers:
      - repeat: 2
        layers:
          - {repeat: 3, layers: [{name: a, inputs: [b, a]}]}
          - {name: b, inputs: [a_2, b]}
    """
    found = layers(text)
    assert [layer["name"] for layer in found] == ["a_0_0", "a_0_1", "a_0_2", "b_0", "a_1_0", "a_1_1", "a_1_2", "b_1"]
    assert [layer["inputs"] for layer in found[4:]] == [
        ["b_1", "a_1_0"],
        ["b_1", "a_1_1"],
        ["b_1", "a_1_2"],
        ["a_1_2", "b_1"],
    ]


def test_a_repeated_model() -> None:
    text = """
    specc: 1
    layers:
      - {type: Input, name: x, shape: [null, 8]}
      - repeat: 2
        layers:
          - {type: LSTM, name: rnn, units: 8, return_sequences: true}
          - {type: Add, name: sum, inputs: [rnn, "${'x'}"]}
      - {type: Dense, units: 1, inputs: sum_1}
    """.replace("\"${'x'}\"", "x")
    assert [node.name for node in load_text(text).graph.nodes] == ["x", "rnn_0", "sum_0", "rnn_1", "sum_1", "dense"]


BLOCK = "specc: 1\nlayers:\n  - {type: Input, shape: [2, 3]}\n  - repeat: 3\n    layers:\n      - {%s}\n"


def test_a_mistake_is_reported_once_at_its_place() -> None:
    assert codes(BLOCK % "type: LSTM, units: 0") == [("V205", ("layers", 1, "layers", 0, "units"))]
    assert codes(BLOCK % "type: LSTM, units: '${unit}'") == [("V241", ("layers", 1, "layers", 0, "units"))]
    assert codes(BLOCK % "type: LSTM, units: '${8 // index}', return_sequences: true") == [
        ("V243", ("layers", 1, "layers", 0, "units"))
    ]
    assert codes(BLOCK % "type: LSTM") == [("V203", ("layers", 1, "layers", 0))]


def test_two_mistakes_of_one_code_at_one_place_stay_two() -> None:
    found = findings(BLOCK % "type: Conv1D")
    assert [(finding.code, finding.path) for finding in found] == [("V203", ("layers", 1, "layers", 0))] * 2
    assert len({finding.message for finding in found}) == 2


def test_a_mistake_that_only_a_later_round_makes() -> None:
    (finding,) = findings(BLOCK % "type: Dense, units: '${2 - index}'")
    assert (finding.code, finding.path) == ("V205", ("layers", 1, "layers", 0, "units"))


def test_a_name_that_does_not_change_is_found() -> None:
    """The user's own ``${…}`` in a name is left alone."""
    (finding,) = findings(
        (BLOCK % "type: Dense, units: 2, name: '${base}_x'").replace("layers:", "vars: {base: d}\nlayers:", 1)
    )
    assert (finding.code, finding.path) == ("V208", ("layers", 1, "layers", 0, "name"))


def test_the_layer_after_a_broken_block_is_not_to_blame() -> None:
    text = """
    specc: 1
    layers:
      - {type: Input, shape: [2, 3]}
      - {repeat: x, layers: [{type: Dense, units: 2, name: d}]}
      - {type: LSTM, units: 4}
      - {type: Dense, units: 4, inputs: d_3}
      - {type: Dense, units: 0}
    """
    assert codes(text) == [("V246", ("layers", 1, "repeat")), ("V205", ("layers", 4, "units"))]


@pytest.mark.parametrize(
    ("block", "code", "path"),
    [
        ("{repeat: true, layers: [{type: ReLU}]}", "V246", ("repeat",)),
        ("{repeat: 1.0, layers: [{type: ReLU}]}", "V246", ("repeat",)),
        ("{repeat: [[1]], as: a, layers: [{type: ReLU}]}", "V246", ("repeat",)),
        ("{repeat: null, layers: [{type: ReLU}]}", "V246", ("repeat",)),
        ("{repeat: 2, as: 3, layers: [{type: ReLU}]}", "V246", ("as",)),
        ("{repeat: 2, as: 3, layers: [{type: Dense, units: '${three}'}]}", "V246", ("as",)),
        ("{repeat: [1, 2], layers: [{type: Dense, units: '${units}'}]}", "V246", ()),
        ("{repeat: 2, as: a-b, layers: [{type: ReLU}]}", "V246", ("as",)),
        ("{repeat: 2, layers: {type: ReLU}}", "V246", ("layers",)),
        ("{repeat: 2, layers: []}", "V246", ("layers",)),
        ("{repeat: 2}", "V203", ()),
        ("{repeat: 2, layers: [{type: ReLU}], name: x}", "V202", ("name",)),
        ("{repeat: 2, include: x.yaml}", "V202", ("include",)),
    ],
)
def test_blocks_with_a_mistake(block: str, code: str, path: tuple[str, ...]) -> None:
    found = [(finding.code, finding.path) for finding in expansion(f"layers:\n  - {block}\n").diagnostics]
    assert (code, ("layers", 0, *path)) in found
    assert len(found) == (2 if "include" in block else 1)


NAMES = ("index", "i", "j")


@st.composite
def items(draw: st.DrawFn, depth: int = 0, known: tuple[str, ...] = ()) -> list[Any]:
    """A list of layers and blocks that use the names around them."""
    found: list[Any] = []
    for _ in range(draw(st.integers(1, 3))):
        if depth < 3 and draw(st.booleans()):
            name = draw(st.sampled_from(["i", "j"]))
            rounds = draw(st.one_of(st.integers(0, 3), st.lists(st.integers(-5, 5), max_size=3)))
            inner = draw(items(depth + 1, tuple({*known, "index", name})))
            found.append({"repeat": rounds, "as": name, "layers": inner})
        else:
            layer: dict[str, Any] = {"type": "Dense", "k": [draw(st.integers(0, 9)), *draw(st.permutations(known))]}
            if draw(st.booleans()):
                layer["name"] = draw(st.sampled_from(["a", "b", "c"]))
                layer["inputs"] = draw(st.lists(st.sampled_from(["a", "b", "c_1", "a_0", "x"]), max_size=2))
            found.append(layer)
    return found


def written(item: Any) -> Any:
    """The item with its numbers as expressions: ``k: [3, i, index]`` becomes ``k: ${3 + 2 * i - 2 * index}``."""
    if "repeat" in item:
        return {**item, "layers": [written(inner) for inner in item["layers"]]}
    first, *names = item["k"]
    signs = [f" {'+' if n % 2 == 0 else '-'} 2 * {name}" for n, name in enumerate(names)]
    return {**item, "k": f"${{{first}{''.join(signs)}}}"}


def by_hand(item: Any, values: dict[str, int]) -> list[tuple[dict[str, Any], str]]:
    """The layers of an item, each with its name as the blocks around see it."""
    if "repeat" not in item:
        first, *names = item["k"]
        k = first + sum((2 if n % 2 == 0 else -2) * values[name] for n, name in enumerate(names))
        return [({**item, "k": k}, item.get("name", ""))]
    found = []
    rounds = item["repeat"] if isinstance(item["repeat"], list) else range(item["repeat"])
    for number, value in enumerate(rounds):
        inside = [
            made for inner in item["layers"] for made in by_hand(inner, {**values, "index": number, item["as"]: value})
        ]
        # The outer number goes before the inner ones: `a_2` of an inner block becomes `a_0_2`.
        new = {seen: f"{seen[0]}_{number}{seen[1:]}" for _, seen in inside if seen}
        for layer, seen in inside:
            if seen:
                inputs = [new.get(reference, reference) for reference in layer["inputs"]]
                layer = {**layer, "name": new[layer["name"]], "inputs": inputs}
            elif "inputs" in layer:
                layer = {**layer, "inputs": [new.get(reference, reference) for reference in layer["inputs"]]}
            found.append((layer, new.get(seen, "")))
    return found


@settings(max_examples=100, deadline=None)
@given(items())
def test_random_blocks_against_an_expansion_by_hand(spec: list[Any]) -> None:
    data = {"specc": 1, "layers": [written(item) for item in spec]}
    found = expand(parse(json.dumps(data), "m.json"), None)
    assert found.diagnostics == ()
    assert found.data["layers"] == [layer for item in spec for layer, _ in by_hand(item, {})]

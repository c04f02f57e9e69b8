"""One mistake in vars, blocks and defaults is one error, whatever rests on it; independent mistakes are all shown."""

from __future__ import annotations

import pytest

from specc import diagnostics
from tests.loading import codes, findings
from tests.mutations import Place

RNN = "type: LSTM, name: rnn, units: 3, return_sequences: true"
GRU = "type: GRU, name: g, units: 3, inputs: x"


def block(*inside: str, keys: str = "repeat: 2") -> str:
    """A spec of an Input, x, and a block. keys: of the block, beside its layers."""
    lines = "".join(f"      - {{{layer}}}\n" for layer in inside)
    return f"specc: 1\nlayers:\n  - {{type: Input, name: x, shape: [5, 3]}}\n  - {keys}\n    layers:\n{lines}"


@pytest.mark.parametrize(
    ("inside", "code", "place"),
    [
        (("type: Shared, inputs: x",), "V203", (0,)),
        ((RNN, "type: Shared, inputs: x, layr: rnn"), "V202", (1, "layr")),
        ((RNN, "type: Dropout, rate: 0.1, input: rnn"), "V202", (1, "input")),
        ((GRU, "type: GRU, units: 3, inputs: x, inital_state: g"), "V202", (1, "inital_state")),
        (("type: LSTM, nmae: rnn, units: 3, return_sequences: true",), "V202", (0, "nmae")),
        (("nmae: a, type: Dense, units: 3, inputs: x", "type: Dropout, rate: 0.1, inputs: a"), "V202", (0, "nmae")),
        ((RNN, "type: Shard, layer: rnn, inputs: x"), "V201", (1, "type")),
        ((RNN, "type: shared, layer: rnn, inputs: x"), "V201", (1, "type")),
        ((RNN, "class_name: Shared, layer: rnn, inputs: x"), "V203", (1, "class_name")),
        ((RNN, "type: Dropout, rate: 0.1, inputss: [rnn]"), "V202", (1, "inputss")),
        ((RNN, "type: Lambda, inputs: rnn"), "V201", (1, "type")),
    ],
)
def test_names_in_a_block_under_misspelt_keys(inside: tuple[str, ...], code: str, place: Place) -> None:
    errors = [(found.code, found.path) for found in findings(block(*inside)) if found.severity == "error"]
    assert errors == [(code, ("layers", 1, "layers", *place))]


def test_a_reference_under_a_misspelt_key_is_checked_too() -> None:
    found = codes(block(RNN, "type: Dropout, rate: 0.1, input: run"))
    assert [(code, path[:4]) for code, path in found] == [
        (code, ("layers", 1, "layers", 1)) for code in ("V202", "V230")
    ]


def test_a_wrong_value_is_shown_where_a_var_gives_it() -> None:
    (found,) = findings("specc: 1\nvars: {n: '3'}\nlayers:\n  - {type: LSTM, units: '${n}', input_shape: [5, 3]}\n")
    assert (found.code, found.path) == ("V204", ("layers", 0, "units"))
    assert found.related == (diagnostics.Place(("vars", "n"), "the value is from here"),)


def test_a_wrong_name_in_a_block_is_shown_as_it_is_written() -> None:
    found = findings(block("type: Dense, name: my layer, units: 3", "type: Dropout, rate: 0.1, inputs: my layer"))
    assert [finding.message for finding in found if finding.code == "V207"] == ["`my layer` is no valid name"]
    assert {finding.code for finding in found} <= {"V207", "V208"}


def rest_on(defaults: str, *layers: str) -> str:
    """A spec of two LSTMs that need what the defaults should say, or of other layers."""
    lines = layers or ("type: LSTM, input_shape: [5, 3], return_sequences: true", "type: LSTM")
    return f"specc: 1\n{defaults}\nlayers:\n" + "".join(f"  - {{{line}}}\n" for line in lines)


STACKED = ("type: LSTM, units: 3, input_shape: [5, 3]", "type: LSTM, units: 2")


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        ("LSTM: {unit: 8}", "V202", ("LSTM", "unit")),
        ("LSTM: {output_dim: 3}", "V202", ("LSTM", "output_dim")),
        ("LSTM: {units: 0}", "V205", ("LSTM", "units")),
        ("LSTM: {units: '8'}", "V204", ("LSTM", "units")),
        ("LSTM: {neurons: 8}", "V202", ("LSTM", "neurons")),
        ("Lstm: {units: 3}", "V201", ("Lstm",)),
        ("LSTMs_: {units: 3}", "V201", ("LSTMs_",)),
        ("Everything: {units: 3}", "V201", ("Everything",)),
        ("LSTM: {units: '${n}'}", "V241", ("LSTM", "units")),
        ("LSTM: '${n}'", "V241", ("LSTM",)),
        ("LSTM: [units, 3]", "V251", ("LSTM",)),
        ("LSTM: {units: 3, kernel_initializer: {typ: zeros, valeu: 1}}", "V209", ("LSTM", "kernel_initializer", "typ")),
    ],
)
def test_what_rests_on_wrong_defaults(arguments: str, code: str, place: Place) -> None:
    assert codes(rest_on(f"defaults: {{{arguments}}}")) == [(code, ("defaults", *place))]


@pytest.mark.parametrize(
    ("arguments", "code", "place"),
    [
        ("LSTM: {return_sequence: true}", "V202", ("LSTM", "return_sequence")),
        ("LSTM: {return_sequences: 'yes'}", "V204", ("LSTM", "return_sequences")),
        ("LSTM: {return_sequences: maybe}", "V204", ("LSTM", "return_sequences")),
        ("LSTM: {retrun_seq: true}", "V202", ("LSTM", "retrun_seq")),
        ("LSTM: yes", "V251", ("LSTM",)),
        ("lstm: {return_sequences: true}", "V201", ("lstm",)),
    ],
)
def test_what_follows_layers_with_wrong_defaults(arguments: str, code: str, place: Place) -> None:
    assert codes(rest_on(f"defaults: {{{arguments}}}", *STACKED)) == [(code, ("defaults", *place))]


@pytest.mark.parametrize(
    ("top", "code"),
    [
        ("default: {LSTM: {units: 8}}", "V202"),
        ("Defaults: {LSTM: {units: 8}}", "V202"),
        ("layer_defaults: {LSTM: {units: 8}}", "V202"),
        ("arguments: {LSTM: {units: 8}}", "V202"),
        ("defaults: [LSTM]", "V204"),
        ("defaults: null", "V204"),
        ("defaults: '${all}'", "V204"),
    ],
)
def test_defaults_that_cannot_be_read(top: str, code: str) -> None:
    assert codes(rest_on(top)) == [(code, (top.partition(":")[0],))]


def test_arguments_that_can_have_no_default() -> None:
    first = "type: LSTM, units: 3"
    assert codes(rest_on("defaults: {LSTM: {input_shape: [5, 3]}}", first)) == [
        ("V251", ("defaults", "LSTM", "input_shape"))
    ]
    wrapped = "type: Bidirectional, layer: {type: LSTM, units: 3}, input_shape: [5, 3]"
    assert codes(rest_on("defaults: {LSTM: {input_shape: [5, 3]}}", wrapped)) == [
        ("V251", ("defaults", "LSTM", "input_shape"))
    ]
    holder = "type: Bidirectional, input_shape: [5, 3]"
    assert codes(rest_on("defaults: {Bidirectional: {layer: {type: LSTM, units: 2}}}", holder)) == [
        ("V251", ("defaults", "Bidirectional", "layer"))
    ]
    named = ("type: LSTM, units: 3, input_shape: [5, 3]", "type: Dense, units: 2, inputs: a")
    assert codes(rest_on("defaults: {LSTM: {name: a}}", *named)) == [("V251", ("defaults", "LSTM", "name"))]


def test_wrong_defaults_hide_nothing_else() -> None:
    """What stands under a misspelt key, what a layer says itself, and what the mended defaults do."""
    assert codes(rest_on("defaults: {LSTM: {unit: 0}}")) == [
        ("V202", ("defaults", "LSTM", "unit")),
        ("V205", ("defaults", "LSTM", "unit")),
    ]
    assert codes(rest_on("default: {LSTM: {unit: 8}}")) == [
        ("V202", ("default", "LSTM", "unit")),
        ("V202", ("default",)),
    ]
    assert codes(rest_on("defaults: {LSTM: {units: 0}}", "type: LSTM, dropout: 3, input_shape: [5, 3]")) == [
        ("V205", ("defaults", "LSTM", "units")),
        ("V205", ("layers", 0, "dropout")),
    ]
    assert codes(rest_on("defaults: {LSTM: {neurons: 3}}", *STACKED)) == [
        ("V202", ("defaults", "LSTM", "neurons")),
        ("G301", ("layers", 1)),
    ]
    assert codes(rest_on("defaults: {lstm: {units: 2}}", STACKED[0], "type: Dense", "type: LSTM")) == [
        ("V201", ("defaults", "lstm")),
        ("V203", ("layers", 1)),
    ]


@pytest.mark.parametrize(
    ("layer", "mistake"),
    [
        ("type: LSTMM, input_shape: [5, 3]", ("V201", ("layers", 0, "type"))),
        ("typ: LSTM, input_shape: [5, 3]", ("V203", ("layers", 0, "typ"))),
        ("type: LSTM, unit: 3, input_shape: [5, 3]", ("V202", ("layers", 0, "unit"))),
        ("type: Bidirectional, layerr: {type: LSTM}, input_shape: [5, 3]", ("V202", ("layers", 0, "layerr"))),
    ],
)
def test_defaults_reach_a_misspelt_layer(layer: str, mistake: tuple[str, Place]) -> None:
    text = rest_on("defaults: {LSTM: {units: 8}}", layer, "type: Dense, units: 2")
    assert codes(text) == [mistake]
    assert findings(text)[0].fix is not None


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ("repeat: 2\n    ass: i", "ass"),
        ("repeat: 2\n    As: i", "As"),
        ("repeat: [3, 4]\n    ass: i", "ass"),
        ("repeat: [3, 4]\n    name: i", "name"),
        ("repat: 2\n    as: i", "repat"),
        ("Repeat: [3, 4]\n    as: i", "Repeat"),
    ],
)
def test_keys_of_a_block(keys: str, key: str) -> None:
    text = block('type: Dense, units: "${i + 1 - index}"', 'type: Dense, units: "${2 * i + 1}"', keys=keys)
    assert codes(text) == [("V202", ("layers", 1, key))]
    assert codes(block("type: Dense, unit: 1", keys=keys)) == [
        ("V202", ("layers", 1, key)),
        ("V202", ("layers", 1, "layers", 0, "unit")),
    ]


def test_layers_of_a_block_under_a_misspelt_key() -> None:
    assert codes(block("type: Dense, units: 0").replace("    layers:", "    layer:")) == [
        ("V202", ("layers", 1, "layer")),
        ("V205", ("layers", 1, "layer", 0, "units")),
    ]


@pytest.mark.parametrize(
    ("include", "code", "key"),
    [
        ("include: page.yaml, var: {units: 3}", "V202", "var"),
        ("include: page.yaml, given: {units: 3}", "V202", "given"),
        ("inclde: page.yaml, vars: {units: 3}", "V202", "inclde"),
        ("include: page.yaml, vars: [units]", "V240", "vars"),
        ("include: pgae.yaml, vars: {units: 3}", "V248", "include"),
    ],
)
def test_keys_of_an_include(include: str, code: str, key: str) -> None:
    text = f"specc: 1\nlayers:\n  - {{type: Input, shape: [5, 3]}}\n  - {{{include}}}\n  - {{type: Dense, units: 2}}\n"
    assert codes(text) == [(code, ("layers", 1, key))]


def test_a_wrong_name_in_the_vars_of_an_include() -> None:
    text = (
        "specc: 1\nlayers:\n  - {type: Input, shape: [5, 3]}\n  - {include: page.yaml, vars: {units: 3, my-var: 4}}\n"
    )
    assert codes(text) == [("V240", ("layers", 1, "vars", "my-var"))]


@pytest.mark.parametrize("key", ["vars", "defaults"])
def test_keys_that_may_not_stand_in_a_fragment(key: str) -> None:
    text = f"specc: 1\nlayers:\n  - {{type: Input, shape: [5, 3]}}\n  - {{include: with_{key}.yaml}}\n"
    assert codes(text) == [("V202", (key,))]


def test_vars_are_checked_beside_other_mistakes() -> None:
    """Only whether a var is used is left open by what is lost."""
    text = "specc: 1\nvars: {my-var: 3, k: 2, m: '${k'}\nlayers:\n  - {type: Dense, input_shape: [3], %s}\n"
    own = [("V240", ("vars", "my-var")), ("V242", ("vars", "m"))]
    assert sorted(codes(text % "units: 2, units: 3")) == sorted([("S107", ("layers", 0, "units")), *own])
    assert sorted(codes(text % "units: '${z}'")) == sorted([("V241", ("layers", 0, "units")), *own])


def test_a_var_with_a_wrong_value_is_one_error() -> None:
    uses = ["type: Dense, units: '${n}', activation: '${act}', input_shape: [3]"]
    uses += ["type: Dense, units: '${n}', activation: '${act}'"] * 2
    assert codes(rest_on("vars: {n: '64', act: tahn}", *uses)) == [
        ("V204", ("layers", 0, "units")),
        ("V206", ("layers", 0, "activation")),
    ]
    assert codes(rest_on("vars: {n: '${m}', m: 64, tanh: tahn, act: '${ tanh }'}", *uses)) == [
        ("V206", ("layers", 0, "activation")),
    ]
    inputs = [f"type: Input, name: {name}, shape: '${{sizes}}'" for name in "ab"]
    assert codes(rest_on("vars: {sizes: [5, x]}", *inputs, "type: Add, inputs: [a, b]")) == [
        ("V204", ("layers", 0, "shape", 1))
    ]
    computed = ["type: Dense, units: '${n * 2}', input_shape: [3]", "type: Dense, units: '${1 + n}'"]
    assert codes(rest_on("vars: {n: many}", *computed)) == [("V243", ("layers", 0, "units"))]


def test_a_var_that_is_wrong_in_two_ways_is_two_errors() -> None:
    uses = ["type: Dense, units: '${n}', input_shape: [3]", "type: Dropout, rate: '${n}'", "type: Dense, units: '${n}'"]
    assert codes(rest_on("vars: {n: 3}", *uses)) == [("V205", ("layers", 1, "rate"))]
    assert codes(rest_on("vars: {n: 3.5}", *uses)) == [
        ("V204", ("layers", 0, "units")),
        ("V205", ("layers", 1, "rate")),
    ]
    two = ["type: Dense, units: '${n}', input_shape: [3]", "type: Dense, units: '${m}'", "type: Dense, units: '3'"]
    assert codes(rest_on("vars: {n: '3', m: '3'}", *two)) == [("V204", ("layers", i, "units")) for i in range(3)]


def test_wrong_values_of_a_block_and_of_an_include() -> None:
    twice = ["type: Dense, units: '${n}', use_bias: false", "type: Dense, units: '${n}'"]
    assert codes(block(*twice, keys="repeat: [3, '4', 5]\n    as: n")) == [
        ("V204", ("layers", 1, "layers", 0, "units"))
    ]
    text = "specc: 1\nlayers:\n  - {type: Input, shape: [5, 3]}\n  - {include: page.yaml, vars: {units: '3'}}\n"
    assert codes(text) == [("V204", (0, "units"))]


@pytest.mark.parametrize("key", ["layer", "Layers", "vars_", "variables", "parameters"])
def test_a_top_level_key_that_is_none(key: str) -> None:
    right = "layers" if key.lower().startswith("layer") else "vars"
    text = block('type: Dense, units: "${n + index}"') + "vars: {n: 3}\n"
    assert codes(text) == []
    assert [code for code, _ in codes(text.replace(f"\n{right}:", f"\n{key}:"))] == ["V202"]


def test_a_block_of_no_kind() -> None:
    assert codes("vars: {n: 3}\n" + block('type: Dense, units: "${n + index}"', keys="times: 3")) == [
        ("V203", ("layers", 1))
    ]

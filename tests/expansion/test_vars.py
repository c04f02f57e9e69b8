"""Vars: where they stand, what they may be, who uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import specc
from specc.expansion import UnknownVar, expand
from specc.source import parse
from tests.expansion.plain import expansion, layers, plain
from tests.loading import codes, findings, load_text


def test_a_plain_spec_is_left_alone() -> None:
    source = parse('specc: 1\nlayers:\n  - {type: Dense, units: 2, name: "a\\nb"}\n', "m.yaml")
    found = expand(source, Path())
    assert found.data is source.data
    assert found.places is None


@pytest.mark.parametrize("value", [64, -3, 0.5, "wide", "", True, [10, 64], [None, 8], [[1, 1], [2, 2]], []])
def test_a_value_keeps_its_type(value: object) -> None:
    text = json.dumps({"vars": {"x": value}, "layers": [{"type": "Dense", "units": "${x}"}]})
    assert layers(f"vars: {json.dumps({'x': value})}\nlayers: [{{type: Dense, units: ${{x}}}}]") == [
        {"type": "Dense", "units": value}
    ]
    source = parse(json.dumps({"specc": 1, **json.loads(text)}), "m.json")
    assert expand(source, None).data["layers"][0]["units"] == value


def test_vars_stand_in_every_value() -> None:
    found = plain(
        """
        vars: {n: 4, kind: LSTM, who: someone, name: sum}
        name: ${name}
        description: by ${who}
        seed: ${n}
        metadata: {author: "${who}", size: "${2 * n}", list: ["${n}", {deep: "${who}!"}]}
        outputs: ["${name}"]
        expect: {parameters: "${n * 10}"}
        layers:
          - {type: "${kind}", units: "${n}", kernel_initializer: {type: RandomNormal, seed: "${n}"}}
          - type: Bidirectional
            layer: {type: "${kind}", units: "${n + 1}"}
        """
    )
    assert found == {
        "specc": 1,
        "name": "sum",
        "description": "by someone",
        "seed": 4,
        "metadata": {"author": "someone", "size": 8, "list": [4, {"deep": "someone!"}]},
        "outputs": ["sum"],
        "expect": {"parameters": 40},
        "layers": [
            {"type": "LSTM", "units": 4, "kernel_initializer": {"type": "RandomNormal", "seed": 4}},
            {"type": "Bidirectional", "layer": {"type": "LSTM", "units": 5}},
        ],
    }


def test_an_escape_needs_no_vars() -> None:
    assert plain("description: costs $${price}\nlayers: []")["description"] == "costs ${price}"


def test_an_expression_hides_behind_no_escape() -> None:
    """JSON and YAML can write the dollar and the brace in other words."""
    assert plain('vars: {n: 3}\nlayers: [{type: Dense, units: "\\x24\\x7bn}"}]')["layers"][0]["units"] == 3
    source = parse('{"specc": 1, "description": "\\u0024\\u007b1 + 1}", "layers": []}', "m.json")
    assert expand(source, None).data["description"] == 2


def test_an_expression_needs_no_quotes_in_flow_style() -> None:
    """To YAML the brace would start a mapping there."""
    text = """
    vars: {n: 3, wide: ${n * 2}, shape: [null, ${n}]}
    layers: [{type: Dense, units: ${wide}, name: d_${n}_${wide}, input_shape: ${shape}, other: [${n - 1}, ${ n }]}]
    """
    assert layers(text) == [{"type": "Dense", "units": 6, "name": "d_3_6", "input_shape": [None, 3], "other": [2, 3]}]


def test_every_place_gets_a_list_of_its_own() -> None:
    first, second = layers("vars: {s: [1, [2]]}\nlayers: [{type: A, shape: '${s}'}, {type: B, shape: '${s}'}]")
    assert first["shape"] == second["shape"] == [1, [2]]
    assert first["shape"] is not second["shape"]
    assert first["shape"][1] is not second["shape"][1]


def test_vars_refer_to_vars_in_any_order() -> None:
    text = "vars: {c: '${b + a}', b: '${a * 2}', a: 3, s: ['${c}', '${t}'], t: 'x${a}'}\nlayers: ['${c}', '${s}']"
    assert layers(text) == [9, [9, "x3"]]


def test_a_long_way_from_var_to_var() -> None:
    chain = {f"v{i}": f"${{v{i + 1} + 1}}" for i in range(19)} | {"v19": 0}
    assert layers(f"vars: {json.dumps(chain)}\nlayers: ['${{v0}}']") == [19]
    chain = {f"v{i}": f"${{v{i + 1} + 1}}" for i in range(10_000)} | {"v10000": 0}
    found = expansion(f"vars: {json.dumps(chain)}\nlayers: ['${{v0}}']")
    assert "V244" in {finding.code for finding in found.diagnostics}


SPEC = "specc: 1\nvars: {units: 4, spare: 1}\nlayers:\n  - {type: LSTM, units: '${units}', input_shape: [2, 3]}\n"


def test_an_unused_var_is_a_warning() -> None:
    (finding,) = findings(SPEC)
    assert (finding.code, finding.severity, finding.path, finding.part) == ("V245", "warning", ("vars", "spare"), "key")


def test_a_var_that_only_an_unused_var_uses_is_not_reported_too() -> None:
    assert codes(SPEC.replace("spare: 1", "spare: '${other}', other: 2")) == [("V245", ("vars", "spare"))]


def test_a_misspelt_use_does_not_make_a_var_unused() -> None:
    text = SPEC.replace(", spare: 1", "").replace("${units}", "${unit}")
    assert codes(text) == [("V241", ("layers", 0, "units"))]


def test_a_value_that_nobody_knows_is_one_finding() -> None:
    text = """
    specc: 1
    vars: {bad: null, worse: "${bad + 1}", texts: "${worse}_${bad}"}
    name: ${texts}
    dialect: ${bad}
    seed: ${worse}
    layers:
      - {type: "${bad}", name: "${texts}", units: "${bad}", input_shape: [2, 3]}
      - {type: LSTM, units: "${worse}", kernel_initializer: "${bad}", inputs: lstm, activation: "${bad}"}
      - {type: Bidirectional, layer: {type: GRU, units: "${bad}", dropout: 7}}
      - ${bad}
      - {type: Dense, units: 1, inputs: nowhere}
    outputs: ${bad}
    """
    assert codes(text) == [("V240", ("vars", "bad")), ("V205", ("layers", 2, "layer", "dropout"))]


@pytest.mark.parametrize("key", ["var: {units: 4}", "vars: [units, name]", "vars: null", "vars: ${x}", "varss: {}"])
def test_vars_that_nobody_can_read_are_one_finding(key: str) -> None:
    text = f"specc: 1\n{key}\nname: ${{name}}\nlayers:\n  - {{type: LSTM, units: '${{units}}', input_shape: [2, 3]}}\n"
    assert codes(text) in ([("V204", ("vars",))], [("V202", (key.partition(":")[0],))])


def test_an_unknown_name_is_reported_once() -> None:
    text = "specc: 1\nvars: {unit: 4}\nlayers:\n" + (
        "  - {type: LSTM, units: '${units}', input_shape: [2, 3], return_sequences: true}\n"
        "  - {type: LSTM, units: '${2 * units}'}\n  - {type: Dense, units: '${units}', name: 'd_${units}'}\n"
    )
    assert codes(text) == [("V241", ("layers", 0, "units"))]


def test_a_wrong_value_is_reported_where_it_is_used() -> None:
    (finding,) = findings(SPEC.replace("units: 4, spare: 1", "units: many"))
    assert (finding.code, finding.path) == ("V204", ("layers", 0, "units"))
    assert finding.message.endswith("found `many`")


def test_a_mistake_in_an_expression_has_its_own_column() -> None:
    for written in ('"${units + unit}"', "'${units + unit}'", "${units + unit}", "# x\n      ${units + unit}"):
        text = f"specc: 1\nvars: {{units: 1}}\nlayers:\n  - type: LSTM\n    units: {written}\n    input_shape: [2, 3]\n"
        (finding,) = findings(text)
        assert finding.span is not None
        line = text.splitlines()[finding.span.line - 1]
        assert line[finding.span.column - 1 : finding.span.end_column - 1] == "unit"
        assert line[finding.span.column - 2] == " "


@pytest.mark.parametrize(
    ("written", "columns"),
    [
        ('"\\u00e9 ${1 / 0} ${2 * (1 / 0)}"', [24, 38]),
        ("|\n  a\n  ${2 * unit}\n", [9]),
        ("a\n  b ${none}", [7]),
        ('"${1 \\x2f 0} ${1 / 0}"', [14, 14]),  # nobody knows which of the two is meant
    ],
)
def test_a_mistake_in_a_text_with_escapes_or_of_several_lines(written: str, columns: list[int]) -> None:
    text = f"specc: 1\ndescription: {written}\nlayers:\n  - {{type: LSTM, units: 1, input_shape: [2, 3]}}\n"
    spans = [finding.span for finding in findings(text)]
    assert [span.column for span in spans if span] == columns[: len(spans)]
    assert len(set(spans)) == len(spans) == len(set(columns))


def test_values_from_outside() -> None:
    assert layers("vars: {n: 1, m: '${n + 1}'}\nlayers: ['${n}', '${m}']", n=7) == [7, 8]
    assert plain("seed: 3\nlayers: []", seed=7, name="x") == {"specc": 1, "seed": 7, "name": "x", "layers": []}
    assert plain("vars: {seed: 1}\nlayers: ['${seed}']", seed=7) == {"specc": 1, "layers": [7]}


def test_a_value_from_outside_that_does_not_fit() -> None:
    with pytest.raises(specc.SpecError) as caught:
        load_text("specc: 1\nlayers: [{type: LSTM, units: 1, input_shape: [2, 3]}]", seed="x")
    (finding,) = caught.value.diagnostics
    assert finding.code == "V204"
    assert finding.document is not None
    assert finding.document.name == "<set>"
    (finding,) = expansion("vars: {n: 1}\nlayers: ['${n}']", n={"a": 1}).diagnostics
    assert (finding.code, finding.path) == ("V240", ("n",))


def test_a_var_that_the_spec_does_not_have() -> None:
    with pytest.raises(UnknownVar, match="did you mean `units`"):
        plain("vars: {units: 1}\nlayers: []", unit=2)
    with pytest.raises(UnknownVar, match="only a spec has vars"):
        specc.load({"class_name": "Sequential", "config": []}, vars={"units": 2})
    with pytest.raises(UnknownVar, match="it declares no"):
        plain("layers: []", sizes=2)

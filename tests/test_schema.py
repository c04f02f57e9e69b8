"""The JSON Schema: it ships as the models make it, and says of a spec what specc says."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from pydantic import ValidationError

from specc import dialects, layers, schema
from specc.diagnostics import Findings, SpecError
from specc.expansion import expand
from specc.layers.base import CalledLayer, Layer
from specc.model import load
from specc.schema.__main__ import FILES
from specc.schema.docstrings import describe_fields
from specc.schema.examples import EXAMPLES, examples_of
from specc.schema.parameters import spellings
from specc.source import parse
from specc.spec.entries import read_layer
from specc.spec.header import Header

ROOT = Path(__file__).parents[1]
FOLDERS = {name: ROOT / name for name in ("examples", "tests/conformance/real_models", "tests/broken")}


def specs_in(*names: str) -> list[Path]:
    """The specs in some of the folders."""
    found = (path for name in names for path in FOLDERS[name].iterdir())
    return sorted(path for path in found if path.suffix in (".yaml", ".json"))


@cache
def validator(definition: str | None = None) -> Any:
    """Of whole specs, or of one definition."""
    whole = schema.build_schema()
    if definition is None:
        return jsonschema.Draft7Validator(whole)
    part = {"allOf": [{"$ref": f"#/definitions/{definition}"}], "definitions": whole["definitions"]}
    return jsonschema.Draft7Validator(part)


def errors_of(text: str) -> list[Any]:
    """What the schema finds in a spec."""
    return list(validator().iter_errors(parse(text, "spec.yaml").data))


@pytest.mark.parametrize("name", FILES)
def test_is_current(name: str) -> None:
    current = (ROOT / name).read_text(encoding="utf-8")
    assert current == FILES[name](), "the models have changed: run `python -m specc.schema`"


def test_is_draft_07() -> None:
    jsonschema.Draft7Validator.check_schema(json.loads(schema.schema_text()))


@pytest.mark.parametrize("path", specs_in("examples", "tests/conformance/real_models"), ids=lambda path: path.name)
def test_accepts_what_is_right(path: Path) -> None:
    assert errors_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", specs_in("tests/broken"), ids=lambda path: path.name)
def test_refuses_only_what_specc_refuses(path: Path) -> None:
    try:
        found = errors_of(path.read_text(encoding="utf-8"))
    except SpecError:
        return  # not even a document
    if found:
        with pytest.raises(SpecError):
            load(path)


ONE_LAYER = "specc: 1\nlayers:\n  - {{type: LSTM, units: 4, input_shape: [10, 3], {}}}\n"
MISTAKES: dict[str, tuple[str, list[str | int]]] = {
    "yes": (ONE_LAYER.format("return_sequences: yes"), ["layers", 0, "return_sequences"]),
    "quotes": (ONE_LAYER.format("dropout: '0.2'"), ["layers", 0, "dropout"]),
    "range": (ONE_LAYER.format("recurrent_dropout: 1.5"), ["layers", 0, "recurrent_dropout"]),
    "choice": (ONE_LAYER.format("activation: tahn"), ["layers", 0, "activation"]),
    "unknown key": (ONE_LAYER.format("return_sequence: true"), ["layers", 0]),
    "reference": (ONE_LAYER.format("mask: [steps]"), ["layers", 0, "mask"]),
    "reference in list": (ONE_LAYER.format("initial_state: [a, 'b c']"), ["layers", 0, "initial_state", 1]),
    "initializer": (ONE_LAYER.format("bias_initializer: zeroes"), ["layers", 0, "bias_initializer"]),
    "initializer's argument": (
        ONE_LAYER.format("kernel_initializer: {type: RandomNormal, stdev: 0.1}"),
        ["layers", 0, "kernel_initializer"],
    ),
    "initializer's value": (
        ONE_LAYER.format("kernel_initializer: {class_name: RandomNormal, config: {stddev: small}}"),
        ["layers", 0, "kernel_initializer", "config", "stddev"],
    ),
    "initializer's type": (ONE_LAYER.format("kernel_initializer: {stddev: 1}"), ["layers", 0, "kernel_initializer"]),
    "regularizer": (
        ONE_LAYER.format("kernel_regularizer: {type: l2, l2: -1}"),
        ["layers", 0, "kernel_regularizer", "l2"],
    ),
    "shape": ("specc: 1\nlayers:\n  - {type: LSTM, units: 4, input_shape: [10, 0]}", ["layers", 0, "input_shape", 1]),
    "class": ("specc: 1\nlayers:\n  - {type: lstm, units: 4}", ["layers", 0, "type"]),
    "no class": ("specc: 1\nlayers:\n  - {units: 4}", ["layers", 0]),
    "misspelt class": ("specc: 1\nlayers:\n  - {typ: GRU, units: 4}", ["layers", 0]),
    "misspelt units": ("specc: 1\nlayers:\n  - {type: GRU, unitz: 4}", ["layers", 0]),
    "misspelt shape": ("specc: 1\nlayers:\n  - {type: Input, shap: [4]}", ["layers", 0]),
    "misspelt inside": (
        "specc: 1\nlayers:\n  - {type: RNN, cell: [{type: GRUCell, Units: 4}]}",
        ["layers", 0, "cell", 0],
    ),
    "misspelt block": ("specc: 1\nlayers:\n  - {repeat: 2, layer: [{type: Flatten}]}", ["layers", 0]),
    "misspelt layers": ("specc: 1\nlayer:\n  - {type: Flatten}", []),
    "missing layers": ("specc: 1", []),
    "no units": ("specc: 1\nlayers:\n  - {type: GRU}", ["layers", 0]),
    "no shape": ("specc: 1\nlayers:\n  - {type: Input}", ["layers", 0]),
    "no mapping": ("specc: 1\nlayers:\n  - LSTM", ["layers", 0]),
    "implementation": (
        "specc: 1\nlayers:\n  - {type: SimpleRNN, units: 4, implementation: 2}",
        ["layers", 0, "implementation"],
    ),
    "inside": (
        "specc: 1\nlayers:\n  - {type: Bidirectional, layer: {type: GRU, units: 4, stateful: yes}}",
        ["layers", 0, "layer", "stateful"],
    ),
    "wrong inside": (
        "specc: 1\nlayers:\n  - {type: Bidirectional, layer: {type: Dense, units: 4}}",
        ["layers", 0, "layer", "type"],
    ),
    "inputs inside": (
        "specc: 1\nlayers:\n  - {type: TimeDistributed, layer: {type: Dense, units: 4, inputs: a}}",
        ["layers", 0, "layer"],
    ),
    "cell": (
        "specc: 1\nlayers:\n  - {type: RNN, cell: [{type: LSTMCell, units: 4}, {type: LSTM, units: 4}]}",
        ["layers", 0, "cell", 1, "type"],
    ),
    "deep inside": (
        "specc: 1\nlayers:\n  - {type: TimeDistributed, layer: {type: TimeDistributed, layer: {type: GRU, units: 0}}}",
        ["layers", 0, "layer", "layer", "units"],
    ),
    "dialect": ("specc: 1\ndialect: keras4\nlayers:\n  - {type: Flatten}", ["dialect"]),
    "version": ("specc: 2\nlayers:\n  - {type: Flatten}", ["specc"]),
    "top level": ("specc: 1\noptimizer: adam\nlayers:\n  - {type: Flatten}", []),
    "no layers": ("specc: 1\nlayers: []", ["layers"]),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_is_one_error_at_its_place(mistake: str) -> None:
    text, path = MISTAKES[mistake]
    (error,) = errors_of(text)
    assert list(error.absolute_path) == path
    assert best_match([error]) is error  # no alternatives below it to choose from
    with pytest.raises(SpecError):
        load(parse(text, "spec.yaml").data)  # type: ignore[arg-type]


VALUES: list[Any] = [
    None, True, False, -1, 0, 1, 2, 3, 0.5, 1.5, 2**31, -(2**40),
    "", "yes", "tanh", "hard_sigmoid", "Tanh", "encoder", "encoder.state_h", "a-b", "a.B", "concat", "same",
    "channels_last", "int32", "zeros", "GlorotUniform", "l2", "L1L2", "max_norm", "maxnorm",
    [], [1], [2, 1], [1, None], [0], [-1, 3], ["a", "b.c"], ["a", 1], [[1]], {}, {"a": 1},
    {"type": "RandomNormal", "stddev": 0.1, "seed": None}, {"type": "random_normal", "stddev": -0.1},
    {"type": "VarianceScaling", "mode": "fan_avg"}, {"type": "VarianceScaling", "mode": "fan"},
    {"type": "l2", "l": 0.1},
    {"type": "orthogonal", "gain": True}, {"class_name": "Zeros"}, {"class_name": "Zeros", "config": None},
    {"class_name": "HeNormal", "config": {"seed": 1, "dtype": "float32"}, "module": "keras.initializers"},
    {"class_name": "L1L2", "config": {"l1": 0.1, "l3": 0.1}}, {"class_name": "L1L2", "config": {}, "l1": 0.1},
    {"type": "MaxNorm", "axis": [0, 1]}, {"type": "MaxNorm", "axis": []}, {"type": "MinMaxNorm", "rate": 2},
    {"type": "LSTM", "units": 2}, {"type": "LSTM", "units": 0}, {"type": "LSTM", "units": 2, "mask": "a"},
    {"type": "LSTMCell", "units": 2}, [{"type": "LSTMCell", "units": 2}], [{"type": "LSTM", "units": 2}],
    {"type": "StackedRNNCells", "cells": [{"type": "GRUCell", "units": 2}]}, {"type": "Dense", "units": 2},
    {"type": "Embedding", "input_dim": 2, "output_dim": 2}, {"type": "Dense", "units": 2, "input_dim": 2},
    {"type": "Flatten"}, {"type": "Input", "shape": [1]},
    {"type": "Bidirectional", "layer": {"type": "GRU", "units": 2}},
]  # fmt: skip
"""Values to try on every argument."""


def accepts(cls: type[Layer], item: dict[str, Any]) -> bool:
    """Whether specc takes a layer by itself, before it is built."""
    findings = Findings()
    layer = read_layer(item, (), dialects.find("keras3"), findings)
    assert isinstance(layer, cls) or findings.failed
    return layer is not None


@pytest.fixture(scope="module")
def broad() -> Iterator[Any]:
    """The definitions without what ``build`` refuses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "NARROWER", {})
        yield schema.build_schema()["definitions"]


@pytest.mark.parametrize("name", layers.HOMES)
def test_agrees_with_the_models(name: str, broad: Any) -> None:
    """Every argument of every layer with every value: the schema and the models say the same."""
    check = jsonschema.Draft7Validator({"allOf": [{"$ref": f"#/definitions/{name}"}], "definitions": broad})
    cls = schema.find_class(name)
    disagreements = []
    for field in cls.model_fields:
        for value in VALUES:
            item = {**schema.minimal_example(cls), field: value}
            if accepts(cls, item) is not check.is_valid(item):
                disagreements.append((field, value))
    assert disagreements == []


@pytest.mark.parametrize("name", layers.HOMES)
def test_an_expression_may_stand_for_every_value(name: str) -> None:
    """But for layers inside layers: no var holds one."""
    cls = schema.find_class(name)
    check = validator(name)
    for field in cls.model_fields:
        nested = field in cls.nested_layers
        for value in ("${x}", "${ 2 * x }", "a_${x}"):
            item = {**schema.minimal_example(cls), field: value}
            if field == "batch_shape":
                del item["shape"]
            assert check.is_valid(item) is not nested, (field, value)
    for key in ("activation", "units", "use_bias", "shape"):
        if key in cls.model_fields:
            assert not check.is_valid({**schema.minimal_example(cls), key: "$x"})


LANGUAGE = {
    "expressions": """
        vars: {n: 4, kind: LSTM, shape: [null, 3], init: zeros, rates: [0.1, [2]]}
        name: m_${n}
        seed: ${n}
        dialect: ${dialect}
        outputs: ["${kind}_1"]
        layers:
          - {type: Input, shape: ["${n}", 3]}
          - {type: Input, shape: "${shape}"}
          - {type: "${kind}", units: "${n * 2}", anything: "${n}"}
          - {type: LSTM, units: 3, kernel_initializer: "${init}", bias_initializer: {type: "${init}"}}
          - {type: LSTM, units: 3, kernel_initializer: {type: RandomNormal, stddev: "${n}"}, inputs: ["${kind}"]}
          - {type: LSTM, units: 3, kernel_initializer: {class_name: RandomNormal, config: {seed: "${n}"}}}
          - {type: Conv1D, filters: 3, kernel_size: ["${n}"], strides: "${n}"}
          - {type: Bidirectional, layer: {type: "${kind}", units: 3, return_sequences: "${yes}"}}
        """,
    "blocks": """
        layers:
          - repeat: 3
            as: i
            layers:
              - {type: LSTM, units: 3}
              - {repeat: [1, 2], as: j, layers: [{type: Dense, units: "${j}"}]}
          - {repeat: "${n}", layers: [{include: a.yaml}]}
          - {include: "parts/${kind}.yaml", vars: {units: 3, shape: [null, 2]}}
        """,
    "defaults": """
        defaults: {LSTM: {units: 3, dropout: "${rate}"}, Input: {dtype: int32}, Dense: {}}
        layers:
          - {type: Input, shape: [3]}
          - {type: LSTM}
          - {type: Bidirectional, layer: {type: LSTM}}
        """,
    "expect": """
        expect: {outputs: {a: [null, 3], b.state_h: [3], c: "${shape}", d: ["${n}"]}, parameters: "${n}"}
        layers: [{type: Flatten}]
        """,
    "part of expect": "{expect: {parameters: 3}, layers: [{type: Flatten}]}",
}


@pytest.mark.parametrize("name", LANGUAGE)
def test_accepts_the_language(name: str) -> None:
    text = textwrap.dedent(LANGUAGE[name])
    data = parse(text if not text.startswith("{") else f"# JSON-like\n{text}", "m.yaml").data
    assert isinstance(data, dict)
    assert list(validator().iter_errors({"specc": 1, **data})) == []


LANGUAGE_MISTAKES: dict[str, tuple[str, list[str | int]]] = {
    "null var": ("vars: {a: }\nlayers: [{type: Flatten}]", ["vars", "a"]),
    "mapping var": ("vars: {a: [{b: 1}]}\nlayers: [{type: Flatten}]", ["vars", "a", 0]),
    "name of a var": ("vars: {a-b: 1}\nlayers: [{type: Flatten}]", ["vars"]),
    "round": ("layers: [{repeat: x, layers: [{type: Flatten}]}]", ["layers", 0, "repeat"]),
    "rounds": ("layers: [{repeat: -1, layers: [{type: Flatten}]}]", ["layers", 0, "repeat"]),
    "key of a block": ("layers: [{repeat: 2, layers: [{type: Flatten}], x: 1}]", ["layers", 0]),
    "no layers": ("layers: [{repeat: 2}]", ["layers", 0]),
    "in a block": (
        "layers: [{repeat: 2, layers: [{type: LSTM, units: 0}]}]",
        ["layers", 0, "layers", 0, "units"],
    ),
    "missing in a block": ("layers: [{repeat: 2, layers: [{type: LSTM}]}]", ["layers", 0, "layers", 0]),
    "missing inside": ("layers: [{type: Bidirectional, layer: {type: LSTM}}]", ["layers", 0, "layer"]),
    "missing in a list": (
        "layers: [{type: RNN, cell: [{type: LSTMCell, units: 1}, {type: GRUCell}]}]",
        ["layers", 0, "cell", 1],
    ),
    "include": ("layers: [{include: 3}]", ["layers", 0, "include"]),
    "default": ("defaults: {LSTM: {dropout: 2}}\nlayers: [{type: Flatten}]", ["defaults", "LSTM", "dropout"]),
    "key of a default": ("defaults: {LSTM: {droput: 1}}\nlayers: [{type: Flatten}]", ["defaults", "LSTM"]),
    "name as default": ("defaults: {LSTM: {name: a}}\nlayers: [{type: Flatten}]", ["defaults", "LSTM"]),
    "class of a default": ("defaults: {Lstm: {}}\nlayers: [{type: Flatten}]", ["defaults"]),
    "expected shape": ("expect: {outputs: {a: [0]}}\nlayers: [{type: Flatten}]", ["expect", "outputs", "a", 0]),
    "expected key": ("expect: {output: {}}\nlayers: [{type: Flatten}]", ["expect"]),
}


@pytest.mark.parametrize("mistake", LANGUAGE_MISTAKES)
def test_one_mistake_in_the_language_is_one_error_at_its_place(mistake: str) -> None:
    text, path = LANGUAGE_MISTAKES[mistake]
    (error,) = errors_of(f"specc: 1\n{text}\n")
    assert list(error.absolute_path) == path
    assert best_match([error]) is error
    with pytest.raises(SpecError):
        load(parse(f"specc: 1\n{text}\n", "spec.yaml").data)  # type: ignore[arg-type]


def test_agrees_with_the_model_of_the_top_level() -> None:
    for field, info in Header.model_fields.items():
        for value in VALUES:
            if field == "layers" and isinstance(value, list):
                continue  # the models leave what stands in the list to the layers
            item = {"specc": 1, "layers": [{"type": "Flatten"}], info.alias or field: value}
            expansion = expand(parse(json.dumps(item), "m.json"), None)
            try:
                accepted = bool(Header.model_validate(expansion.data))
                accepted &= all(finding.severity == "warning" for finding in expansion.diagnostics)
            except ValidationError:
                accepted = False
            assert validator().is_valid(item) is accepted, (field, value)


def test_is_laxer_only_where_json_has_one_kind_of_number() -> None:
    assert errors_of("specc: 1\nlayers:\n  - {type: LSTM, units: 32.0, input_shape: [10, 3]}") == []


@pytest.mark.parametrize("name", layers.HOMES)
def test_an_unknown_key_beside_what_is_needed_or_without_it_is_one_error(name: str) -> None:
    """``Input`` also where its keys are listed by hand."""
    item = schema.minimal_example(schema.find_class(name))
    whole = {"specc": 1, "layers": [item]}
    assert validator().is_valid(whole)
    for wrong in (item | {"unknown": 1}, {"type": name, "unknown": 1}):
        assert len(list(validator().iter_errors(whole | {"layers": [wrong]}))) == 1
    needed = set(item) - {"type"}
    others = set(schema.find_class(name).model_fields) - needed - {"batch_shape"}
    for key in sorted(others):
        missing = {
            str(error.validator) for error in validator().iter_errors(whole | {"layers": [{"type": name, key: "${x}"}]})
        }
        assert ("required" in missing) is bool(needed), key


@pytest.mark.parametrize("name", layers.HOMES)
def test_the_example_of_every_layer_is_one(name: str) -> None:
    cls = schema.find_class(name)
    example = schema.minimal_example(cls)
    assert accepts(cls, example)
    assert validator("layer").is_valid(example)
    assert validator().schema["definitions"][name]["examples"] == [example]


def fields() -> Iterator[tuple[type[Layer], str]]:
    for name in layers.HOMES:
        cls = schema.find_class(name)
        yield from ((cls, field) for field in cls.model_fields)


def test_every_value_that_editors_offer_is_accepted() -> None:
    tried = set()
    for cls, field in fields():
        for value in examples_of(cls.__name__, field):
            tried.add(field)
            item = {**schema.minimal_example(cls), field: value}
            if field == "batch_shape":
                del item["shape"]
            assert accepts(cls, item), (cls, field, value)
            assert validator(cls.__name__).is_valid(item), (cls, field, value)
    for field in set(EXAMPLES) - tried:
        for value in EXAMPLES[field]:
            assert validator().is_valid({"specc": 1, "layers": [{"type": "Flatten"}], field: value})


def test_every_field_says_what_it_is_for() -> None:
    assert set(describe_fields(Header)) == set(Header.model_fields)
    for cls, field in fields():
        text = describe_fields(cls)[field]
        assert text.endswith("."), (cls, field)


def test_defaults_are_those_of_the_default_dialect() -> None:
    default = dialects.find("keras2")
    for cls, field in fields():
        if field in cls.defaults_by_dialect:
            assert cls.model_fields[field].default == getattr(default, cls.defaults_by_dialect[field]), (cls, field)


def test_a_default_of_its_own_is_not_shared() -> None:
    definitions = validator().schema["definitions"]
    plain = definitions["LSTM"]["properties"]["recurrent_activation"]["$ref"].rpartition("/")[2]
    images = definitions["ConvLSTM2D"]["properties"]["recurrent_activation"]["$ref"].rpartition("/")[2]
    assert "`sigmoid` (tf.keras, keras3, keras2 from 2.2.5)" in definitions[plain]["markdownDescription"]
    assert "`sigmoid` (keras3)" in definitions[images]["markdownDescription"]


@pytest.mark.parametrize("kind", ["initializer", "regularizer", "constraint"])
def test_every_spelling_is_one_that_specc_reads(kind: str) -> None:
    names = [name for name in validator().schema["definitions"][kind]["else"]["else"]["enum"] if name is not None]
    assert len(names) == len(set(names))
    field = {"initializer": "bias_initializer", "regularizer": "bias_regularizer", "constraint": "bias_constraint"}[
        kind
    ]
    cls = schema.find_class("Dense")
    for name in names:
        assert accepts(cls, {"type": "Dense", "units": 1, field: name}), name


def test_spellings() -> None:
    assert spellings("l1_l2") == ["l1_l2", "L1L2", "l1l2", "L1L2Regularizer"]
    assert spellings("glorot_uniform") == ["glorot_uniform", "GlorotUniform", "glorotuniform"]


def test_what_layers_share_is_defined_once() -> None:
    definitions = validator().schema["definitions"]
    for field in CalledLayer.model_fields:
        targets = {definitions[name]["properties"][field]["$ref"] for name in layers.HOMES if name != "Input"}
        assert len(targets) == 1, field

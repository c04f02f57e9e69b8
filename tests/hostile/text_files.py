"""Hostile text: JSON and YAML that never end, call themselves, name code, or declare more than any machine has."""

from __future__ import annotations

import base64
import json
import marshal
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tests.hostile import sound
from tests.hostile.entries import Entry

Layer = dict[str, Any]


def _layer(class_name: str, name: str, **arguments: Any) -> Layer:
    return {"class_name": class_name, "config": {"name": name, **arguments}}


def _chain(*layers: Any) -> bytes:
    """A Sequential that begins with a sound layer."""
    first = sound.MODEL["config"]["layers"][0]
    return sound.text({**sound.MODEL, "config": {"name": "model", "layers": [first, *layers]}})


def _network(layers: list[Layer], outputs: Any) -> Layer:
    source = {**_layer("InputLayer", "i", batch_input_shape=[None, 2]), "name": "i", "inbound_nodes": []}
    config = {"name": "m", "layers": [source, *layers], "input_layers": [["i", 0, 0]], "output_layers": outputs}
    return {"class_name": "Model", "config": config, "keras_version": "2.2.4"}


def _called(layer: Layer, *on: list[Any]) -> Layer:
    return {**layer, "name": layer["config"]["name"], "inbound_nodes": [[[*ref, {}]] for ref in on]}


def _dense(name: str, *on: list[Any]) -> Layer:
    return _called(_layer("Dense", name, units=2), *on)


def _models_of_models() -> bytes:
    """Sixteen models, each of which calls the one before eight times: 8**16 layers."""
    model = _network([_dense("d", ["i", 0, 0])], [["d", 0, 0]])
    for _ in range(16):
        calls = [["i", 0, 0], *(["m", number, 0] for number in range(1, 8))]
        model = _network([_called(model, *calls)], [["m", 8, 0]])
    return sound.text(model)


def _backwards(length: int) -> bytes:
    """Every layer stands in front of the one that it is called on."""
    names = ["i", *(f"d{number}" for number in range(length))]
    layers = [_dense(name, [before, 0, 0]) for before, name in pairwise(names)]
    last = _called(_layer("Unknown", "last"), [names[-1], 0, 0])
    return sound.text(_network([last, *layers[::-1]], [["last", 0, 0]]))


def _marshalled() -> str:
    code = compile("raise SystemExit('code of a file was run')", "<file>", "exec")
    return base64.b64encode(marshal.dumps(code)).decode()


def _deep(levels: int) -> bytes:
    return b'{"class_name": "Sequential", "config": ' + b"[" * levels


def _models_in_models(levels: int) -> bytes:
    data: Any = sound.MODEL
    for _ in range(levels):
        data = {"class_name": "Sequential", "config": {"layers": [data]}}
    return json.dumps(data).encode()


def _laughs() -> bytes:
    lines = ["class_name: Sequential", "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 8)}]" for i in range(1, 30)]
    return "\n".join([*lines, "config: *a29", ""]).encode()


def _yaml(tag: str) -> bytes:
    return f"class_name: Sequential\nconfig: {tag}\nkeras_version: 2.2.4\n".encode()


def _json(name: str, code: str, make: Callable[[], bytes]) -> Entry:
    return Entry(f"{name}.json", code, make)


def _said(name: str, code: str, text: str) -> Entry:
    return _json(name, code, text.encode)


_SAID = sound.text().decode()
ENTRIES: list[Entry] = [
    _json("cut_in_the_middle", "S106", lambda: sound.text()[: len(sound.text()) // 2]),
    _json("deep_lists", "S104", lambda: _deep(100_000)),
    _json("deep_models", "S104", lambda: _models_in_models(60)),
    _said("not_a_number", "S112", _SAID.replace('"units": 2', '"units": NaN')),
    _said("endless_number", "S112", _SAID.replace('"units": 2', '"units": 1e999')),
    _said("number_of_many_digits", "S112", _SAID.replace('"units": 2', f'"units": {"9" * 5000}')),
    _said("number_without_end", "S112", _SAID.replace('"units": 2', '"units": -Infinity')),
    _said("keys_twice", "S107", _SAID.replace('"units": 2', '"units": 2, "units": 3')),
    _json("half_a_pair_of_surrogates", "S114", lambda: sound.text().replace(b'"d"', b'"\\ud800"')),
    _json("bytes_that_are_no_text", "S102", lambda: sound.text().replace(b'"d"', b'"\xff"')),
    _json("a_null_character", "S114", lambda: sound.text().replace(b'"d"', b'"\\u0000"')),
    _json("another_encoding", "S102", lambda: sound.text().decode().encode("utf-16")),
    _json("layers_that_are_a_number", "K700", lambda: sound.text({**sound.MODEL, "config": {"layers": 7}})),
    _json("layers_that_are_none", "K700", lambda: sound.text({**sound.MODEL, "config": None})),
    _json("a_layer_that_is_a_list", "K700", lambda: _chain([1, 2])),
    _json("a_layer_of_a_layer_of_no_class", "K700", lambda: _chain(_layer("TimeDistributed", "t", layer={"a": 1}))),
    _json("units_of_a_petabyte", "G350", lambda: _chain(*(_layer("Dense", name, units=2**30) for name in "xy"))),
    _json("units_below_zero", "V205", lambda: _chain(_layer("Dense", "x", units=-2))),
    _json("a_shape_of_text", "V204", lambda: _chain(_layer("Reshape", "x", target_shape=["a"]))),
    _json("a_marshalled_lambda", "K711",
          lambda: _chain(_layer("Lambda", "f", function=[_marshalled(), None, None], function_type="lambda"))),
    _json("a_lambda_as_keras_3_writes_it", "K711",
          lambda: _chain(_layer("Lambda", "f", function=_layer("__lambda__", "f", code=_marshalled())))),
    _json("a_class_of_a_module", "K710", lambda: _chain({**_layer("system", "s"), "module": "os"})),
    _json("an_activation_of_code", "K713", lambda: _chain(_layer("Dense", "x", units=2, activation="__import__"))),
    _json("models_that_call_models", "K717", _models_of_models),
    _json("more_layers_than_any_model", "K717", lambda: _chain(*(_layer("Flatten", f"f{i}") for i in range(20_000)))),
    _json("a_long_way_backwards", "K710", lambda: _backwards(15_000)),
    _json("calls_in_a_circle", "K716",
          lambda: sound.text(_network([_dense("a", ["b", 0, 0]), _dense("b", ["a", 0, 0])], [["b", 0, 0]]))),
    _json("a_layer_on_itself", "K716",
          lambda: sound.text(_network([_dense("a", ["a", 0, 0])], [["a", 0, 0]]))),
    _json("calls_that_are_text", "K700",
          lambda: sound.text(_network([{**_dense("a"), "inbound_nodes": "os.system"}], [["a", 0, 0]]))),
    _json("a_call_below_zero", "K700",
          lambda: sound.text(_network([_dense("a", ["i", -1, 0])], [["a", 0, 0]]))),
    _json("an_output_of_no_layer", "K716",
          lambda: sound.text(_network([_dense("a", ["i", 0, 0])], [["nothing", 0, 0]]))),
    Entry("laughs.yaml", "S104", _laughs),
    Entry("object_of_python.yaml", "S109", lambda: _yaml("!!python/object/apply:os.system ['echo run']")),
    Entry("name_of_python.yaml", "S109", lambda: _yaml("!!python/name:os.system")),
    Entry("list_in_itself.yaml", "S110", lambda: b"class_name: Sequential\nconfig: &a [*a]\n"),
]  # fmt: skip

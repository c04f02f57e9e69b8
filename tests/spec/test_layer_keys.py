"""What may stand under the keys of a layer, and what is said of the rest."""

from __future__ import annotations

import pytest

from specc.diagnostics import Path
from tests.loading import codes, findings, spec

BASE = {"type": "LSTM", "units": "2", "input_shape": "[5, 3]"}


def layer(**keys: str) -> str:
    """A spec of one layer: an LSTM but for these keys; an empty value takes a key away."""
    return spec(", ".join(f"{key}: {value}" for key, value in (BASE | keys).items() if value))


GOOD = [
    {"units": "1"},
    {"dropout": "0"},
    {"dropout": "1"},
    {"dropout": "0.5", "recurrent_dropout": "1.0"},
    {"activation": "null"},
    {"activation": "relu", "recurrent_activation": "sigmoid"},
    {"implementation": "0"},
    {"name": "null"},
    {"inputs": "null"},
    {"trainable": "false"},
    {"kernel_initializer": "HeNormal"},
    {"kernel_initializer": "{type: random_normal, stddev: 1}"},
    {"kernel_initializer": "{class_name: VarianceScaling, config: {scale: 2.0, mode: fan_avg, seed: null}}"},
    {"kernel_regularizer": "null"},
    {"kernel_regularizer": "l2"},
    {"kernel_regularizer": "{class_name: L1L2, config: {l1: 0.0, l2: 0.01}}"},
    {"kernel_constraint": "{type: MaxNorm, max_value: 2, axis: [0, 1]}"},
]


@pytest.mark.parametrize("keys", GOOD)
def test_good(keys: dict[str, str]) -> None:
    assert codes(layer(**keys)) == []


# key, value, code, message, hint
BAD: list[tuple[str, str, str, str, str | None]] = [
    ("units", "0", "V205", "`units` must be at least 1, found 0", None),
    ("units", "-1", "V205", "`units` must be at least 1, found -1", None),
    ("units", "2147483648", "V205", "`units` must be at most 2147483647, found 2147483648", None),
    ("units", "2.0", "V204", "`units` must be a whole number, found 2.0", "write 2"),
    ("units", "2.5", "V204", "`units` must be a whole number, found 2.5", None),
    ("units", "true", "V204", "`units` must be a whole number, found true", None),
    ("units", "null", "V204", "`units` must be a whole number, found null", None),
    ("units", '"2"', "V204", '`units` must be a whole number, found `"2"`', "write 2 without quotes"),
    ("units", "two", "V204", "`units` must be a whole number, found `two`", None),
    ("units", "[2]", "V204", "`units` must be a whole number, found [2]", None),
    ("units", "{n: 2}", "V204", "`units` must be a whole number, found a mapping", None),
    ("dropout", "1.5", "V205", "`dropout` must be at most 1, found 1.5", None),
    ("dropout", "-0.1", "V205", "`dropout` must be at least 0, found -0.1", None),
    ("dropout", "false", "V204", "`dropout` must be a number, found false", None),
    ("dropout", '"0.5"', "V204", '`dropout` must be a number, found `"0.5"`', "write 0.5 without quotes"),
    ("dropout", "50%", "V204", "`dropout` must be a number, found `50%`", "write 0.5"),
    ("dropout", "null", "V204", "`dropout` must be a number, found null", None),
    ("go_backwards", "yes", "V204", "`go_backwards` must be true or false, found `yes`", "write true"),
    ("stateful", "Off", "V204", "`stateful` must be true or false, found `Off`", "write false"),
    ("stateful", "0", "V204", "`stateful` must be true or false, found 0", "write false"),
    ("stateful", "2", "V204", "`stateful` must be true or false, found 2", None),
    ("stateful", "null", "V204", "`stateful` must be true or false, found null", None),
    (
        "go_backwards",
        '"true"',
        "V204",
        '`go_backwards` must be true or false, found `"true"`',
        "write true without quotes",
    ),
    ("implementation", "3", "V206", "`implementation` must be 0, 1 or 2, found 3", None),
    ("implementation", "true", "V206", "`implementation` must be 0, 1 or 2, found true", None),
    ("implementation", "1.0", "V206", "`implementation` must be 0, 1 or 2, found 1.0", None),
    ("implementation", '"2"', "V206", '`implementation` must be 0, 1 or 2, found `"2"`', "write 2 without quotes"),
    ("activation", "tahn", "V206", "unknown activation `tahn`", "did you mean `tanh`?"),
    ("activation", "None", "V206", "unknown activation `None`", "write null"),
    ("recurrent_activation", "Sigmoid", "V206", "unknown recurrent activation `Sigmoid`", "did you mean `sigmoid`?"),
    ("name", "3", "V204", "`name` must be text, found 3", None),
    ("inputs", "3", "V204", "`inputs` must be the name of a layer, or a list of names, found 3", None),
    ("inputs", "{a: b}", "V204", "`inputs` must be the name of a layer, or a list of names, found a mapping", None),
    ("mask", "[a]", "V204", "`mask` must be the name of a layer, found [a]", None),
    ("batch_size", "0", "V205", "`batch_size` must be at least 1, found 0", None),
    ("batch_size", "None", "V204", "`batch_size` must be a whole number, found `None`", "write null"),
    ("input_shape", "3", "V204", "`input_shape` must be a list, found 3", "write [3]"),
    ("input_shape", '"(10, 3)"', "V204", "`input_shape` must be a list, found `(10, 3)`", "write [10, 3]"),
    ("input_shape", '"None, 3"', "V204", "`input_shape` must be a list, found `None, 3`", "write [null, 3]"),
]


@pytest.mark.parametrize(("key", "value", "code", "message", "hint"), BAD)
def test_bad(key: str, value: str, code: str, message: str, hint: str | None) -> None:
    (finding,) = findings(layer(**{key: value}))
    assert (finding.code, finding.path) == (code, ("layers", 0, key))
    assert (finding.message, finding.hint) == (message, hint)


# key, value, path inside the layer, message
INSIDE: list[tuple[str, str, Path, str]] = [
    ("input_shape", '[null, "3"]', ("input_shape", 1), '`input_shape[1]` must be a whole number or null, found `"3"`'),
    ("input_shape", "[5, 0]", ("input_shape", 1), "`input_shape[1]` must be at least 1, found 0"),
    ("input_shape", "[-1, 3]", ("input_shape", 0), "`input_shape[0]` must be at least 1, found -1"),
    ("input_shape", "[[5, 3]]", ("input_shape", 0), "`input_shape[0]` must be a whole number or null, found [5, 3]"),
    ("input_shape", "[true, 3]", ("input_shape", 0), "`input_shape[0]` must be a whole number or null, found true"),
    ("input_shape", "[5.0, 3]", ("input_shape", 0), "`input_shape[0]` must be a whole number or null, found 5.0"),
    ("inputs", "[3]", ("inputs", 0), "`inputs[0]` must be the name of a layer, found 3"),
    ("inputs", "[a, [b]]", ("inputs", 1), "`inputs[1]` must be the name of a layer, found [b]"),
    ("inputs", '["a:0"]', ("inputs", 0), "`a:0` is no valid name"),
    ("initial_state", "a/b", ("initial_state",), "`a/b` is no valid name"),
    (
        "kernel_initializer",
        "{type: constant, value: x}",
        ("kernel_initializer", "value"),
        "`value` of `constant` must be a number, found `x`",
    ),
    (
        "kernel_initializer",
        "{class_name: Constant, config: {val: 1}}",
        ("kernel_initializer", "config", "val"),
        "`constant` has no argument `val`",
    ),
    ("kernel_initializer", "{type: x}", ("kernel_initializer", "type"), "unknown initializer `x`"),
    (
        "kernel_initializer",
        "{class_name: zeros, config: [1]}",
        ("kernel_initializer", "config"),
        "`config` must be a mapping, found [1]",
    ),
    ("bias_constraint", "{type: max_norm, rate: 1}", ("bias_constraint", "rate"), "`max_norm` has no argument `rate`"),
]


@pytest.mark.parametrize(("key", "value", "path", "message"), INSIDE)
def test_the_place_is_inside_the_value(key: str, value: str, path: Path, message: str) -> None:
    (finding,) = findings(layer(**{key: value}))
    assert (finding.path, finding.message) == (("layers", 0, *path), message)


UNKNOWN = {
    "unit": "did you mean `units`?",
    "returnSequences": "did you mean `return_sequences`?",
    "output_dim": "leave it out: Keras 2 calls it `units`, which is given too",
    "inner_init": "Keras 2 calls it `recurrent_initializer`",
    "W_regularizer": "Keras 2 calls it `kernel_regularizer`",
    "consume_less": "Keras 2 calls it `implementation`; cpu is 0, mem is 1, gpu is 2",
    "reset_after": "it is an argument of GRU",
    "time_major": "the batch always comes first: (batch, time, features)",
    "dtype": "specc computes in float32; `dtype` is for an Input",
    "zebra": None,
}


@pytest.mark.parametrize(("key", "hint"), UNKNOWN.items())
def test_unknown_keys(key: str, hint: str | None) -> None:
    value = {"returnSequences": "true", "inner_init": "zeros", "W_regularizer": "l2"}.get(key, "1")
    (finding,) = findings(layer(**{key: value}))
    assert (finding.code, finding.path, finding.part) == ("V202", ("layers", 0, key), "key")
    assert (finding.message, finding.hint) == (f"unknown key `{key}`", hint)


@pytest.mark.parametrize("key", ["unit", "Units", "output_dim", "num_units", "hidden_size"])
def test_a_misspelt_key_is_not_missed_too(key: str) -> None:
    assert codes(layer(units="", **{key: "2"})) == [("V202", ("layers", 0, key))]


def test_a_key_that_is_both_unknown_and_missed() -> None:
    assert codes(layer(units="", zebra="[2]")) == [("V203", ("layers", 0)), ("V202", ("layers", 0, "zebra"))]


@pytest.mark.parametrize(
    ("item", "code", "path"),
    [
        ("LSTM", "V204", ("layers", 0)),
        ("null", "V204", ("layers", 0)),
        ("[]", "V204", ("layers", 0)),
        ("{}", "V203", ("layers", 0)),
        ("{units: 3}", "V203", ("layers", 0)),
        ("{class_name: LSTM, units: 3, input_shape: [5, 3]}", "V203", ("layers", 0, "class_name")),
        ("{LSTM: {units: 3}}", "V203", ("layers", 0, "LSTM")),
        ("{type: null}", "V201", ("layers", 0, "type")),
        ("{type: [LSTM]}", "V201", ("layers", 0, "type")),
        ("{type: lstm, units: 3, input_shape: [5, 3]}", "V201", ("layers", 0, "type")),
        ("{type: Lambda}", "V201", ("layers", 0, "type")),
        ("{type: Layer}", "V201", ("layers", 0, "type")),
        ("{type: Recurrent}", "V201", ("layers", 0, "type")),
        ("{type: __init__}", "V201", ("layers", 0, "type")),
    ],
)
def test_what_is_no_layer(item: str, code: str, path: Path) -> None:
    assert codes(f"specc: 1\nlayers: [{item}]\n") == [(code, path)]

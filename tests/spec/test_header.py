"""The top-level keys: defaults, types, and which Keras is meant."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import pytest

from specc.diagnostics import Path, SpecError
from specc.model import load
from specc.spec.header import DEFAULT_MAX_MEMORY
from tests.loading import codes, findings, load_text, spec

LAYER = "type: Dense, units: 2, input_shape: [3]"


def test_defaults() -> None:
    header = load_text(spec(LAYER)).spec.header
    assert (header.name, header.dialect, header.seed, header.max_memory) == ("model", "keras2", 0, DEFAULT_MAX_MEMORY)
    assert header.outputs is header.weights is header.keras_version is header.description is None
    assert header.metadata == {}


def test_all_keys() -> None:
    text = spec(
        LAYER,
        name="m",
        description="words",
        dialect="tf.keras",
        keras_version='"2.4.0"',
        seed="9223372036854775807",
        weights="deep/w.npz",
        max_memory="1e3".replace("1e3", "1000"),
        metadata="{author: a, year: 2024, list: [1, {b: null}]}",
        outputs="dense",
    )
    model = load_text(f'$schema: "https://example.org/spec.schema.json"\n{text}')
    assert model.diagnostics == ()
    assert model.spec.dialect.version == (2, 4, 0)
    assert model.spec.header.metadata == {"author": "a", "year": 2024, "list": [1, {"b": None}]}


MISTAKES: dict[str, tuple[str, Path]] = {
    "name: null": ("V204", ("name",)),
    "name: 3": ("V204", ("name",)),
    "name: a b": ("V207", ("name",)),
    "description: [a]": ("V204", ("description",)),
    "dialect: keras": ("V206", ("dialect",)),
    "dialect: null": ("V206", ("dialect",)),
    "keras_version: 2": ("V204", ("keras_version",)),
    "keras_version: two": ("V217", ("keras_version",)),
    'keras_version: ""': ("V217", ("keras_version",)),
    'keras_version: "1.2.2"': ("V217", ("keras_version",)),
    'keras_version: "2.4.0"': ("V217", ("keras_version",)),
    "seed: -1": ("V205", ("seed",)),
    "seed: 1.0": ("V204", ("seed",)),
    "seed: true": ("V204", ("seed",)),
    "weights: 3": ("V204", ("weights",)),
    'weights: ""': ("V205", ("weights",)),
    "weights: ../w.npz": ("V219", ("weights",)),
    "weights: a/../../w.npz": ("V219", ("weights",)),
    "weights: /etc/passwd": ("V219", ("weights",)),
    "max_memory: -1": ("V205", ("max_memory",)),
    "max_memory: 1e9": ("V204", ("max_memory",)),
    "metadata: text": ("V204", ("metadata",)),
    "outputs: 3": ("V204", ("outputs",)),
    "outputs: [dense, 3]": ("V204", ("outputs", 1)),
    "outputs: dense.State": ("V207", ("outputs",)),
    "outputs: null": ("", ()),
    "Outputs: dense": ("V202", ("Outputs",)),
    "model: m": ("V202", ("model",)),
}


@pytest.mark.parametrize(("line", "expected"), MISTAKES.items())
def test_mistakes(line: str, expected: tuple[str, Path]) -> None:
    assert codes(f"{spec(LAYER)}{line}\n") == ([expected] if expected[0] else [])


@pytest.mark.parametrize("value", ['"1"', "1.0", "true", "null", "[1]", "one"])
def test_the_version_is_the_number_one(value: str) -> None:
    assert codes(f"specc: {value}\nlayers: [{{{LAYER}}}]\n") == [("V206", ("specc",))]


@pytest.mark.parametrize("value", [0, 2, -1, 10**12])
def test_other_versions(value: int) -> None:
    assert codes(f"specc: {value}\nlayers: 3\n") == [("V218", ("specc",))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[]", ("V200", ())),
        ("text", ("V200", ())),
        ("3", ("V200", ())),
        ("{}", ("V200", ())),
        ("layers: []", ("V200", ())),
        ("Specc: 1\nlayers: []", ("V202", ("Specc",))),
    ],
)
def test_what_is_no_spec(text: str, expected: tuple[str, Path]) -> None:
    assert codes(text) == [expected]


@pytest.mark.parametrize("value", ["null", "3", "{type: LSTM}", "LSTM"])
def test_layers_are_a_list(value: str) -> None:
    assert codes(f"specc: 1\nlayers: {value}\noutputs: [a, b]\n") == [("V204", ("layers",))]


@pytest.mark.parametrize("text", ["specc: 1\n", "specc: 1\noutputs: [a]\n"])
def test_layers_are_missed_once(text: str) -> None:
    assert codes(text) == [("V203", ())]


@pytest.mark.parametrize(
    ("version", "homes"),
    [
        ("0.3.3", "`dialect: keras1`"),
        ("1.2.2", "`dialect: keras1` or `dialect: tf.keras`"),
        ("2.6.0", "`dialect: tf.keras`"),
        ("3.1", "`dialect: keras3`"),
    ],
)
def test_a_version_says_which_dialect_has_it(version: str, homes: str) -> None:
    (finding,) = findings(spec(LAYER, keras_version=f'"{version}"'))
    assert finding.hint == f"set {homes}, or leave `keras_version` out"


def test_links_do_not_lead_outside(tmp_path: FilePath) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "w.npz").touch()
    (inside / "link").symlink_to(outside)
    (inside / "circle").symlink_to(inside / "circle")
    for named, expected in (("link/w.npz", ["V219"]), ("circle", []), ("./sub/../w.npz", [])):
        file = inside / "spec.yaml"
        file.write_text(spec(LAYER, weights=named))
        try:
            assert load(file).weights == inside / named
            found = []
        except SpecError as error:
            found = [finding.code for finding in error.diagnostics]
        assert found == expected


def test_data_instead_of_a_file() -> None:
    data: dict[str, Any] = {"specc": 1, "layers": [{"type": "Dense", "units": 2, "input_shape": [3]}]}
    assert [node.name for node in load(data).graph.nodes] == ["dense_input", "dense"]

"""The schema in an editor's hands: a real yaml-language-server completes, explains and checks specs.

``.ci/run`` installs the server with npm; YAML_LANGUAGE_SERVER names its script elsewhere.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from specc import layers
from specc.cli import main
from specc.expansion.defaults import own_fields
from specc.layers.recurrent import Recurrent
from specc.schema import find_class
from specc.spec.header import Header
from tests.editor.server import Server

pytestmark = pytest.mark.editor

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schemas" / "spec.schema.json"
ERROR = 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("specs")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    script, node = os.environ.get("YAML_LANGUAGE_SERVER"), shutil.which("node")
    if not script or node is None:
        pytest.skip("no yaml-language-server: YAML_LANGUAGE_SERVER names its script, and node runs it")
    running = Server([node, script, "--stdio"], folder)
    yield running
    running.stop()


def write(folder: Path, name: str, text: str) -> Path:
    """A spec that names its schema, in a file that no other test has open."""
    file = folder / f"{len(list(folder.iterdir()))}_{name}"
    file.write_text(f"# yaml-language-server: $schema={SCHEMA.as_uri()}\n{text}", encoding="utf-8")
    return file


def place(file: Path, mark: str) -> tuple[int, int]:
    """Line and column, from 0, behind the first occurrence of some text."""
    before = file.read_text("utf-8").partition(mark)[0] + mark
    return before.count("\n"), len(before) - before.rfind("\n") - 1


HEAD = "specc: 1\nlayers:\n  - {type: Input, shape: [10, 4]}\n"


CLASSES = set(layers.HOMES)
RECURRENT = {name for name in CLASSES if issubclass(find_class(name), Recurrent)}
CELLS = {"SimpleRNNCell", "GRUCell", "LSTMCell"}


def keys_of(name: str, *written: str) -> set[str]:
    """The keys that may still be written in a layer of a class."""
    return set(find_class(name).model_fields) - set(written)


def complete(server: Server, folder: Path, text: str) -> set[str]:
    """What is offered at the `|` in a text."""
    before, _, after = text.partition("|")
    file = write(folder, "complete.yaml", before + after)
    server.open(file)
    whole = file.read_text("utf-8")[: -len(after)]
    return set(server.complete(file, whole.count("\n"), len(whole) - whole.rfind("\n") - 1))


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("  - type: |\n", CLASSES),
        ("  - type: LS|\n", CLASSES),
        ("  - {type: |}\n", CLASSES),
        ("  - name: a\n    type: |\n", CLASSES),
        ("  - repeat: 2\n    layers:\n      - type: |\n", CLASSES),
        ("  - type: Bidirectional\n    layer:\n      type: |\n", RECURRENT),
        ("  - type: RNN\n    cell:\n      - type: |\n", CELLS),
        ("  - type: StackedRNNCells\n    cells:\n      - type: |\n", CELLS),
    ],
)
def test_classes_are_completed(text: str, classes: set[str], server: Server, folder: Path) -> None:
    assert complete(server, folder, HEAD + text) == classes


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("  - type: LSTM\n    |\n", keys_of("LSTM")),
        ("  - type: LSTM\n    units: 8\n    |\n", keys_of("LSTM", "units")),
        ("  - type: LSTM\n    |\n    units: 8\n", keys_of("LSTM", "units")),
        ("  - type: LSTM\n    re|\n", keys_of("LSTM")),
        ("  - {type: LSTM, re|}\n", keys_of("LSTM")),
        ("  - {type: LSTM, units: 8, re|}\n", keys_of("LSTM", "units")),
        ("  - type: Dense\n    |\n", keys_of("Dense")),
        ("  - type: Conv1D\n    |\n", keys_of("Conv1D")),
        ("  - type: Input\n    |\n", keys_of("Input")),
        ("  - type: Shared\n    |\n", keys_of("Shared")),
        ("  - type: RNN\n    |\n", keys_of("RNN")),
        ("  - type: Bidirectional\n    |\n", keys_of("Bidirectional")),
        ("  - type: Bidirectional\n    layer:\n      type: LSTM\n      |\n", keys_of("LSTM")),
        ("  - {type: Bidirectional, layer: {type: LSTM, re|}}\n", keys_of("LSTM")),
        ("  - type: RNN\n    cell:\n      type: GRUCell\n      |\n", keys_of("GRUCell")),
        ("  - type: RNN\n    cell:\n      - type: LSTMCell\n        |\n", keys_of("LSTMCell")),
        ("  - type: RNN\n    cell:\n      - {type: LSTMCell, re|}\n", keys_of("LSTMCell")),
        (
            "  - type: RNN\n    cell:\n      - {type: GRUCell, units: 8}\n      - type: LSTMCell\n        |\n",
            keys_of("LSTMCell"),
        ),
        ("  - repeat: 2\n    layers:\n      - type: LSTM\n        |\n", keys_of("LSTM")),
        ("  - repeat: 2\n    |\n", {"as", "layers"}),
        ("  - include: part.yaml\n    |\n", {"vars"}),
        ("  - type: Bidirectional\n    layer:\n      |\n", {"type"}),
        ("  - {|}\n", {"type", "repeat", "include"}),
        ("  - t|\n", {"type", "repeat", "include"}),
        ("defaults:\n  |\n", CLASSES),
        ("defaults:\n  LSTM:\n    |\n", keys_of("LSTM") - own_fields(find_class("LSTM"))),
        ("expect:\n  |\n", {"outputs", "parameters"}),
    ],
)
def test_the_keys_of_one_place_are_completed(text: str, keys: set[str], server: Server, folder: Path) -> None:
    assert complete(server, folder, HEAD + text) == keys


def test_a_whole_layer_is_completed(server: Server, folder: Path) -> None:
    assert complete(server, folder, HEAD + "  - |\n") == CLASSES | {"type", "repeat", "include"}
    file = write(folder, "layer.yaml", HEAD + "  - \n")
    server.open(file)
    offered = server.complete(file, *place(file, "4]}\n  - "))
    assert offered["RNN"]["insertText"] == "type: RNN\n  cell:\n    type: LSTMCell\n    units: 32"
    assert complete(server, folder, HEAD + "  - type: RNN\n    cell:\n      - |\n") == CELLS | {"type"}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("  - type: Bidirectional\n    layer: |\n", {"{type: GRU, units: 16}"}),
        ("  - type: RNN\n    cell: |\n", {"{type: LSTMCell, units: 32}"}),
        ("defaults: |\n", {"{LSTM: {dropout: 0.2}}"}),
    ],
)
def test_an_example_is_completed(text: str, labels: set[str], server: Server, folder: Path) -> None:
    assert complete(server, folder, HEAD + text) == labels


def test_values_are_completed(server: Server, folder: Path) -> None:
    file = write(folder, "values.yaml", HEAD + "  - type: Dense\n    units: 8\n    activation: \n")
    server.open(file)
    assert set(server.complete(file, *place(file, "activation: "))) >= {"relu", "softmax", "tanh"}


def test_top_level_keys_are_completed(server: Server, folder: Path) -> None:
    keys = {info.alias or name for name, info in Header.model_fields.items()}
    assert complete(server, folder, "|\n") == keys
    assert complete(server, folder, "specc: 1\n|\n") == keys - {"specc"}
    assert complete(server, folder, HEAD + "|\n") == keys - {"specc", "layers"}


def test_a_key_is_explained(server: Server, folder: Path) -> None:
    file = write(folder, "hover.yaml", HEAD + "  - {type: LSTM, units: 8, return_sequences: true}\n")
    server.open(file)
    shown = server.hover(file, *place(file, "return_seq"))
    assert "Return the output of every step, not only the last one" in shown
    assert "object Object" not in shown


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("ce", "A cell, or a list of cells on top of each other."),
        ("repe", "How often, or a list of values: one for each round."),
        ("va", "Names for numbers, texts, true, false and lists of these"),
        ("metad", "Example: `{license: CC0-1.0}`."),
        ("defa", "Arguments for every layer of a class, by class: `LSTM: {dropout: 0.2}`."),
        ("drop", "Share of the inputs to drop in training"),
    ],
)
def test_a_key_that_holds_a_mapping_is_explained(key: str, text: str, server: Server, folder: Path) -> None:
    layers = "  - {type: RNN, cell: [{type: LSTMCell, units: 3}]}\n  - {repeat: 2, layers: [{type: Flatten}]}\n"
    above = "vars: {a: 1}\nmetadata: {a: b}\ndefaults: {LSTM: {dropout: 0.1}}\n"
    file = write(folder, "mappings.yaml", HEAD + layers + above)
    assert server.open(file) == []
    shown = server.hover(file, *place(file, f" {key}" if key == "ce" else key))
    assert text in shown
    assert "||" not in shown


def test_a_class_is_explained(server: Server, folder: Path) -> None:
    file = write(folder, "class.yaml", HEAD + "  - {type: RepeatVector, n: 8}\n")
    server.open(file)
    assert "RepeatVector" in server.hover(file, *place(file, "Repeat")) or server.hover(file, *place(file, "ty"))


MISSPELT = {
    "unitz": "{type: LSTM, unitz: 8}",
    "unit": "{type: Dense, unit: 3}",
    "return_sequence": "{type: LSTM, units: 8, return_sequence: true}",
    "retrun_state": "{type: LSTM, retrun_state: true}",  # which also lacks units: that shows once the key is right
    "filter": "{type: Conv1D, filter: 3, kernel_size: 2}",
    "dropuot": "{type: Bidirectional, layer: {type: GRU, units: 8, dropuot: 0.1}}",
    "units_": "{type: Bidirectional, layer: {type: LSTM, units_: 3}}",
    "laier": "{type: Bidirectional, laier: {type: LSTM, units: 3}}",
    "uints": "{type: RNN, cell: {type: LSTMCell, uints: 3}}",
    "Units": "{type: RNN, cell: [{type: GRUCell, units: 3}, {type: LSTMCell, Units: 3}]}",
    "cel": "{type: RNN, cel: {type: LSTMCell, units: 3}}",
    "Cells": "{type: StackedRNNCells, Cells: [{type: LSTMCell, units: 3}]}",
    "shap": "{type: Input, shap: [3]}",
    "layr": "{type: Shared, layr: encoder}",
    "typ": "{typ: LSTM, units: 3}",
    "tpye": "{type: TimeDistributed, layer: {tpye: Dense, units: 3}}",
    "laiers": "{repeat: 2, laiers: []}",
    "rpeat": "{rpeat: 2, layers: [{type: Flatten}]}",
    "untis": "{repeat: 2, layers: [{type: LSTM, untis: 3}]}",
    "includ": "{includ: part.yaml}",
    "var": "{include: part.yaml, var: {}}",
    "stdev": "{type: LSTM, units: 3, kernel_initializer: {type: RandomNormal, stdev: 1}}",
    "class_nam": "{type: LSTM, units: 3, kernel_initializer: {class_nam: Zeros}}",
}
MISSPELT_ABOVE = {
    "spec": "spec: 1\nlayers: [{type: Flatten}]\n",
    "laxers": "specc: 1\nlaxers: [{type: Flatten}]\n",
    "output": "specc: 1\noutput: flatten\nlayers: [{type: Flatten}]\n",
    "default": "specc: 1\ndefault: {LSTM: {units: 3}}\nlayers: [{type: LSTM}]\n",
    "LSTN": "specc: 1\ndefaults: {LSTN: {units: 3}}\nlayers: [{type: LSTM}]\n",
    "dropot": "specc: 1\ndefaults: {LSTM: {dropot: 0.1}}\nlayers: [{type: LSTM}]\n",
}


@pytest.mark.parametrize("word", [*MISSPELT, *MISSPELT_ABOVE])
def test_a_misspelt_key_is_one_diagnostic(word: str, server: Server, folder: Path) -> None:
    text = MISSPELT_ABOVE[word] if word in MISSPELT_ABOVE else HEAD + f"  - {MISSPELT[word]}\n"
    file = write(folder, f"{word}.yaml", text)
    (found,) = server.open(file)
    assert found["severity"] == ERROR
    assert found["message"] == f"Property {word} is not allowed."
    line, column = place(file, f"{word}:")
    start, end = ({"line": line, "character": column - 1 - back} for back in (len(word), 0))
    assert found["range"] == {"start": start, "end": end}


MISSING = {
    "{type: LSTM}": "units",
    "{type: Dense, activation: relu}": "units",
    "{type: RNN}": "cell",
    "{type: RNN, cell: [{type: GRUCell, units: 3}, {type: LSTMCell}]}": "units",
    "{type: Bidirectional, layer: {type: LSTM}}": "units",
    "{type: Input}": "shape",
    "{type: Shared}": "layer",
    "{repeat: 2}": "layers",
    "{repeat: 2, layers: [{type: LSTM}]}": "units",
    "{units: 3}": "type",
    "{}": "type",
    "{type: LSTM, units: 3, kernel_initializer: {stddev: 1}}": "type",
}


@pytest.mark.parametrize("layer", MISSING)
def test_a_missing_key_is_one_diagnostic(layer: str, server: Server, folder: Path) -> None:
    (found,) = server.open(write(folder, "missing.yaml", HEAD + f"  - {layer}\n"))
    assert found["severity"] == ERROR
    assert found["message"] == f'Missing property "{MISSING[layer]}".'


@pytest.mark.parametrize(
    ("text", "key"), [("specc: 1\n", "layers"), ("layers: [{type: Flatten}]\n", "specc")], ids=["layers", "specc"]
)
def test_a_missing_top_level_key_is_one_diagnostic(text: str, key: str, server: Server, folder: Path) -> None:
    (found,) = server.open(write(folder, "missing.yaml", text))
    assert found["message"] == f'Missing property "{key}".'


@pytest.mark.parametrize(
    "layer", ["{type: LSTM, units: many}", "{type: LSTN, units: 8}", "LSTM", "null", "{type: RNN, cell: LSTMCell}"]
)
def test_another_mistake_is_one_diagnostic(layer: str, server: Server, folder: Path) -> None:
    assert len(server.open(write(folder, "mistake.yaml", HEAD + f"  - {layer}\n"))) == 1


GOOD = sorted((ROOT / "tests" / "good").glob("*.yaml"))


@pytest.mark.parametrize("spec", GOOD, ids=lambda path: path.stem)
def test_a_good_spec_has_no_diagnostic(spec: Path, server: Server, folder: Path) -> None:
    assert server.open(write(folder, f"good_{spec.name}", spec.read_text("utf-8"))) == []


@pytest.mark.parametrize("starter", sorted(path.stem for path in (ROOT / "examples").glob("*.yaml")))
def test_a_starter_finds_the_schema_beside_it(starter: str, server: Server, folder: Path) -> None:
    """``specc new`` writes both; that the server reads them shows in what it says of a misspelt key."""
    file = folder / starter / "m.specc.yaml"
    file.parent.mkdir()
    assert main(["new", starter, "-o", str(file)]) == 0
    assert server.open(file) == []
    broken = file.with_name("broken.specc.yaml")
    broken.write_text(file.read_text("utf-8").replace("\nlayers:", "\nlayer_s: 1\nlayers:"), encoding="utf-8")
    (found,) = server.open(broken)
    assert "layer_s" in found["message"]

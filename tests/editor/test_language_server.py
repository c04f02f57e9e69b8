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
    """A spec that names its schema."""
    file = folder / name
    file.write_text(f"# yaml-language-server: $schema={SCHEMA.as_uri()}\n{text}", encoding="utf-8")
    return file


def place(file: Path, mark: str) -> tuple[int, int]:
    """Line and column, from 0, behind the first occurrence of some text."""
    before = file.read_text("utf-8").partition(mark)[0] + mark
    return before.count("\n"), len(before) - before.rfind("\n") - 1


HEAD = "specc: 1\nlayers:\n  - {type: Input, shape: [10, 4]}\n"


def test_classes_are_completed(server: Server, folder: Path) -> None:
    file = write(folder, "classes.yaml", HEAD + "  - type: \n")
    server.open(file)
    offered = server.complete(file, *place(file, "  - type: "))
    assert {name.strip('"') for name in offered} >= set(layers.HOMES)


@pytest.mark.parametrize(
    ("form", "mark"),
    [("  - type: LSTM\n    units: 8\n    \n", "units: 8\n    "), ("  - {type: LSTM, re}\n", "LSTM, re")],
)
def test_keys_of_one_class_are_completed(form: str, mark: str, server: Server, folder: Path) -> None:
    file = write(folder, "keys.yaml", HEAD + form)
    server.open(file)
    offered = set(server.complete(file, *place(file, mark)))
    assert offered >= {"return_sequences", "recurrent_dropout", "unit_forget_bias", "kernel_initializer"}
    assert not offered & {"rate", "filters", "merge_mode", "reset_after", "type"}


def test_values_are_completed(server: Server, folder: Path) -> None:
    file = write(folder, "values.yaml", HEAD + "  - type: Dense\n    units: 8\n    activation: \n")
    server.open(file)
    assert set(server.complete(file, *place(file, "activation: "))) >= {"relu", "softmax", "tanh"}


def test_top_level_keys_are_completed(server: Server, folder: Path) -> None:
    file = write(folder, "top.yaml", HEAD + "\n")
    server.open(file)
    assert set(server.complete(file, *place(file, "4]}\n"))) >= {"dialect", "weights", "outputs", "vars", "expect"}


def test_a_key_is_explained(server: Server, folder: Path) -> None:
    file = write(folder, "hover.yaml", HEAD + "  - {type: LSTM, units: 8, return_sequences: true}\n")
    server.open(file)
    shown = server.hover(file, *place(file, "return_seq"))
    assert "Return the output of every step, not only the last one" in shown


def test_a_class_is_explained(server: Server, folder: Path) -> None:
    file = write(folder, "class.yaml", HEAD + "  - {type: RepeatVector, n: 8}\n")
    server.open(file)
    assert "RepeatVector" in server.hover(file, *place(file, "Repeat")) or server.hover(file, *place(file, "ty"))


@pytest.mark.parametrize(
    ("layer", "word"),
    [
        ("{type: LSTM, unitz: 8, units: 8}", "unitz"),
        ("{type: LSTM, units: 8, return_sequence: true}", "return_sequence"),
        ("{type: Bidirectional, layer: {type: GRU, units: 8, dropuot: 0.1}}", "dropuot"),
    ],
)
def test_a_misspelt_key_is_one_diagnostic(layer: str, word: str, server: Server, folder: Path) -> None:
    file = write(folder, f"{word}.yaml", HEAD + f"  - {layer}\n")
    (found,) = server.open(file)
    assert found["severity"] == ERROR
    assert word in found["message"]
    line, end = place(file, word)
    assert found["range"] == {
        "start": {"line": line, "character": end - len(word)},
        "end": {"line": line, "character": end},
    }


@pytest.mark.parametrize("layer", ["{type: LSTM, units: many}", "{type: LSTM}", "{type: LSTN, units: 8}"])
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

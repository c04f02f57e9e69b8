"""``specc expand``: what it prints reads as the same model, and its hash is the model's identity."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import onnx
import pytest

import specc
from specc.cli import main
from specc.source import parse

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path for path in (ROOT / "examples").iterdir() if path.suffix in (".yaml", ".json"))
SHORT = """\
specc: 1
description: costs $${price}
metadata: {note: "$${a} ${units}", size: "${units}"}
vars: {units: 4, name: rnn}
defaults: {LSTM: {dropout: 0.25, return_sequences: true}}
layers:
  - {type: Input, name: x, shape: [null, 3]}
  - {repeat: 2, layers: [{type: LSTM, name: a, units: "${units + index}"}]}
  - include: part.yaml
expect: {parameters: 456}
"""
PART = "- {type: Bidirectional, name: '${name}', layer: {type: LSTM, units: 2, return_sequences: false}}\n"
LONG = """\
specc: 1
name: model
description: "costs $${price}"
dialect: keras2
metadata: {note: "$${a} 4", size: 4}
layers:
  - {type: Input, name: x, shape: [null, 3]}
  - {type: LSTM, name: a_0, units: 4, return_sequences: true, dropout: 0.25}
  - {type: LSTM, name: a_1, units: 5, return_sequences: true, dropout: 0.25}
  - {type: Bidirectional, name: rnn, layer: {type: LSTM, units: 2, dropout: 0.25}}
"""
KERAS = {
    "class_name": "Sequential",
    "keras_version": "2.2.4",
    "config": [
        {"class_name": "LSTM", "config": {"name": "lstm_7", "units": 4, "batch_input_shape": [None, 5, 3]}},
        {"class_name": "Dense", "config": {"name": "dense_2", "units": 2, "activation": "softmax"}},
    ],
}


@pytest.fixture
def short(tmp_path: Path) -> str:
    (tmp_path / "part.yaml").write_text(PART)
    (tmp_path / "short.yaml").write_text(SHORT)
    return str(tmp_path / "short.yaml")


def expand(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    assert main(["expand", *arguments]) == 0
    return capsys.readouterr().out


def test_the_resolved_spec(short: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert expand(capsys, short) == LONG
    assert expand(capsys, short, "--set", "name=both") == LONG.replace("name: rnn", "name: both")


def test_its_hash_is_the_identity_in_the_compiled_file(
    short: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = expand(capsys, short)
    assert main(["compile", short, "-o", str(tmp_path / "m.onnx")]) == 0
    metadata = {prop.key: prop.value for prop in onnx.load(tmp_path / "m.onnx").metadata_props}
    assert metadata["specc.sha256"] == hashlib.sha256(text.encode()).hexdigest() == specc.load(short).identity
    assert metadata["note"] == "${a} 4"


def test_what_it_prints_compiles_to_the_same_bytes(short: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = expand(capsys, short)
    again = Path(short).with_name("long.yaml")
    again.write_text(text)
    assert expand(capsys, str(again)) == text
    assert specc.load(again).compile() == specc.load(short).compile()
    again = again.with_suffix(".json")
    again.write_text(expand(capsys, short, "--format", "json"))
    assert specc.load(again).compile() == specc.load(short).compile()


def test_an_imported_spec_compiles_to_the_same_bytes(short: str) -> None:
    target = Path(short).with_name("imported.yaml")
    assert main(["import", short, "-o", str(target)]) == 0
    assert specc.load(target).compile() == specc.load(short).compile()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = expand(capsys, str(path))
    again = specc.load(parse(text, "m.yaml").data)  # type: ignore[arg-type]
    assert again.expand() == text
    assert again.identity == specc.load(path).identity == hashlib.sha256(text.encode()).hexdigest()


def test_a_file_of_keras(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(KERAS))
    text = expand(capsys, str(path))
    assert '\nkeras_version: "2.2.4"\n' in text
    assert "{type: LSTM, name: lstm_7, units: 4" in text
    model = specc.load(path)
    assert model.identity == hashlib.sha256(text.encode()).hexdigest()
    assert specc.load(parse(text, "m.yaml").data).compile() == model.compile()  # type: ignore[arg-type]


def test_weights_stay_where_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "specc: 1\nweights: w.npz\nlayers:\n  - {type: Dense, units: 2, input_shape: [3]}\n"
    path = tmp_path / "m.yaml"
    path.write_text(text)
    assert main(["expand", str(path)]) == 0
    captured = capsys.readouterr()
    assert "weights" not in captured.out
    assert "w.npz" in captured.err


def test_a_spec_with_a_mistake_has_no_resolved_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("specc: 1\nlayers:\n  - {type: Dense, units: 0, input_shape: [3]}\n")
    assert main(["expand", str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "V205" in captured.err

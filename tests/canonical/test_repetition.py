"""V260: what repeats a default can be left out, and the model stays the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc.cli import main
from specc.diagnostics import Checked
from specc.fixing import mend
from specc.layers.base import Layer
from specc.model import Model, check, load
from specc.source import parse
from tests.loading import load_text

ROOT = Path(__file__).parents[2]
GOOD = sorted((ROOT / "examples").glob("*.yaml")) + sorted((ROOT / "tests/conformance/real_models").glob("*.yaml"))


def repeated(text: str) -> list[str]:
    return [".".join(map(str, finding.path)) for finding in load_text(text).repeated_defaults()]


def checked(text: str) -> Checked:
    model = check(parse(text, "m.yaml"), Path())
    return Checked("m.yaml", model.document, model.repeated_defaults())


def shortened(text: str) -> str:
    mended = mend(text, checked, lambda finding: True)
    assert mended.left.findings == ()
    return mended.text


def spelled_out(model: Model) -> dict[str, Any]:
    """A spec with every default of every layer, as plain data."""
    layers = [everything(entry.layer) for entry in model.spec.entries if entry.layer is not None]
    return {"specc": 1, "name": model.name, "dialect": model.spec.dialect.name, "layers": layers}


def everything(layer: Layer) -> dict[str, Any]:
    found = {"type": layer.type, **layer.model_dump(mode="json", exclude_none=True, by_alias=True)}
    for key in layer.nested_layers:
        inner = getattr(layer, key)
        if inner is not None:
            found[key] = list(map(everything, inner)) if isinstance(inner, list) else everything(inner)
    return found


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_model_stays_the_same(path: Path) -> None:
    text = path.read_bytes().decode()
    model = load(path)
    short = shortened(text)
    assert check(parse(short, "m.yaml"), path.parent).identity == model.identity
    assert len(short) <= len(text)


@pytest.mark.parametrize("dialect", ["keras1", "keras2", "tf.keras", "keras3"])
def test_defaults_of_a_dialect(dialect: str) -> None:
    text = f"""\
specc: 1
dialect: {dialect}
layers:
  - {{type: Input, shape: [10, 3]}}
  - {{type: GRU, units: 4, return_sequences: true, use_bias: true, recurrent_activation: hard_sigmoid}}
  - type: LSTM
    activation: tanh
    # kept: as many as letters
    units: 4
    recurrent_activation: sigmoid
    kernel_initializer: glorot_uniform
    recurrent_initializer: {{type: orthogonal, gain: 1.0}}
    kernel_regularizer: null
"""
    old = dialect in ("keras1", "keras2")
    gru = ", recurrent_activation: hard_sigmoid" if not old else ""
    lstm = "    recurrent_activation: sigmoid\n" if old else ""
    assert (
        shortened(text)
        == f"""\
specc: 1
dialect: {dialect}
layers:
  - {{type: Input, shape: [10, 3]}}
  - {{type: GRU, units: 4, return_sequences: true{gru}}}
  - type: LSTM
    # kept: as many as letters
    units: 4
{lstm}"""
    )
    assert load_text(shortened(text)).identity == load_text(text).identity


def test_everything_spelled_out_in_json() -> None:
    model = load_text("""\
        specc: 1
        layers:
          - {type: Input, name: x, shape: [10, 3]}
          - {type: Bidirectional, layer: {type: LSTM, units: 4, return_sequences: true}}
          - {type: RNN, cell: [{type: GRUCell, units: 4}, {type: LSTMCell, units: 5, dropout: 0.5}]}
          - {type: Dense, units: 2, activation: relu}
        """)
    text = json.dumps(spelled_out(model), indent=1)
    assert len(repeated(text)) > 30
    short = shortened(text)
    assert load_text(short).identity == load_text(text).identity
    assert len(json.loads(short)["layers"][3]) == 3


def test_nested_layers_have_places_of_their_own() -> None:
    text = """\
        specc: 1
        layers:
          - {type: RNN, cell: [{type: GRUCell, units: 4, use_bias: true}], unroll: false, input_shape: [10, 3]}
        """
    assert repeated(text) == ["layers.0.cell.0.use_bias", "layers.0.unroll"]


@pytest.mark.parametrize(
    "text",
    [
        "specc: 1\ndefaults: {LSTM: {use_bias: false}}\nlayers:\n"
        "  - {type: LSTM, units: 4, use_bias: true, input_shape: [10, 3]}\n",
        "specc: 1\nvars: {rate: 0.0}\nlayers:\n  - {type: LSTM, units: 4, dropout: '${rate}', input_shape: [10, 3]}\n",
    ],
)
def test_what_only_seems_to_repeat(text: str) -> None:
    assert repeated(text) == []


def test_a_block_is_told_once() -> None:
    text = """\
        specc: 1
        layers:
          - {type: Input, shape: [10, 3]}
          - repeat: 3
            layers: [{type: Dense, units: 4, use_bias: true}]
        """
    assert repeated(text) == ["layers.1.layers.0.use_bias"]


def test_another_dialect_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "m.yaml"
    layer = "{type: LSTM, units: 4, use_bias: true, recurrent_activation: sigmoid, input_shape: [10, 3]}"
    file.write_text(f"specc: 1\nlayers:\n  - {layer}\n")
    assert main(["validate", str(file), "--select", "V260", "--dialect", "keras3", "--fix"]) == 0
    assert file.read_text() == f"specc: 1\nlayers:\n  - {layer.replace('use_bias: true, ', '')}\n"


def test_models_of_keras_have_none() -> None:
    config = {"units": 4, "use_bias": True, "batch_input_shape": [None, 3]}
    model = {
        "class_name": "Sequential",
        "keras_version": "2.2.4",
        "config": [{"class_name": "Dense", "config": config}],
    }
    assert repeated(json.dumps(model)) == []

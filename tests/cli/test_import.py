"""``specc import``: the spec and the weights that it writes, its report, and what it never does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from tests.cli.conftest import Command, Shell
from tests.cli.specs import GOOD
from tests.keras_files import files
from tests.keras_files.files import layer, numbers, sequential

ARRAYS = {"lstm/1": [numbers(3, 16), numbers(4, 16), numbers(16)], "d": [numbers(4, 2), numbers(2)]}
LAYERS = (
    layer("LSTM", "lstm/1", units=4, batch_input_shape=[None, 5, 3], kernel_regularizer=None, dropout=0.25,
          kernel_initializer={"class_name": "RandomNormal", "config": {"mean": 0.0, "stddev": 0.5, "seed": None}}),
    layer("Dense", "d", units=2, activation="softmax", activity_regularizer=None,
          kernel_regularizer={"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.5}}),
)  # fmt: skip
SPEC = """\
specc: 1
name: model
dialect: keras2
keras_version: "2.2.4"
{weights}layers:
  - {{type: Input, name: lstm_1_input, shape: [5, 3]}}
  - {{type: LSTM, name: lstm_1, units: 4, kernel_initializer: {{type: random_normal, stddev: 0.5}},
     dropout: 0.25}}
  - {{type: Dense, name: d, units: 2, activation: softmax, kernel_regularizer: {{type: l2, l2: 0.5}}}}
"""


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole model that was compiled and trained, its architecture alone, its weights alone, and a spec."""
    monkeypatch.chdir(tmp_path)
    files.write_h5(Path("model.h5"), ARRAYS, sequential(*LAYERS))
    with h5py.File("model.h5", "r+") as file:
        file.attrs["training_config"] = b"{}"
        file.create_group("optimizer_weights")
    files.write_h5(Path("weights.h5"), ARRAYS)
    files.write_json(Path("model.json"), sequential(*LAYERS, keras_version="2.2.4"))
    Path("spec.yaml").write_text(GOOD)


def compiled(specc: Command, *arguments: Any) -> bytes:
    assert specc("compile", *arguments, "-o", "out.onnx").code == 0
    return Path("out.onnx").read_bytes()


def listing() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path().iterdir()}


def test_spec_weights_and_report(specc: Command) -> None:
    outcome = specc("import", "model.h5", "-o", "it.yaml")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err.splitlines() == [
        "wrote it.yaml and it.safetensors",
        "  3 layers, 138 parameters",
        "  from Keras 2.2.4, as keras2",
        "  renamed: `lstm/1` -> lstm_1",
        "  left out: the optimizer, loss and metrics",
        "  left out: what the optimizer remembers",
    ]
    assert Path("it.yaml").read_text() == SPEC.format(weights="weights: it.safetensors\n")
    assert compiled(specc, "it.yaml") == compiled(specc, "model.h5")


def test_weights_from_a_file(specc: Command) -> None:
    assert specc("import", "model.json", "--weights", "weights.h5", "-o", "it.yml").code == 0
    assert compiled(specc, "it.yml") == compiled(specc, "model.h5")


def test_architecture_alone(specc: Command) -> None:
    before = set(listing())
    assert specc("import", "model.h5", "-o", "it.yaml", "--arch-only").code == 0
    assert Path("it.yaml").read_text() == SPEC.format(weights="")
    assert set(listing()) - before == {"it.yaml"}


def test_what_holds_no_weights_gets_none(specc: Command) -> None:
    outcome = specc("import", "model.json", "-o", "it.yaml")
    assert "K720" in outcome.err
    assert "wrote it.yaml\n" in outcome.err
    assert "138 parameters (drawn by initializers: the source holds no weights)" in outcome.err
    assert not Path("it.safetensors").exists()
    assert compiled(specc, "it.yaml") == compiled(specc, "model.json")


def test_a_spec_is_put_in_order(specc: Command) -> None:
    Path("odd.json").write_text(
        '{"specc": 1, "layers": [{"units": 4, "type": "LSTM", "activation": "tanh", "input_shape": [5, 3]}]}'
    )
    assert specc("import", "odd.json", "-o", "it.yaml").err.endswith("  from a spec of keras2\n")
    assert Path("it.yaml").read_text().endswith("  - {type: LSTM, name: lstm, units: 4, input_shape: [5, 3]}\n")
    assert compiled(specc, "it.yaml") == compiled(specc, "odd.json")


def test_json(specc: Command) -> None:
    assert specc("import", "model.h5", "-o", "it.json").code == 0
    assert Path("it.json").read_text().startswith('{\n  "specc": 1,\n')
    assert compiled(specc, "it.json") == compiled(specc, "model.h5")


def test_another_dialect(specc: Command) -> None:
    assert "from Keras 2.2.4, as keras2" in specc("import", "model.h5", "-o", "a.yaml").err
    assert "from Keras 2.2.4, as tf.keras" in specc("import", "model.h5", "-o", "b.yaml", "--dialect=tf.keras").err
    assert "from a model of keras2, as keras3" in specc("import", "model.h5", "-o", "c.yaml", "--dialect=keras3").err
    assert "dialect: tf.keras\n" in Path("b.yaml").read_text()
    assert compiled(specc, "b.yaml") == compiled(specc, "model.h5", "--dialect", "tf.keras")


def test_stdout(specc: Command) -> None:
    outcome = specc("import", "model.h5", "-o", "-", "--arch-only")
    assert (outcome.code, outcome.out) == (0, SPEC.format(weights=""))
    outcome = specc("import", "model.h5", "-o", "-")
    assert (outcome.code, outcome.out) == (2, "")
    assert "--arch-only" in outcome.err


def test_nothing_is_replaced_without_force(specc: Command) -> None:
    for existing in ("it.yaml", "it.safetensors"):
        Path(existing).write_text("mine")
        before = listing()
        outcome = specc("import", "model.h5", "-o", "it.yaml")
        assert (outcome.code, outcome.err) == (
            2,
            f"specc: error: {existing} exists already\n  hint: --force replaces it\n",
        )
        assert listing() == before
        os.unlink(existing)
    Path("it.yaml").write_text("mine")
    assert specc("import", "model.h5", "-o", "it.yaml", "--force").code == 0
    assert Path("it.yaml").read_text() == SPEC.format(weights="weights: it.safetensors\n")


def test_the_source_is_never_replaced(specc: Command) -> None:
    assert specc("import", "model.h5", "-o", "it.yaml").code == 0
    os.link("it.safetensors", "hard.safetensors")
    os.link("model.h5", "model.yml")
    before = listing()
    for source, output in (("it.yaml", "it.yaml"), ("it.yaml", "hard.yaml"), ("model.h5", "model.yml")):
        outcome = specc("import", source, "-o", output, "--force")
        assert outcome.code == 2
        assert "would replace what it is made from" in outcome.err
    outcome = specc("import", "model.json", "--weights", "it.safetensors", "-o", "it.json", "--force")
    assert outcome.code == 2
    assert listing() == before


def test_a_failure_leaves_nothing(specc: Command) -> None:
    with h5py.File("model.h5", "r+") as file:
        del file["model_weights/d/d"]
        file["model_weights/d/d/array_9:0"], file["model_weights/d/d/array_8:0"] = numbers(4, 3), numbers(3)
    before = listing()
    outcome = specc("import", "model.h5", "-o", "it.yaml")
    assert outcome.code == 1
    assert "W406" in outcome.err
    assert listing() == before
    assert specc("import", "weights.h5", "-o", "it.yaml").code == 1
    assert specc("import", "model.json", "-o", "nowhere/it.yaml").code == 3
    assert listing() == before


@pytest.mark.parametrize("name", ["it.safetensors", "it.onnx", "it.H5", "folder"])
def test_names_that_no_spec_has(name: str, specc: Command) -> None:
    Path("folder").mkdir()
    outcome = specc("import", "model.h5", "-o", name, "--force")
    assert outcome.code == 2
    assert f"`{name}` is " in outcome.err
    assert "  hint: name " in outcome.err


def test_modeline_where_the_schema_lies_beside(specc: Command) -> None:
    Path("spec.schema.json").write_text("{}")
    assert specc("import", "model.h5", "-o", "it.yaml", "--arch-only").code == 0
    assert Path("it.yaml").read_text() == "# yaml-language-server: $schema=spec.schema.json\n" + SPEC.format(weights="")


def test_values_that_are_not_finite_are_kept(specc: Command) -> None:
    with h5py.File("model.h5", "r+") as file:
        file["model_weights/d/d/array_8:0"][0] = np.nan
    assert "W412" in specc("import", "model.h5", "-o", "it.yaml").err
    assert compiled(specc, "it.yaml") == compiled(specc, "model.h5")


@pytest.mark.parametrize("kind", ["h5", "keras"])
def test_stdin_takes_every_kind_of_file(kind: str, specc: Command, shell: Shell) -> None:
    if kind == "keras":
        paths = {"layers/lstm/cell": ARRAYS["lstm/1"], "layers/dense": ARRAYS["d"]}
        config = sequential(layer("InputLayer", "x", batch_shape=[None, 5, 3]), *LAYERS)
        files.write_keras(Path("model.keras"), config, files.write_paths(Path("paths.h5"), paths))
    content = Path(f"model.{kind}").read_bytes()
    expected = compiled(specc, f"model.{kind}")
    assert shell("compile", "-", "-o", "-", input=content).stdout == expected
    assert shell("validate", "-", input=content).returncode == 0
    assert b"lstm_1 (LSTM)" in shell("summary", "-", input=content).stdout
    assert shell("import", "-", "-o", "it.yaml", input=content).returncode == 0
    assert compiled(specc, "it.yaml") == expected
    np.save("x.npy", numbers(2, 5, 3))
    by_pipe = shell("run", "-", "--input", "x.npy", input=content)
    assert by_pipe.stdout == shell("run", f"model.{kind}", "--input", "x.npy").stdout != b""


def test_stdin_is_bounded_and_cleaned_up(shell: Shell, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(tmp_path)}
    before = set(listing())
    content = Path("model.h5").read_bytes() + bytes(65 << 20)
    outcome = shell("summary", "-", "--max-memory", "1", input=content, env=environment)
    assert outcome.returncode == 1
    assert b"<stdin>: error[W403]: more than 67,108,867 bytes come through stdin" in outcome.stderr
    outcome = shell("compile", "-", "-o", "-", input=Path("weights.h5").read_bytes(), env=environment)
    assert b"<stdin>: error[K701]: `<stdin>` holds weights and no architecture" in outcome.stderr
    assert shell("compile", "-", "-o", "-", input=Path("model.h5").read_bytes(), env=environment).returncode == 0
    assert set(listing()) == before

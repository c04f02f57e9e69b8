"""``specc compile`` and ``specc summary``, and running what was compiled."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.cli.conftest import Command, Shell
from tests.cli.specs import BAD, GOOD, STATEFUL
from tests.stores import keras_h5


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("good.yaml").write_text(GOOD)
    Path("bad.yaml").write_text(BAD)
    Path("count.yaml").write_text(STATEFUL)
    np.save("x.npy", np.ones((2, 5, 3), np.float32))
    np.save("step.npy", np.array([[[1.0]], [[10.0]]], np.float32))


def test_writes_a_valid_model(specc: Command) -> None:
    outcome = specc("compile", "good.yaml", "-o", "good.onnx")
    size = os.path.getsize("good.onnx")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", f"wrote good.onnx ({size:,} bytes)\n")
    model = onnx.load("good.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version == 17


def test_opset(specc: Command) -> None:
    assert specc("compile", "good.yaml", "-o", "good.onnx", "--opset", "18").code == 0
    assert onnx.load("good.onnx").opset_import[0].version == 18
    outcome = specc("compile", "good.yaml", "-o", "good.onnx", "--opset", "3")
    assert outcome.code == 2
    assert outcome.err.startswith("specc: error: --opset 3 is not supported, opsets ")


def test_a_module_and_its_weights(specc: Command, shell: Shell) -> None:
    outcome = specc("compile", "good.yaml", "-o", "good.py", "--target", "numpy")
    sizes = [f"{name} ({os.path.getsize(name):,} bytes)" for name in ("good.py", "good.npz")]
    assert (outcome.code, outcome.out, outcome.err) == (0, "", f"wrote {' and '.join(sizes)}\n")
    outcome = specc("compile", "good.yaml", "-o", "-", "--target", "numpy")
    assert (outcome.code, outcome.out) == (0, Path("good.py").read_text())
    assert outcome.err == "the weights are not written: give a file with -o\n"
    again = specc("compile", "good.yaml", "-o", "again.py", "--target", "numpy", "--weights", "good.npz")
    assert again.code == 0
    assert Path("again.npz").read_bytes() == Path("good.npz").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (
            ["-o", "good.py"],
            "`good.py` is a Python module, the default target is onnx",
            "add --target numpy",
        ),
        (
            ["-o", "good.onnx", "--target", "numpy"],
            "the numpy target writes a Python module, `good.onnx` is no .py",
            "-o good.py",
        ),
        (["-o", "good.py", "--target", "numpy", "--opset", "17"], "--opset is for ONNX, the numpy target has none", ""),
        (
            ["-o", "w.py", "--target", "numpy", "--weights", "w.npz"],
            "writing to `w.npz` would replace what it is made from",
            "",
        ),
    ],
)
def test_what_does_not_go_with_a_module(specc: Command, arguments: list[str], message: str, hint: str) -> None:
    Path("w.npz").write_bytes(b"old")
    outcome = specc("compile", "good.yaml", *arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"specc: error: {message}\n")
    assert f"hint: {hint}" in outcome.err if hint else "hint" not in outcome.err
    assert Path("w.npz").read_bytes() == b"old"
    assert not Path("good.py").exists()


def test_to_stdout_and_back(specc: Command, shell: Shell) -> None:
    specc("compile", "good.yaml", "-o", "good.onnx")
    result = shell("compile", "-", "-o", "-", input=GOOD.encode())
    assert result.returncode == 0
    assert result.stdout == Path("good.onnx").read_bytes()
    ran = shell("run", "-", "--input", "x.npy", input=result.stdout)
    assert ran.stdout.startswith(b"dense: float32 (2, 2)\n")


def test_compiled_or_not_it_runs_the_same(specc: Command) -> None:
    specc("compile", "good.yaml", "-o", "good.onnx")
    compiled, source = (specc("run", model, "--input", "x.npy") for model in ("good.onnx", "good.yaml"))
    assert compiled.code == 0
    assert compiled.out == source.out


def test_a_bad_spec_writes_nothing(specc: Command) -> None:
    Path("bad.onnx").write_bytes(b"old")
    outcome = specc("compile", "bad.yaml", "-o", "bad.onnx")
    assert (outcome.code, outcome.out) == (1, "")
    assert "bad.yaml:3:50: error[V202]" in outcome.err
    assert Path("bad.onnx").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["good.yaml", "-o", "good.yaml"],
            2,
            "specc: error: writing to `good.yaml` would replace what it is made from",
        ),
        (["good.yaml", "-o", "./good.yaml"], 2, "specc: error: writing to `./good.yaml` would replace"),
        (
            ["good.yaml", "-o", "no/good.onnx"],
            3,
            "specc: error: cannot write `no/good.onnx`: no such file or dir",
        ),
        (
            ["absent.yaml", "-o", "x.onnx"],
            3,
            "specc: error: cannot read `absent.yaml`: no such file or directory",
        ),
        (["good.yaml", "-o", "x.onnx", "--weights", "no.npz"], 3, "specc: error: "),
        (["good.yaml", "-o", "x.onnx", "--max-memory", "10"], 1, "good.yaml:"),
        (["good.yaml", "-o", "x.onnx", "--max-memory", "1.5"], 2, "usage: specc compile"),
        (["good.yaml", "-o", "x.onnx", "--target", "tflite"], 2, "usage: specc compile"),
        (["good.yaml", "-o", "x.onnx", "--dialect", "keras9"], 2, "usage: specc compile"),
    ],
)
def test_mistakes(arguments: list[str], code: int, message: str, specc: Command) -> None:
    outcome = specc("compile", *arguments)
    assert outcome.err.startswith(message)
    assert (outcome.code, outcome.out) == (code, "")
    assert not Path("x.onnx").exists()
    assert Path("good.yaml").read_text() == GOOD


def test_dialect_changes_the_model(specc: Command) -> None:
    for dialect in ("keras2", "tf.keras"):
        specc("compile", "good.yaml", "-o", f"{dialect}.onnx", "--dialect", dialect)
    assert Path("keras2.onnx").read_bytes() != Path("tf.keras.onnx").read_bytes()


def test_weights_from_a_file(specc: Command) -> None:
    zeros = {
        "lstm/kernel": np.zeros((3, 16), np.float32),
        "lstm/recurrent_kernel": np.zeros((4, 16), np.float32),
        "lstm/bias": np.zeros(16, np.float32),
        "dense/kernel": np.zeros((4, 2), np.float32),
        "dense/bias": np.array([1, 2], np.float32),
    }
    with open("weights.npz", "wb") as file:
        np.savez(file, **zeros)  # type: ignore[arg-type]
    outcome = specc("run", "good.yaml", "--weights", "weights.npz", "--input", "x.npy")
    assert outcome.out == "dense: float32 (2, 2)\n[[1. 2.]\n [1. 2.]]\n"


def test_what_the_weights_warn_of_is_reported(specc: Command) -> None:
    """The arrays of a CuDNNLSTM fit, and the layer's own default would compute something else with them."""
    Path("lstm.yaml").write_text("specc: 1\nlayers:\n  - {type: LSTM, units: 2, input_shape: [5, 3]}\n")
    arrays = [(name, np.ones(shape, np.float32)) for name, shape in (("k", (3, 8)), ("r", (2, 8)), ("b", (16,)))]
    keras_h5.write(Path("old.h5"), {"old_lstm": arrays})
    expected = """\
lstm.yaml:3:5: warning[W413]: layer `old_lstm` in `old.h5` is a CuDNNLSTM, which computes with \
`recurrent_activation: sigmoid` and `activation: tanh`
"""
    compiled = specc("compile", "lstm.yaml", "-o", "lstm.onnx", "--weights", "old.h5")
    ran = specc("run", "lstm.yaml", "--weights", "old.h5", "--input", "x.npy")
    assert (compiled.code, ran.code) == (0, 0)
    assert compiled.err.startswith(expected)
    assert ran.err.startswith(expected)


def test_a_stateful_model_goes_on_where_it_stopped(specc: Command) -> None:
    for expected in ("[[ 1.]\n [10.]]", "[[ 2.]\n [20.]]", "[[ 3.]\n [30.]]"):
        outcome = specc("run", "count.yaml", "--input", "x=step.npy", "--state", "state.npz")
        assert outcome.out == f"count: float32 (2, 1)\n{expected}\n"


# LSTM: 4 * 4 * (3 + 4 + 1) = 128; Dense: 2 * (4 + 1) = 10; four bytes each.
TABLE = """\
Model: "small"
_____________________________________________________
Layer (type)   Output shape     Param #  Connected to
=====================================================
x (Input)      (None, None, 3)  0        -
lstm (LSTM)    (None, 4)        128      x
dense (Dense)  (None, 2)        10       lstm
=====================================================
Total params: 138 (552 bytes)
Trainable params: 138 (552 bytes)
Non-trainable params: 0 (0 bytes)
State carried from call to call: 0 bytes
Note: dropout is inert in inference: `lstm`.
"""


def test_summary(specc: Command) -> None:
    outcome = specc("summary", "good.yaml")
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out == TABLE


def test_summary_of_a_bad_spec(specc: Command) -> None:
    outcome = specc("summary", "bad.yaml")
    assert (outcome.code, outcome.out) == (1, "")
    assert "error[V202]" in outcome.err

"""``specc run`` on compiled models."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.testing import assert_array_equal

from tests.cli.conftest import Command, Shell
from tests.runtime import models


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models and arrays in the current folder."""
    monkeypatch.chdir(tmp_path)
    Path("adding.onnx").write_bytes(models.adding())
    Path("doubling.onnx").write_bytes(models.doubling())
    Path("counting.onnx").write_bytes(models.counting())
    left, right = np.array([[1, 2]], np.float32), np.array([[10, 20]], np.float32)
    np.save("left.npy", left)
    np.save("right.npy", right)
    np.save("row.npy", np.array([[1, 2, 3]]))
    np.save("x.npy", np.array([[1.0], [10.0]]))
    np.savez("both.npz", left=left, right=right)
    np.savez("only.npz", anything=left)


def test_prints_the_outputs(specc: Command) -> None:
    outcome = specc("run", "adding.onnx", "--input", "left=left.npy", "--input", "right=right.npy")
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out == "total: float32 (1, 2)\n[[11. 22.]]\ndifference: float32 (1, 2)\n[[ -9. -18.]]\n"


@pytest.mark.parametrize(
    "inputs",
    [
        ["both.npz"],
        ["left=both.npz", "right=right.npy"],
        ["left=only.npz", "right=both.npz"],
    ],
)
def test_inputs_from_npz(inputs: list[str], specc: Command) -> None:
    options = [word for name in inputs for word in ("--input", name)]
    outcome = specc("run", "adding.onnx", *options)
    assert outcome.code == 0
    assert "[[11. 22.]]" in outcome.out


def test_one_input_needs_no_name(specc: Command) -> None:
    assert specc("run", "doubling.onnx", "--input", "row.npy").out == "y: float32 (1, 3)\n[[2. 4. 6.]]\n"


def test_output_to_npz(specc: Command) -> None:
    outcome = specc("run", "adding.onnx", "--input", "both.npz", "--output", "out.npz")
    assert (outcome.code, outcome.out) == (0, "")
    with np.load("out.npz") as archive:
        assert archive.files == ["total", "difference"]
        assert_array_equal(archive["total"], [[11, 22]])
    before = Path("out.npz").read_bytes()
    specc("run", "adding.onnx", "--input", "both.npz", "--output", "out.npz")
    assert Path("out.npz").read_bytes() == before


def test_output_to_stdout(shell: Shell) -> None:
    result = shell("run", "adding.onnx", "--input", "both.npz", "--output", "-")
    assert result.returncode == 0
    with np.load(io.BytesIO(result.stdout)) as archive:
        assert_array_equal(archive["difference"], [[-9, -18]])


def test_binary_never_goes_to_a_terminal(specc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    outcome = specc("run", "adding.onnx", "--input", "both.npz", "--output", "-")
    assert outcome.code == 2
    assert outcome.err == (
        "specc: error: the result is binary, and stdout is a terminal\n  hint: give a file, or pipe it on\n"
    )


def test_model_from_stdin(shell: Shell) -> None:
    result = shell("run", "-", "--input", "row.npy", input=models.doubling())
    assert result.stdout == b"y: float32 (1, 3)\n[[2. 4. 6.]]\n"


def test_long_arrays_are_shortened(specc: Command) -> None:
    Path("long.onnx").write_bytes(models.doubling(shape=("batch", 5000)))
    np.save("long.npy", np.zeros((1, 5000), np.float32))
    outcome = specc("run", "long.onnx", "--input", "long.npy")
    assert outcome.out == "y: float32 (1, 5000)\n[[0. 0. 0. ... 0. 0. 0.]]\n"


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["adding.onnx", "--input", "left=left.npy"], 1, "missing input `right`: float32 (batch, time)"),
        (["adding.onnx"], 1, "missing input `left`: float32 (batch, time); missing input `right`"),
        (
            ["adding.onnx", "--input", "left=left.npy", "--input", "rigth=right.npy"],
            1,
            "the model has no input `rigth`\n  hint: did you mean `right`?",
        ),
        (
            ["doubling.onnx", "--input", "left.npy"],
            1,
            "input `x` has shape (1, 2), the model takes (batch, 3)",
        ),
        (
            ["adding.onnx", "--input", "left.npy"],
            2,
            "names no input\n  hint: NAME=left.npy, where NAME is one of",
        ),
        (["doubling.onnx", "--input", "x=row.npy", "--input", "row.npy"], 2, "input `x` is given twice"),
        (
            ["doubling.onnx", "--input", "x=both.npz"],
            1,
            "both.npz holds no array `x`\n  hint: it holds left, right",
        ),
        (
            ["doubling.onnx", "--input", "absent.npy"],
            3,
            "cannot read `absent.npy`: no such file or directory",
        ),
        (["absent.onnx", "--input", "row.npy"], 3, "cannot read `absent.onnx`: no such file or directory"),
        (
            ["doubling.onnx", "--input", "doubling.onnx"],
            1,
            "`doubling.onnx` is no .npy or .npz file\n  hint: numpy",
        ),
        (
            ["doubling.onnx", "--input", "pickle.npy"],
            1,
            "`pickle.npy` cannot be read as arrays: it holds Python obj",
        ),
        (
            ["doubling.onnx", "--input", "pickle.npz"],
            1,
            "`pickle.npz` cannot be read as arrays: it holds Python obj",
        ),
        (["doubling.onnx", "--input", "short.npy"], 1, "`short.npy` cannot be read as arrays: "),
        (["doubling.onnx", "--input", "short.npz"], 1, "`short.npz` cannot be read as arrays: "),
        (["doubling.onnx", "--input", "row.npy", "--weights", "x"], 2, "--weights is for sources"),
        (
            ["doubling.onnx", "--input", "row.npy", "--output", "row.npy"],
            2,
            "would replace what it is made from",
        ),
        (["doubling.onnx", "--input", "row.npy", "--state", "s.npz"], 2, "--state is for stateful models"),
        (
            ["counting.onnx", "--input", "x.npy", "--state", "both.npz"],
            1,
            "both.npz does not hold the states of this",
        ),
        (["broken.onnx", "--input", "row.npy"], 1, "onnxruntime cannot load the model: "),
    ],
)
def test_mistakes(arguments: list[str], code: int, message: str, specc: Command) -> None:
    pickle = np.array([{}], dtype=object)
    np.save("pickle.npy", pickle)
    np.savez("pickle.npz", x=pickle)
    Path("short.npy").write_bytes(Path("row.npy").read_bytes()[:-3])
    Path("short.npz").write_bytes(Path("both.npz").read_bytes()[:-30])
    Path("broken.onnx").write_bytes(models.doubling()[:-9])
    outcome = specc("run", *arguments)
    assert outcome.err.startswith("specc: error: ")
    assert message in outcome.err
    assert (outcome.code, outcome.out) == (code, "")


def test_a_declared_terabyte_is_never_allocated(specc: Command) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1099511627776, 3), }"
    header = header.ljust(117) + b"\n"
    Path("huge.npy").write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    outcome = specc("run", "doubling.onnx", "--input", "huge.npy")
    assert outcome.code == 1
    assert "`huge.npy` cannot be read as arrays: " in outcome.err


def test_what_only_a_run_finds_is_reported(specc: Command) -> None:
    from onnx import helper

    node = helper.make_node("Gather", ["table", "ids"], ["y"])
    inputs = [models.tensor("table", (3,)), models.tensor("ids", (1,), models.INT64)]
    Path("gather.onnx").write_bytes(models.build([node], inputs, [models.tensor("y", (1,))]))
    np.savez("gather.npz", table=np.zeros(3, np.float32), ids=np.array([7]))
    outcome = specc("run", "gather.onnx", "--input", "gather.npz")
    assert outcome.code == 1
    assert outcome.err.startswith("specc: error: onnxruntime could not run the model: ")
    assert "out of" in outcome.err


def test_states_stay_in_a_file(specc: Command) -> None:
    for expected in ("[[ 1.]\n [10.]]", "[[ 2.]\n [20.]]"):
        outcome = specc("run", "counting.onnx", "--input", "x=x.npy", "--state", "state.npz")
        assert outcome.code == 0
        assert outcome.out == f"y: float32 (2, 1)\n{expected}\n"
    with np.load("state.npz") as archive:
        assert archive.files == ["lstm.h", "lstm.c", "gru.state"]
        assert_array_equal(archive["gru.state"], [[-2], [-20]])


def test_cuda_where_it_is_missing(specc: Command) -> None:
    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this onnxruntime has CUDA")
    outcome = specc("run", "doubling.onnx", "--input", "row.npy", "--provider", "cuda")
    assert outcome.code == 3
    assert "has no CUDAExecutionProvider, it has" in outcome.err
    assert "`pip install onnxruntime-gpu`" in outcome.err

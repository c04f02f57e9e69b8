"""A generated module of NumPy as its user meets it: alone, beside its weights, fed right and wrong, with states."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import specc
from specc.diagnostics import Unreadable
from tests.golden.golden import SPECS

FOREIGN = """
import sys, importlib.util
assert importlib.util.find_spec("specc") is None
import numpy as np
import sentiment
print(sentiment.load()(np.array([[3, 1, 4] + [0] * 77])).tolist())
print(sorted({name.partition(".")[0] for name in sys.modules} & {"specc", "onnx", "onnxruntime", "torch", "jinja2"}))
"""


def write(name: str, folder: Path, **options: Any) -> ModuleType:
    """A golden model's module, imported from where it was written."""
    file = folder / f"{name}.py"
    specc.load(SPECS[name]).compile("numpy", output=file, **options)
    return import_file(file)


def import_file(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_runs_where_nothing_but_numpy_is(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "numpy").symlink_to(Path(np.__file__).parent)
    libraries = Path(np.__file__).parents[1] / "numpy.libs"
    if libraries.is_dir():
        (tmp_path / "site" / "numpy.libs").symlink_to(libraries)
    write("sentiment", tmp_path)
    environment = {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(tmp_path / "site")]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    result = subprocess.run(
        [sys.executable, "-S", "-c", FOREIGN], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    found, foreign = result.stdout.splitlines()
    tokens = np.zeros((1, 80), np.int32)
    tokens[0, :3] = [3, 1, 4]
    expected = specc.Session(specc.load(SPECS["sentiment"]).compile()).run({"tokens": tokens})
    assert_allclose(eval(found), expected["dense"], rtol=0, atol=1e-6)
    assert foreign == "[]"


@pytest.mark.parametrize("name", SPECS)
def test_it_computes_what_the_onnx_file_does(name: str, tmp_path: Path) -> None:
    """All outputs in the order of the file, the states last."""
    model = specc.load(SPECS[name])
    module, session = write(name, tmp_path).load(), specc.Session(model.compile())
    generator = np.random.default_rng(8)
    for _ in range(2):  # a second call goes on from the states of the first
        feeds = {}
        for slot in session.inputs:
            shape = [dim if isinstance(dim, int) else 6 if "time" in dim else 3 for dim in slot.shape]
            feeds[slot.name] = (
                generator.integers(0, 9, shape) if slot.dtype == "int32" else generator.normal(size=shape)
            )
            feeds[slot.name] = feeds[slot.name].astype(slot.dtype)
        found = module(*feeds.values())
        expected = [*session.run(feeds).values(), *session.states.values()]
        assert len(expected) == 1 or isinstance(found, tuple)
        for mine, theirs in zip(found if isinstance(found, tuple) else (found,), expected, strict=True):
            assert mine.dtype == theirs.dtype
            assert_allclose(mine, theirs, rtol=1e-5, atol=1e-5)


def test_weights_from_elsewhere(tmp_path: Path) -> None:
    """Beside the module, from a path, from arrays by name; and the file goes back into specc."""
    module = write("translator", tmp_path)
    (tmp_path / "translator.npz").rename(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError):
        module.load()
    source, target = np.ones((1, 2, 7), np.float32), np.ones((1, 3, 9), np.float32)
    with np.load(tmp_path / "other.npz") as arrays:
        assert list(arrays) == list(module.SHAPES)
        expected = module.load(dict(arrays))(source, target)
    for path in (tmp_path / "other.npz", str(tmp_path / "other.npz")):
        assert_array_equal(module.load(path)(source, target), expected)
    changed: dict[str, Any] = {name: np.zeros(shape) for name, shape in module.SHAPES.items()}
    np.savez(tmp_path / "zeros.npz", **changed)
    again = write("translator", tmp_path, weights=tmp_path / "zeros.npz").load()
    assert_allclose(again(source, target), 1 / 9)


def test_wrong_weights(tmp_path: Path) -> None:
    module = write("translator", tmp_path)
    arrays = {name: np.zeros(shape) for name, shape in module.SHAPES.items()}
    with pytest.raises(ValueError, match=r"weight letters/bias is \(2,\), expected \(9,\)"):
        module.load(arrays | {"letters/bias": np.zeros(2)})
    del arrays["letters/bias"]
    with pytest.raises(ValueError, match="weight letters/bias is missing"):
        module.load(arrays)


def test_wrong_inputs(tmp_path: Path) -> None:
    model = write("sentiment", tmp_path).load()
    with pytest.raises(ValueError, match=r"input tokens is \(80,\), expected \(None, 80\)"):
        model(np.zeros(80, np.int32))
    with pytest.raises(ValueError, match=r"input tokens is \(2, 7\), expected \(None, 80\)"):
        model(np.zeros((2, 7), np.int32))
    with pytest.raises(TypeError, match="Cannot cast"):
        model(np.zeros((2, 80)))
    for row in (500, -1):
        with pytest.raises(ValueError, match="ids must be from 0 to 499"):
            model(np.full((1, 80), row))
    assert_array_equal(model(np.ones((2, 80), np.int64)), model([[1] * 80] * 2))


def test_states_go_on_until_they_are_reset(tmp_path: Path) -> None:
    model = write("forecaster", tmp_path).load()
    x = np.random.default_rng(1).normal(size=(2, 4, 3)).astype(np.float32)
    first, second = model(x), model(x)
    assert len(first) == 3
    assert np.abs(first[0] - second[0]).max() > 1e-3
    for given, wanted in zip(model(x, *first[1:]), second, strict=True):
        assert_array_equal(given, wanted)
    model.reset_states()
    for again, wanted in zip(model(x), first, strict=True):
        assert_array_equal(again, wanted)
    model.reset_states()
    mixed = model(x, simple_rnn_state=first[2])  # the other state starts at zero
    assert_array_equal(mixed[1], first[1])
    assert np.abs(mixed[2] - first[2]).max() > 1e-3
    with pytest.raises(ValueError, match=r"input gru.state is \(1, 6\), expected \(2, 6\)"):
        model(x, first[1][:1])


def test_states_of_another_batch(tmp_path: Path) -> None:
    model = write("stepper", tmp_path).load()
    model(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"state cells.state_0 is \(2, 5\), expected \(3, 5\): call reset_states"):
        model(np.zeros((3, 3)))
    model.reset_states()
    assert model(np.zeros((3, 3)))[0].shape == (3, 4)


def test_cudnn_layers_are_kept_as_plain_ones(tmp_path: Path) -> None:
    """In the module's file; specc takes that for the cuDNN layer too."""
    layers: list[dict[str, Any]] = [
        {"type": "Input", "name": "x", "shape": [None, 3]},
        {"type": "CuDNNGRU", "name": "gru", "units": 4, "return_sequences": True, "bias_initializer": "random_normal"},
        {"type": "Bidirectional", "name": "both", "layer": {"type": "CuDNNLSTM", "units": 2}},
    ]
    model = specc.load({"specc": 1, "seed": 4, "layers": layers})
    model.compile("numpy", output=tmp_path / "first.py")
    module = import_file(tmp_path / "first.py")
    assert module.SHAPES["gru/bias"] == (2, 12)
    assert module.SHAPES["both/backward/bias"] == (8,)
    model.compile("numpy", output=tmp_path / "second.py", weights=tmp_path / "first.npz")
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()
    x = np.random.default_rng(1).normal(size=(2, 5, 3)).astype(np.float32)
    compiled = specc.Session(model.compile(weights=tmp_path / "first.npz"))
    assert_allclose(module.load()(x), compiled.run({"x": x})["both"], rtol=0, atol=1e-6)


def test_the_module_and_its_weights_are_written_together(tmp_path: Path) -> None:
    (tmp_path / "model.npz").mkdir()
    (tmp_path / "model.py").write_text("old")
    with pytest.raises(Unreadable, match=r"model\.npz`: is a directory"):
        specc.load(SPECS["tagger"]).compile("numpy", output=tmp_path / "model.py")
    assert (tmp_path / "model.py").read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.npz", "model.py"]
    with pytest.raises(ValueError, match=r"a Python module's file ends with \.py"):
        specc.load(SPECS["tagger"]).compile("numpy", output=tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="unknown target 'cobol': specc compiles to onnx, numpy"):
        specc.load(SPECS["tagger"]).compile("cobol")  # type: ignore[arg-type]

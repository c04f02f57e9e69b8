"""Runs a spec in Keras and as a compiled file, on the same weights and inputs, and compares all outputs."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from safetensors.numpy import save_file

import specc
from tests.parity.translation import Translation

Array = NDArray[Any]
Feeds = dict[str, Array]

TOLERANCE = 1e-5
PATTERNS = ("none", "right", "left", "holes", "row")
BATCHES = (1, 4, 6)
ROWS = max(BATCHES)
LENGTHS = (5, 8)
VOCABULARY = 11


def mask_of(pattern: str, rows: int, steps: int, seed: int = 0) -> Array:
    """A mask bool (rows, steps): "row" masks its first row whole, and makes holes in the others."""
    mask = np.ones((rows, steps), bool)
    generator = np.random.default_rng([seed, steps])
    for i in range(rows):
        some = 1 + (i + seed) % max(1, steps - 1)
        if pattern == "right":
            mask[i, steps - some :] = False
        elif pattern == "left":
            mask[i, :some] = False
        elif pattern in ("holes", "row"):
            mask[i] = generator.random(steps) < 0.5
            mask[i, 0] = mask[i, -1] = pattern == "holes" or i % 2 == 0
    if pattern == "row":
        mask[0] = False
    return mask


def make_feeds(spec: Mapping[str, Any], steps: int, pattern: str, mask_value: float = 0.0, seed: int = 0) -> Feeds:
    """Random inputs for every Input; masked steps hold ``mask_value``, or id 0. Each input has its own mask."""
    feeds = {}
    generator = np.random.default_rng([seed, steps, len(pattern)])
    for number, entry in enumerate(e for e in spec["layers"] if e["type"] == "Input"):
        shape = [ROWS, *(steps if d is None else d for d in entry["shape"])]
        mask = mask_of(pattern, ROWS, steps, seed + number)
        feeds[entry["name"]] = _input(entry.get("dtype", "float32"), shape, mask, mask_value, generator)
    return feeds


def _input(dtype: str, shape: Sequence[int], mask: Array, mask_value: float, generator: np.random.Generator) -> Array:
    timed = len(shape) > 1 and tuple(shape[:2]) == mask.shape
    if dtype == "bool":
        return mask
    if dtype == "int32":
        ids = generator.integers(1, VOCABULARY, shape).astype(np.int32)
        ids[~mask if timed else np.zeros(shape, bool)] = 0
        return ids
    x = generator.uniform(-1.5, 1.5, shape).astype(np.float32)
    if timed:
        x[~mask] = mask_value
    return x


@dataclass
class Comparison:
    """A spec in both forms. scale: half the range of the random weights. against: another spec for Keras."""

    spec: dict[str, Any]
    scale: float = 0.8
    against: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.spec = {"specc": 1, **self.spec}
        self.keras = Translation(self.against or self.spec, self.scale)
        self.compiled = compile_spec(self.spec, self.keras.arrays)

    def check(self, batches: list[Feeds]) -> None:
        """Compare on all feeds; Keras gets them in one go, the compiled file in batches of several sizes."""
        joined = {name: np.concatenate([feeds[name] for feeds in batches]) for name in batches[0]}
        expected = self.keras.run(joined)
        session = open_session(self.compiled)
        for number, feeds in enumerate(batches):
            for batch in BATCHES:
                part = [y[number * ROWS : number * ROWS + batch] for y in expected]
                found = session.run(None, {name: x[:batch] for name, x in feeds.items()})
                compare(found, part, f"feed {number}, batch {batch}")


def compile_spec(spec: Mapping[str, Any], arrays: Mapping[str, Array]) -> bytes:
    """The compiled file with these weights."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "weights.safetensors"
        save_file(dict(arrays), file)
        return specc.load(spec).compile(weights=file)


def open_session(model: bytes) -> Any:
    """An onnxruntime session of one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def compare(found: Sequence[Array], expected: Sequence[Array], where: str) -> None:
    """Refuse other shapes, and errors above the tolerance, relative to 1 + |expected|."""
    assert [y.shape for y in found] == [y.shape for y in expected], where
    for number, (y, wanted) in enumerate(zip(found, expected, strict=True)):
        assert np.isfinite(wanted).all(), f"{where}: Keras itself overflows"
        error = np.max(np.abs(y - wanted) / (1 + np.abs(wanted)), initial=0)
        assert error <= TOLERANCE, f"{where}, output {number}: error {error:.3g}"


def check_parity(
    spec: dict[str, Any],
    *,
    patterns: Sequence[str] = PATTERNS,
    mask_value: float = 0.0,
    scale: float = 0.8,
    against: dict[str, Any] | None = None,
) -> None:
    """Compare a spec with Keras on all mask patterns and both lengths, or on the one that the spec fixes.

    against: what Keras runs instead, where it should give the same.
    """
    comparison = Comparison(spec, scale, against)
    fixed = [e["shape"][0] for e in spec["layers"] if e["type"] == "Input" and len(e["shape"]) > 1]
    lengths = LENGTHS if None in fixed or not fixed else tuple(fixed[:1])
    for steps in lengths:
        comparison.check([make_feeds(comparison.spec, steps, p, mask_value, seed) for seed, p in enumerate(patterns)])


def check_file(spec: Mapping[str, Any], file: Path) -> None:
    """Have Keras write the model's file, and find every weight in it under specc's name."""
    keras = Translation(spec, 0.8)
    keras.model.save(file)
    arrays = specc.load({"specc": 1, **spec}).arrays(file)
    assert arrays.keys() == keras.arrays.keys()
    for name, array in keras.arrays.items():
        np.testing.assert_array_equal(arrays[name], array, err_msg=name)

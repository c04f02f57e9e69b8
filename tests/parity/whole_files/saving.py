"""Has Keras write a model in every kind of file, opens each with specc, and compares what both compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import specc
from tests.parity.comparison import Array, compare
from tests.parity.frameworks import tensor
from tests.parity.translation import flatten
from tests.parity.whole_files.architectures import WORDS

BATCHES = ((1, 8), (3, 5))
"""Rows and steps, where the model leaves them open."""


@dataclass(frozen=True)
class Kind:
    """One way to store a model. source: the file that specc opens. weights: what it gets with --weights."""

    name: str
    source: Path
    weights: Path | None = None


def check_files(keras: Any, build: Callable[[Any], Any], folder: Path) -> None:
    """Compare the model with itself after a way through each kind of file."""
    keras.backend.clear_session()
    model = build(keras)
    randomize(model)
    calls = [feed(model, rows, steps) for rows, steps in BATCHES]
    expected = [run(model, inputs) for inputs in calls]
    for kind in save(keras, model, folder):
        session = specc.Session(specc.load(kind.source, weights=kind.weights).compile())
        for inputs, outputs in zip(calls, expected, strict=True):
            found = session.run(None, {slot.name: x for slot, x in zip(session.inputs, inputs, strict=True)})
            compare(found, outputs, kind.name)


def save(keras: Any, model: Any, folder: Path) -> Iterator[Kind]:
    """Every kind of file that this Keras writes."""
    json, whole, archive = folder / "model.json", folder / "model.h5", folder / "model.keras"
    json.write_text(model.to_json(), encoding="utf-8")
    by_path, by_order = folder / "model.weights.h5", folder / "weights.h5"
    model.save(str(whole))
    model.save(str(archive))
    model.save_weights(str(by_path))
    yield Kind("a whole .h5", whole)
    yield Kind("a .keras", archive)
    yield Kind("JSON and a whole .h5", json, whole)
    yield Kind("JSON and a .keras", json, archive)
    yield Kind("JSON and a .weights.h5", json, by_path)
    yield Kind("a whole .h5 with other weights", whole, by_path)
    if keras.__version__.startswith("2."):
        model.save_weights(str(by_order))
        yield Kind("JSON and the .h5 of its weights", json, by_order)
    else:
        shards = folder / "shards.weights.json"
        sizes = [8 * int(np.prod(variable.shape)) for variable in model.weights]  # so that most arrays need a file
        model.save_weights(str(shards), max_shard_size=(max(sizes, default=0) + 64) / 1024**3)
        yield Kind("JSON and weights in several files", json, shards)


def randomize(model: Any) -> None:
    """Give every array numbers of its own, none of them zero."""
    for index, variable in enumerate(model.weights):
        if "float" not in str(variable.dtype):
            continue
        generator = np.random.default_rng(index)
        array = generator.uniform(0.05, 0.7, variable.shape) * generator.choice([-1, 1], variable.shape)
        variable.assign(np.abs(array) if "variance" in getattr(variable, "path", variable.name) else array)


def feed(model: Any, rows: int, steps: int) -> list[Array]:
    """Random inputs, with ids of 0 and steps of zeros among them, which masks take for absent."""
    inputs: list[Array] = []
    for index, x in enumerate(model.inputs):
        generator = np.random.default_rng([index, rows, steps])
        shape = [rows if x.shape[0] is None else x.shape[0], *(steps if d is None else d for d in x.shape[1:])]
        if "int" in str(getattr(x.dtype, "name", x.dtype)):
            inputs.append(generator.integers(0, WORDS, shape).astype(np.int32))
            continue
        array = generator.uniform(-1.5, 1.5, shape).astype(np.float32)
        if array.ndim == 3:
            array[generator.random(array.shape[:2]) < 0.3] = 0
        inputs.append(array)
    return inputs


def run(model: Any, inputs: list[Array]) -> list[Array]:
    """The outputs, flat and in order; a stateful model goes on from the call before."""
    given = [tensor(x) for x in inputs]
    return [np.asarray(y, np.float32) for y in flatten(model(given if len(given) > 1 else given[0]))]

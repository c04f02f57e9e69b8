"""Modules of every kind give the numbers of the ONNX file, whose own are held against Keras and the equations."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pytest

import specc
from specc import dialects
from specc.activations import ActivationName
from specc.availability import missing
from specc.targets import PYTHON_TARGETS, Target
from tests.generated import Generated
from tests.targets.python.corpus import CORPUS, corpus_of

TOLERANCE = 1e-5  # relative to 1 + |reference|
SMALL = np.linspace(-8, 8, 160)
WIDE = np.concatenate([SMALL, [-1e4, -100, -30, -1, -0.5, -1e-6, 0, 1e-6, 0.5, 1, 3, 6, 30, 80]])
LARGE = ("exponential", "squareplus")
"""What overflows, or is large, where x is."""

EXECUTED = [pytest.param(t, marks=[] if t == "numpy" else pytest.mark.parity) for t in PYTHON_TARGETS]
"""The targets; a plain run needs none of their frameworks."""


def compare(spec: dict[str, Any], target: Target, feeds: dict[str, Any]) -> None:
    pytest.importorskip(target, reason=f"{target} is not installed")
    model = specc.load(spec)
    session, module = specc.Session(model.compile()), Generated(model, target)
    for _ in range(2):
        expected, found = session.run(feeds), module.run(feeds)
        assert list(found) == list(expected)
        for results, wanted in ((found, expected), (module.states, session.states)):
            for name, reference in wanted.items():
                assert results[name].shape == reference.shape, name
                assert results[name].dtype == reference.dtype, name
                error = np.max(np.abs(results[name] - reference) / (1 + np.abs(reference)), initial=0)
                assert error <= TOLERANCE, f"{name}: {error:.3g}"


@pytest.mark.parametrize("target", EXECUTED)
@pytest.mark.parametrize("name", CORPUS)
def test_every_kind_of_module(name: str, target: Target) -> None:
    if name not in corpus_of(target):
        pytest.skip("the target refuses it")
    generator = np.random.default_rng(3)
    feeds = {}
    for value in specc.load(CORPUS[name]).graph.program.inputs:
        shape = [dim if isinstance(dim, int) else 3 if dim == "batch" else 13 for dim in value.shape]
        drawn = generator.normal(size=shape) if value.dtype == "float32" else generator.integers(0, 4, shape)
        if len(shape) > 1 and name in ("masked", "words", "joins", "old_masks", "masks_of_keras_3"):
            drawn[generator.random(shape[:2]) < 0.4] = 0
        feeds[value.name] = np.abs(drawn).astype("f") if name == "codes" else drawn.astype(value.dtype)
    compare(CORPUS[name], target, feeds)


ACTIVATIONS = [
    (dialect, name)
    for dialect in dialects.NAMES
    for name in get_args(ActivationName)
    if not missing(dialects.find(dialect), f"activation {name}")
]


@pytest.mark.parametrize("target", EXECUTED)
@pytest.mark.parametrize(("dialect", "name"), ACTIVATIONS)
def test_activations(name: str, dialect: str, target: Target) -> None:
    layers = [{"type": "Input", "shape": [None, 2], "name": "x"}, {"type": "Activation", "activation": name}]
    x = SMALL if name in LARGE else WIDE
    compare({"specc": 1, "dialect": dialect, "layers": layers}, target, {"x": x.reshape(1, -1, 2).astype(np.float32)})

"""Every file of real Keras, imported and then compiled, gives the bytes that compiling the file itself gives."""

from __future__ import annotations

from typing import Any

import pytest

import specc
from specc.canonical import canonical
from tests.keras_files import test_real_files as real
from tests.keras_files import test_samples as samples
from tests.keras_files.files import import_and_compile

MOST_DRAWN = 300_000
"""Parameters from which on it takes too long to draw them twice; the specs are compared all the same."""


def test_they_are_there() -> None:
    if not samples.SAMPLES.is_dir() or not real.MODELS.is_dir():
        pytest.skip("needs ../shared/fixtures")
    assert list(samples.cases())
    assert real.entries()


@pytest.mark.parametrize("model", sorted({model for model, _, _ in samples.cases()}))
def test_samples(model: str) -> None:
    for name, source, store in samples.cases():
        if name == model and (not store or source == ".json"):
            weights = samples.SAMPLES / f"{model}{store}" if store else None
            loaded = specc.load(samples.SAMPLES / f"{model}{source}", weights=weights)
            assert import_and_compile(loaded) == loaded.compile(), (source, store)


@pytest.mark.parametrize("entry", real.entries(), ids=lambda entry: entry["id"])
def test_real_models(entry: dict[str, Any]) -> None:
    model = real.load(entry)
    if model.weights is None and sum(weight.size for weight in model.graph.program.weights) > MOST_DRAWN:
        again = specc.load(canonical(model.spec))
        assert again.identity == model.identity
        assert [(w.name, w.shape, w.initializer) for w in again.graph.program.weights] == [
            (w.name, w.shape, w.initializer) for w in model.graph.program.weights
        ]
        return
    assert import_and_compile(model) == model.compile()

"""Every example is described, compiles, and runs as its comment says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

import specc

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(p for p in (ROOT / "examples").iterdir() if p.suffix in (".yaml", ".json"))
MODELINE = "# yaml-language-server: $schema=../schemas/spec.schema.json"

Array = np.ndarray[Any, np.dtype[Any]]

SHAPES: dict[str, Callable[[int, int], tuple[int, ...]]] = {
    "deep_lstm": lambda batch, time: (batch, 4),
    "encoder_decoder": lambda batch, time: (batch, time, 93),
    "forecaster": lambda batch, time: (1, time, 4),
    "input_dim": lambda batch, time: (batch, 32),
    "lstm": lambda batch, time: (batch, 32),
    "sentiment": lambda batch, time: (batch, 1),
    "stacked_lstm": lambda batch, time: (batch, 10),
    "tagger": lambda batch, time: (batch, time, 9),
}
"""The shape of each example's only output, by batch and steps."""


def compiled(name: str) -> bytes:
    path = next(path for path in EXAMPLES if path.stem == name)
    return specc.load(path).compile("onnx")


def open_example(name: str) -> specc.Session:
    return specc.Session(compiled(name))


def draw(session: specc.Session, batch: int, time: int) -> dict[str, Array]:
    """A feed of these sizes; word numbers are never 0, which is padding."""
    rng = np.random.default_rng(7)
    feed: dict[str, Array] = {}
    for slot in session.inputs:
        shape = [d if isinstance(d, int) else batch if d == "batch" else time for d in slot.shape]
        whole = slot.dtype == np.int32
        feed[slot.name] = rng.integers(1, 2000, shape, np.int32) if whole else rng.normal(size=shape).astype("f")
    return feed


def only(outputs: dict[str, Array]) -> Array:
    (output,) = outputs.values()
    return output


def test_all_are_known() -> None:
    assert {path.stem for path in EXAMPLES} == set(SHAPES)


def test_the_table_lists_each() -> None:
    text = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| \[(\S+)\]\((\S+)\) \| .+ \|$", text, re.MULTILINE)
    assert sorted(listed) == sorted((path.name, path.name) for path in EXAMPLES)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_says_what_it_shows(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        spec = json.loads(text)
        assert spec["$schema"] == MODELINE.partition("=")[2]
        assert len(spec["description"]) > 80
    else:
        comment = text.partition("specc: 1\n")[0].splitlines()
        assert re.fullmatch(r"# [A-Z].{20,90}\.", comment[0])
        assert comment[-1] == MODELINE
        assert len(comment) > 3


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_compiles_to_a_correct_file(path: Path) -> None:
    model = specc.load(path)
    assert model.diagnostics == ()
    assert model.name == path.stem
    data = model.compile("onnx")
    onnx.checker.check_model(onnx.load_model_from_string(data), full_check=True)
    assert data == specc.load(path).compile("onnx")


@pytest.mark.parametrize("batch", [1, 5])
@pytest.mark.parametrize("time", [3, 12])
@pytest.mark.parametrize("name", SHAPES)
def test_runs_at_any_size(name: str, batch: int, time: int) -> None:
    session = open_example(name)
    output = only(session.run(draw(session, batch, time)))
    assert output.shape == SHAPES[name](batch, time)
    assert np.isfinite(output).all()
    assert np.abs(output).max() > 0


def test_both_ways_to_say_the_input_mean_the_same() -> None:
    x = np.random.default_rng(1).normal(size=(2, 10, 64)).astype("f")
    one, other = (only(open_example(name).run(x)) for name in ("lstm", "input_dim"))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("pads", [(0, 4), (3, 0), (2, 5)])
def test_the_classifier_does_not_see_padding(pads: tuple[int, int]) -> None:
    session = open_example("sentiment")
    tokens = np.array([[31, 7, 1999, 4, 4]], np.int32)
    padded = np.pad(tokens, ((0, 0), pads))
    np.testing.assert_allclose(only(session.run(padded)), only(session.run(tokens)), atol=1e-6)


def test_the_decoder_starts_from_the_source() -> None:
    session = open_example("encoder_decoder")
    rng = np.random.default_rng(2)
    target = rng.normal(size=(2, 9, 93)).astype("f")
    outputs = [
        only(session.run({"source": rng.normal(size=(2, steps, 71)).astype("f"), "target": target}))
        for steps in (4, 17)
    ]
    np.testing.assert_allclose(outputs[0].sum(axis=-1), np.ones((2, 9)), atol=1e-5)
    assert np.abs(outputs[0] - outputs[1]).max() > 1e-4


def test_the_forecaster_remembers() -> None:
    session = open_example("forecaster")
    series = np.random.default_rng(3).normal(size=(1, 12, 4)).astype("f")
    whole = only(session.run(series))
    session.reset_states()
    pieces = [only(session.run(piece)) for piece in np.split(series, [5, 6], axis=1)]
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), whole, atol=1e-6)
    assert np.abs(only(session.run(series)) - whole).max() > 1e-4


def test_the_tagger_ignores_padded_words() -> None:
    session = open_example("tagger")
    words = np.array([[12, 3, 1750]], np.int32)
    kinds = only(session.run(np.pad(words, ((0, 0), (2, 1)))))
    np.testing.assert_allclose(kinds[:, 2:5], only(session.run(words)), atol=1e-6)
    # Zeros go into a Dense without bias: no kind is likelier than another.
    np.testing.assert_allclose(kinds[:, [0, 1, 5]], 1 / 9, atol=1e-6)

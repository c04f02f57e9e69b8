"""Shared: an earlier layer, called again with the same weights."""

from __future__ import annotations

import json

import numpy as np
import pytest

import specc
from tests.loading import codes, load_text, spec

TWO = """
type: Input, name: a, shape: [5, 3]
type: Input, name: b, shape: [null, 3]
"""
TWICE = spec(
    TWO
    + """type: LSTM, name: encoder, inputs: a, units: 2, return_state: true
type: Shared, name: again, inputs: b, layer: encoder
type: Shared, name: third, inputs: a, layer: again, initial_state: [again.state_h, again.state_c]
type: Subtract, name: difference, inputs: [encoder, third]
""",
    outputs="[encoder, again, again.state_c, third, difference]",
)


def test_the_weights_are_declared_once() -> None:
    model = load_text(TWICE)
    assert sorted(model.arrays()) == ["encoder/bias", "encoder/kernel", "encoder/recurrent_kernel"]
    assert model.summary().parameters == 3 * 8 + 2 * 8 + 8


def test_every_call_computes_with_them() -> None:
    session = specc.Session(load_text(TWICE).compile())
    x = np.random.default_rng(0).random((2, 5, 3)).astype(np.float32)
    first, again, _, third, difference = session.run(None, {"a": x, "b": x})
    assert np.array_equal(first, again)
    assert not np.allclose(first, third)
    assert np.allclose(first - third, difference)


LAYERS: dict[str, tuple[str, list[int | None], list[int | None]]] = {
    "native": ("type: LSTM, units: 40", [5, 3], [7, 3]),
    "scan": ("type: SimpleRNN, units: 40", [5, 3], [None, 3]),
    "both ways": ("type: Bidirectional, layer: {type: GRU, units: 9}", [5, 3], [None, 3]),
    "steps written out, then a scan": ("type: ConvLSTM1D, filters: 40, kernel_size: 2", [4, 5, 3], [50, 5, 3]),
    "a scan, then steps written out": ("type: ConvLSTM1D, filters: 40, kernel_size: 2", [50, 5, 3], [4, 5, 3]),
    "no time": ("type: Dense, units: 40", [3], [3]),
}


def compiled(*lines: str) -> bytes:
    outputs = "[layer, again]" if len(lines) > 2 else "[layer]"
    return load_text(spec("\n".join(lines), outputs=outputs, dialect="tf.keras")).compile()


@pytest.mark.parametrize("case", LAYERS)
def test_the_file_holds_weights_once(case: str) -> None:
    """But for what the first call has in a loop of its own, for onnxruntime's fusions: no other call can read it."""
    layer, *shapes = LAYERS[case]
    a, b = (f"type: Input, name: {name}, shape: {json.dumps(shape)}" for name, shape in zip("ab", shapes, strict=True))
    first, again = f"{layer}, name: layer, inputs: ", "type: Shared, name: again, layer: layer, inputs: b"
    twice, once = compiled(a, b, f"{first} a", again), {"a": compiled(a, f"{first} a"), "b": compiled(b, f"{first} b")}
    sizes = ([9 if size is None else size for size in shape] for shape in shapes)
    feed = {n: np.random.default_rng(1).random((2, *s), np.float32) for n, s in zip("ab", sizes, strict=True)}
    found = specc.Session(twice).run(None, feed)
    for name, array in zip("ab", found, strict=True):
        assert np.array_equal(array, specc.Session(once[name]).run(None, {name: feed[name]})[0])
    if case in ("native", "both ways", "no time"):
        assert len(twice) < len(once["a"]) + 1500


def test_the_first_call_may_reach_no_output() -> None:
    text = TWO + "type: GRU, name: g, inputs: a, units: 2\ntype: Shared, name: s, inputs: b, layer: g\n"
    model = load_text(spec(text, outputs="s"))
    assert sorted(model.arrays()) == ["g/bias", "g/kernel", "g/recurrent_kernel"]
    model.compile()


BAD = {
    "type: Shared, layer: nobody, inputs: a": ("V230", ("layers", 2, "layer")),
    "type: Shared, name: me, layer: me, inputs: a": ("V231", ("layers", 2, "layer")),
    "type: Shared, layer: a, inputs: b": ("V238", ("layers", 2, "layer")),
    "type: Shared, inputs: b": ("V203", ("layers", 2)),
}


@pytest.mark.parametrize("line", BAD)
def test_bad(line: str) -> None:
    assert codes(spec(f"{TWO}{line}")) == [BAD[line]]


def test_what_the_layer_does_not_take() -> None:
    text = TWO + "type: Dense, name: d, units: 2, inputs: a\ntype: Shared, layer: d, inputs: b, mask: a"
    assert codes(spec(text)) == [("V238", ("layers", 3, "mask"))]


def test_stateful_layers_are_called_once() -> None:
    text = """
type: Input, name: a, shape: [5, 3], batch_size: 2
type: LSTM, name: l, units: 2, stateful: true
type: Shared, layer: l, inputs: a
"""
    assert codes(spec(text)) == [("V238", ("layers", 2, "layer"))]


def test_a_layer_with_mistakes_is_one_mistake() -> None:
    text = TWO + "type: LSTM, name: l, units: 0, inputs: a\ntype: Shared, layer: l, inputs: b"
    assert codes(spec(text)) == [("V205", ("layers", 2, "units"))]

"""The memory that the weights would take, before any of it is taken."""

from __future__ import annotations

import pytest

from specc.diagnostics import SpecError
from specc.model import load
from tests.loading import codes, findings, load_text, spec

LAYERS = """
    type: Embedding, input_dim: 100, output_dim: 10, input_length: 7
    type: LSTM, units: 5
"""
BYTES = 4 * (100 * 10 + 4 * 5 * (10 + 5 + 1))


def test_a_limit_is_what_the_weights_may_take() -> None:
    assert sum(weight.nbytes for weight in load_text(spec(LAYERS)).graph.program.weights) == BYTES
    assert codes(spec(LAYERS, max_memory=str(BYTES))) == []
    assert codes(spec(LAYERS, max_memory=str(BYTES - 1))) == [("G350", ("layers", 0, "input_dim"))]


def test_the_largest_layer_is_to_blame() -> None:
    (finding,) = findings(spec(LAYERS, max_memory="1000"))
    assert finding.message == (
        "the weights would take 5.2 KiB, more than the 1000 bytes allowed; "
        "Embedding `embedding` asks for 3.9 KiB of them"
    )
    assert codes(spec("type: Dense, units: 1000, input_dim: 1000", max_memory="0")) == [
        ("G350", ("layers", 0, "units"))
    ]


def test_layers_that_are_left_out_do_not_count() -> None:
    text = spec(
        """
        type: Input, name: x, shape: [5, 3]
        type: LSTM, units: 100000, inputs: x
        type: LSTM, units: 2, inputs: x
        """
    )
    assert [code for code, _ in codes(text)] == ["V237"]


def test_the_caller_overrides_the_spec() -> None:
    data = {"specc": 1, "max_memory": 10, "layers": [{"type": "Dense", "units": 2, "input_dim": 3}]}
    assert load(data, max_memory=100).diagnostics == ()
    with pytest.raises(SpecError):
        load(data | {"max_memory": 100}, max_memory=10)


def test_nothing_is_allocated() -> None:
    text = spec("type: LSTM, units: 2000000000, input_dim: 2000000000")
    assert codes(text) == [("G350", ("layers", 0, "units"))]


def test_a_limit_that_cannot_be_read_is_no_limit() -> None:
    assert codes(spec("type: LSTM, units: 100000, input_dim: 3", max_memory="1 TB")) == [("V204", ("max_memory",))]

"""Defaults by class: where they go, who wins, what is refused."""

from __future__ import annotations

import pytest

from tests.expansion.plain import layers
from tests.loading import codes, findings, load_text


def test_defaults_reach_layers_wherever_they_stand() -> None:
    text = """
    defaults: {LSTM: {dropout: 0.2, units: 4}, LSTMCell: {units: 5}, Dense: {use_bias: false}}
    layers:
      - {type: LSTM}
      - {type: LSTM, units: 7, dropout: null}
      - {type: Bidirectional, layer: {type: LSTM}, backward_layer: {type: LSTM, units: 8}}
      - {type: TimeDistributed, layer: {type: TimeDistributed, layer: {type: Dense, units: 1}}}
      - {type: RNN, cell: [{type: LSTMCell}, {type: GRUCell, units: 1}]}
      - {type: RNN, cell: {type: StackedRNNCells, cells: [{type: LSTMCell}, {type: LSTMCell, units: 6}]}}
    """
    assert layers(text) == [
        {"type": "LSTM", "dropout": 0.2, "units": 4},
        {"type": "LSTM", "units": 7, "dropout": None},
        {
            "type": "Bidirectional",
            "layer": {"type": "LSTM", "dropout": 0.2, "units": 4},
            "backward_layer": {"type": "LSTM", "units": 8, "dropout": 0.2},
        },
        {
            "type": "TimeDistributed",
            "layer": {"type": "TimeDistributed", "layer": {"type": "Dense", "units": 1, "use_bias": False}},
        },
        {"type": "RNN", "cell": [{"type": "LSTMCell", "units": 5}, {"type": "GRUCell", "units": 1}]},
        {
            "type": "RNN",
            "cell": {
                "type": "StackedRNNCells",
                "cells": [{"type": "LSTMCell", "units": 5}, {"type": "LSTMCell", "units": 6}],
            },
        },
    ]


def test_defaults_take_vars_and_reach_blocks() -> None:
    text = "vars: {n: 4}\ndefaults: {Dense: {units: '${2 * n}'}}\nlayers:\n  - {repeat: 2, layers: [{type: Dense}]}\n"
    assert layers(text) == [{"type": "Dense", "units": 8}] * 2


def test_a_model_has_them() -> None:
    model = load_text(
        """
        specc: 1
        dialect: tf.keras
        defaults: {LSTM: {recurrent_activation: hard_sigmoid, return_sequences: true, units: 3}}
        layers:
          - {type: LSTM, input_shape: [2, 3]}
          - {type: LSTM, return_sequences: false}
        """
    )
    found = [(node.layer.recurrent_activation, node.layer.return_sequences) for node in model.graph.nodes[1:]]  # type: ignore[attr-defined]
    assert found == [("hard_sigmoid", True), ("hard_sigmoid", False)]


SPEC = (
    "specc: 1\ndefaults: {%s}\nlayers:\n  - {type: LSTM, units: 2, input_shape: [2, 3], return_sequences: true}\n"
    + ("  - {type: Bidirectional, layer: {type: LSTM, units: 2}}\n")
)


@pytest.mark.parametrize(
    ("defaults", "code", "path"),
    [
        ("LTSM: {dropout: 1}", "V201", ("LTSM",)),
        ("Sequential: {}", "V201", ("Sequential",)),
        ("LSTM: {droput: 1}", "V202", ("LSTM", "droput")),
        ("LSTM: {dropout: '1'}", "V204", ("LSTM", "dropout")),
        ("LSTM: {dropout: 2}", "V205", ("LSTM", "dropout")),
        ("LSTM: {activation: tahn}", "V206", ("LSTM", "activation")),
        ("LSTM: {kernel_initializer: {type: zeros, x: 1}}", "V209", ("LSTM", "kernel_initializer", "x")),
        ("LSTM: {activation: gelu}", "V210", ("LSTM", "activation")),
        ("LSTM: {zero_output_for_mask: true}", "V211", ("LSTM", "zero_output_for_mask")),
        ("LSTM: {name: x}", "V251", ("LSTM", "name")),
        ("LSTM: {inputs: x}", "V251", ("LSTM", "inputs")),
        ("LSTM: {input_shape: [1, 2]}", "V251", ("LSTM", "input_shape")),
        ("LSTM: {type: GRU}", "V251", ("LSTM", "type")),
        ("LSTM: {mask: x}", "V251", ("LSTM", "mask")),
        ("Bidirectional: {layer: {type: GRU}}", "V251", ("Bidirectional", "layer")),
        ("LSTM: 0.2", "V251", ("LSTM",)),
        ("LSTM: {dropout: '${p}'}", "V241", ("LSTM", "dropout")),
        ("GRU: {dropout: 0.1}", "V252", ("GRU",)),
        ("LSTM: [dropout]", "V251", ("LSTM",)),
    ],
)
def test_a_mistake_is_reported_once_where_it_stands(defaults: str, code: str, path: tuple[str, ...]) -> None:
    assert codes(SPEC % defaults) == [(code, ("defaults", *path))]


def test_a_wrong_default_hides_no_mistake_of_a_layer() -> None:
    assert codes((SPEC % "LSTM: {dropout: 2}").replace("units: 2}}", "units: 0}}")) == [
        ("V205", ("defaults", "LSTM", "dropout")),
        ("V205", ("layers", 1, "layer", "units")),
    ]


def test_a_default_that_no_layer_can_take_in_its_place() -> None:
    """Only building the layer shows it; it is reported at the default, once."""
    (finding,) = findings(
        "specc: 1\ndefaults: {SimpleRNN: {implementation: 2}}\nlayers:\n"
        "  - {type: SimpleRNN, units: 2, return_sequences: true, input_shape: [2, 3]}\n"
        "  - {type: SimpleRNN, units: 2}\n"
    )
    assert (finding.code, finding.path) == ("V212", ("defaults", "SimpleRNN", "implementation"))


def test_what_a_default_gives_is_not_missing() -> None:
    assert codes("specc: 1\ndefaults: {LSTM: {units: 2}}\nlayers:\n  - {type: LSTM, input_shape: [2, 3]}\n") == []
    assert codes("specc: 1\ndefaults: {LSTM: {unit: 2}}\nlayers:\n  - {type: LSTM, input_shape: [2, 3]}\n") == [
        ("V202", ("defaults", "LSTM", "unit")),
    ]

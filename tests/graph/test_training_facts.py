"""What dialects decide about training stands on the ops and weights; targets ask no dialect."""

from __future__ import annotations

import pytest

from specc import ops
from specc.model import Model
from tests.loading import load_text, spec


def model(layer: str, dialect: str, version: str | None = None) -> Model:
    top = {"dialect": dialect} | ({"keras_version": f'"{version}"'} if version else {})
    return load_text(spec(f"type: Input, shape: [4, 3]\n{layer}", **top))


def cell(layer: str, dialect: str, version: str | None = None) -> ops.Cell:
    (step,) = [s for s in model(layer, dialect, version).graph.program.steps if isinstance(s.op, ops.Recurrent)]
    assert isinstance(step.op, ops.Recurrent)
    return step.op.cell


@pytest.mark.parametrize(
    ("layer", "dialect", "version", "per_gate"),
    [
        ("type: LSTM, units: 2, dropout: 0.5", "keras2", None, True),
        ("type: LSTM, units: 2, dropout: 0.5, implementation: 2", "keras2", None, False),
        ("type: LSTM, units: 2, recurrent_dropout: 0.5, implementation: 2", "keras2", None, False),
        ("type: LSTM, units: 2, dropout: 0.5", "keras2", "2.3.1", False),
        ("type: GRU, units: 2, dropout: 0.5", "keras1", None, True),
        ("type: LSTM, units: 2, dropout: 0.5", "tf.keras", None, False),
        ("type: LSTM, units: 2, dropout: 0.5, recurrent_dropout: 0.1", "tf.keras", None, True),
        # A layer with cuDNN's equations takes one mask; nothing else does, nor the same layer written out.
        ("type: LSTM, units: 2, dropout: 0.5, implementation: 1", "tf.keras", None, False),
        ("type: LSTM, units: 2, dropout: 0.5, implementation: 1, unroll: true", "tf.keras", None, True),
        ("type: LSTM, units: 2, dropout: 0.5, implementation: 1, activation: relu", "tf.keras", None, True),
        ("type: GRU, units: 2, dropout: 0.5, implementation: 1, reset_after: false", "tf.keras", None, True),
        ("type: RNN, cell: {type: LSTMCell, units: 2, dropout: 0.5, implementation: 1}", "tf.keras", None, True),
        ("type: LSTM, units: 2, dropout: 0.5, implementation: 1", "keras3", None, True),
        ("type: LSTM, units: 2, recurrent_dropout: 0.5", "keras3", None, True),
        ("type: LSTM, units: 2, recurrent_dropout: 0.5", "keras3", "3.7.0", False),
    ],
)
def test_a_mask_for_each_gate(layer: str, dialect: str, version: str | None, per_gate: bool) -> None:
    assert cell(layer, dialect, version).mask_per_gate is per_gate


@pytest.mark.parametrize(
    ("layer", "version", "mixes"),
    [
        ("type: GRU, units: 2, implementation: 2", None, True),
        ("type: GRU, units: 2, implementation: 2", "2.0.8", False),
        ("type: GRU, units: 2, implementation: 1", None, False),
    ],
)
def test_gru_mixes_the_dropped_state(layer: str, version: str | None, mixes: bool) -> None:
    found = cell(layer, "keras2", version)
    assert isinstance(found, ops.Gru)
    assert found.mixes_dropped_state is mixes


@pytest.mark.parametrize(("dialect", "per_example"), [("keras2", False), ("tf.keras", True), ("keras3", True)])
def test_activity_penalties(dialect: str, per_example: bool) -> None:
    (penalty,) = model(
        "type: LSTM, units: 2, return_state: true, activity_regularizer: l2", dialect
    ).graph.program.activity_penalties
    assert penalty.per_example is per_example
    assert len(penalty.values) == 3, "the states count too"


@pytest.mark.parametrize(("dialect", "penalized"), [("keras2", True), ("tf.keras", True), ("keras3", False)])
def test_penalties_on_frozen_weights(dialect: str, penalized: bool) -> None:
    weights = model("type: Dense, units: 2, trainable: false, kernel_regularizer: l2", dialect).graph.program.weights
    assert [weight.trainable for weight in weights] == [False, False]
    assert (weights[0].regularizer is not None) is penalized


def batch_norm(layer: str, shape: str, dialect: str, version: str | None = None) -> ops.BatchNorm:
    top = {"dialect": dialect} | ({"keras_version": f'"{version}"'} if version else {})
    program = load_text(spec(f"type: Input, shape: {shape}\n{layer}", **top)).graph.program
    (step,) = [s for s in program.steps if isinstance(s.op, ops.BatchNorm)]
    assert isinstance(step.op, ops.BatchNorm)
    return step.op


@pytest.mark.parametrize(
    ("shape", "axis", "dialect", "version", "degrees"),
    [
        ("[4]", -1, "keras1", None, ()),
        ("[4]", -1, "keras2", "2.0.8", ()),
        ("[4]", -1, "keras2", None, (1.001,)),
        ("[4, 4, 3]", -1, "keras2", None, (1.0, 1.001)),
        ("[4, 4, 4, 3]", -1, "keras2", None, (1.001,)),
        ("[4, 4, 3]", -1, "tf.keras", None, (1.0,)),
        ("[4, 4, 4, 3]", 1, "tf.keras", None, (1.0,)),
        ("[4, 4, 3]", 2, "tf.keras", None, ()),
        ("[4, 3]", -1, "tf.keras", None, ()),
        ("[4, 4, 3]", -1, "keras3", None, ()),
    ],
)
def test_the_moving_variance(
    shape: str, axis: int, dialect: str, version: str | None, degrees: tuple[float, ...]
) -> None:
    assert batch_norm(f"type: BatchNormalization, axis: {axis}", shape, dialect, version).degrees == degrees


@pytest.mark.parametrize(("dialect", "frozen"), [("keras2", False), ("tf.keras", True), ("keras3", True)])
def test_a_frozen_batch_norm(dialect: str, frozen: bool) -> None:
    op = batch_norm("type: BatchNormalization, trainable: false", "[4]", dialect)
    assert (op.frozen, op.keeps) == (frozen, False)


@pytest.mark.parametrize(
    ("dialect", "version", "leaves_out"),
    [("keras2", None, False), ("tf.keras", None, True), ("tf.keras", "2.12.0", False), ("keras3", None, True)],
)
def test_masked_steps_in_the_statistics(dialect: str, version: str | None, leaves_out: bool) -> None:
    layers = "type: Masking\ntype: BatchNormalization\ntype: LSTM, units: 2"
    assert (batch_norm(layers, "[4, 3]", dialect, version).mask is not None) is leaves_out


@pytest.mark.parametrize(("dialect", "rate"), [("keras2", 0.0), ("tf.keras", 0.0), ("keras3", 1.0)])
@pytest.mark.parametrize("layer", ["Dropout", "SpatialDropout1D"])
def test_dropout_of_all(layer: str, dialect: str, rate: float) -> None:
    (op,) = [s.op for s in model(f"type: {layer}, rate: 1.0", dialect).graph.program.steps]
    assert isinstance(op, ops.Dropout)
    assert op.rate == rate

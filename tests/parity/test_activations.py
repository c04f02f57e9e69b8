"""Every activation by name, as the activation and as the gate of every recurrent layer, in Dense and alone."""

from __future__ import annotations

from typing import Any

import pytest

import specc
from tests.parity.comparison import check_parity
from tests.parity.frameworks import DIALECTS
from tests.parity.specs import CELLS, FEATURES, begin, recurrent

pytestmark = pytest.mark.parity

KERAS_2 = (
    "linear", "tanh", "sigmoid", "relu", "hard_sigmoid", "elu", "selu", "softplus", "softsign", "softmax",
    "exponential",
)  # fmt: skip
TF_KERAS = (*KERAS_2, "swish", "silu", "gelu", "leaky_relu", "relu6", "mish", "log_softmax")
KERAS_3 = (
    *TF_KERAS, "celu", "hard_silu", "hard_swish", "hard_tanh", "tanh_shrink", "soft_shrink", "hard_shrink",
    "log_sigmoid", "sparse_sigmoid", "squareplus", "sparse_plus",
)  # fmt: skip
NAMES: dict[str, tuple[str, ...]] = {"keras2": KERAS_2, "tf.keras": TF_KERAS, "keras3": KERAS_3}
PAIRS = [(dialect, name) for dialect in DIALECTS for name in (*NAMES[dialect], None)]
BOUNDED = {"tanh", "sigmoid", "hard_sigmoid", "sparse_sigmoid", "softmax", "softsign"}


def scale_for(name: str | None) -> float:
    """Small weights where values, and with them rounding errors, would grow from step to step."""
    return 0.8 if name in BOUNDED else 0.1 if name in ("exponential", "log_softmax") else 0.25


@pytest.mark.parametrize("field", ["activation", "recurrent_activation"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("dialect", "name"), PAIRS)
def test_recurrent(dialect: str, name: str | None, cell: str, field: str) -> None:
    if (cell, field) == ("SimpleRNN", "recurrent_activation"):
        pytest.skip("SimpleRNN has no gates")
    turn = (*NAMES[dialect], None).index(name) + list(CELLS).index(cell)
    layer = recurrent(cell, return_sequences=True, return_state=True, go_backwards=turn % 3 == 0, **{field: name})
    source = ("masking", "none")[turn % 2]
    check_parity({"dialect": dialect, "layers": [*begin(source, None), layer]}, scale=scale_for(name))


@pytest.mark.parametrize("cell", ["LSTM", "GRU_after", "GRU_before"])
@pytest.mark.parametrize("pair", [("relu", "hard_sigmoid"), ("elu", "leaky_relu"), ("hard_sigmoid", "elu")])
@pytest.mark.parametrize("dialect", ["tf.keras", "keras3"])
def test_pairs_of_activations_with_parameters(dialect: str, pair: tuple[str, str], cell: str) -> None:
    """ONNX lists alpha and beta of all functions one after the other: each must get its own."""
    layer = recurrent(cell, activation=pair[0], recurrent_activation=pair[1], return_sequences=True)
    both = {"type": "Bidirectional", "name": "both", "layer": {k: v for k, v in layer.items() if k != "name"}}
    check_parity({"dialect": dialect, "layers": [*begin("masking", None), layer, both]}, scale=0.35)


@pytest.mark.parametrize(("dialect", "name"), [*PAIRS, ("keras3", "glu")])
def test_activation_and_dense(dialect: str, name: str | None) -> None:
    layers: list[dict[str, Any]] = [
        {"type": "Input", "name": "x", "shape": [None, FEATURES]},
        {"type": "Dense", "name": "wide", "units": 6, "activation": name},
    ]
    outputs = ["wide"]
    if name is not None:
        layers.append({"type": "Activation", "name": "even", "activation": name})
        outputs.append("even")
    if name not in (None, "glu"):
        layers.append({"type": "Activation", "name": "odd", "activation": name, "inputs": "x"})
        outputs.append("odd")
    if name == "glu":  # halves the width
        layers[1]["units"] = 8
    check_parity({"dialect": dialect, "layers": layers, "outputs": outputs})


@pytest.mark.parametrize(("dialect", "name"), [*(("keras2", n) for n in KERAS_3), ("tf.keras", "celu")])
def test_what_a_dialect_lacks_is_refused(dialect: str, name: str) -> None:
    if name in NAMES[dialect]:
        pytest.skip(f"{dialect} has {name}")
    with pytest.raises(specc.SpecError) as caught:
        specc.load(
            {"specc": 1, "dialect": dialect, "layers": [*begin("none", None), recurrent("LSTM", activation=name)]}
        )
    assert [d.code for d in caught.value.diagnostics] == ["V210"]

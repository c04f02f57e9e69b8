"""Generated modules of PyTorch: how weights start, go in and out, and what stays as it is."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import specc
from specc.targets.torch.attributes import NN_MODULE
from tests.generated import Generated

pytestmark = pytest.mark.parity
torch = pytest.importorskip("torch", reason="the torch target needs PyTorch")

X = {"type": "Input", "name": "x", "shape": [None, 3]}
LAYERS: dict[str, list[dict[str, Any]]] = {
    "native": [X, {"type": "LSTM", "units": 4, "recurrent_activation": "sigmoid"}],
    "gru": [X, {"type": "GRU", "units": 4, "reset_after": True, "recurrent_activation": "sigmoid"}],
    "both_ways": [
        X,
        {"type": "Bidirectional", "layer": {"type": "SimpleRNN", "units": 2}},
        {"type": "Dense", "units": 2},
    ],
    "steps": [X, {"type": "GRU", "units": 4, "dropout": 0.2}],
    "cudnn": [X, {"type": "CuDNNLSTM", "units": 4, "return_sequences": True}, {"type": "CuDNNGRU", "units": 2}],
    "convolutions": [
        X,
        {"type": "Conv1D", "filters": 4, "kernel_size": 3, "padding": "causal"},
        {"type": "DepthwiseConv1D", "kernel_size": 2, "depth_multiplier": 2},
        {"type": "Conv1DTranspose", "filters": 3, "kernel_size": 2, "strides": 2},
        {"type": "SeparableConv1D", "filters": 2, "kernel_size": 2},
        {"type": "PReLU", "shared_axes": [1]},
        {"type": "BatchNormalization"},
    ],
}  # fmt: skip
DIALECTS = {"convolutions": "tf.keras"}


def model_of(layers: list[dict[str, Any]], **header: Any) -> specc.Model:
    return specc.load({"specc": 1, **header, "layers": layers})


def net_of(layers: list[dict[str, Any]], **header: Any) -> Any:
    return Generated(model_of(layers, **header), "torch").callable


@pytest.mark.parametrize("kind", LAYERS)
def test_what_is_saved_compiles_to_the_same(kind: str, tmp_path: Path) -> None:
    """A few steps of training move every weight; then ONNX computes what the module does."""
    model = model_of(LAYERS[kind], dialect=DIALECTS.get(kind, "keras2"))
    net = Generated(model, "torch").callable
    before = {name: weight.detach().clone() for name, weight in net.to_specc().items()}
    assert {name: tuple(weight.shape) for name, weight in before.items()} == {
        weight.name: weight.shape for weight in model.graph.program.weights
    }
    optimizer = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=0.1)
    x = torch.from_numpy(np.random.default_rng(0).normal(size=(4, 7, 3)).astype(np.float32))
    net.train()
    for _ in range(2):
        optimizer.zero_grad()
        net(x).square().sum().backward()
        optimizer.step()
    assert all((net.to_specc()[name] != weight).any() for name, weight in before.items())
    net.save(tmp_path / "trained.safetensors")
    session = specc.Session(model.compile(weights=tmp_path / "trained.safetensors"))
    with torch.no_grad():
        expected = net.eval()(x).numpy()
    found = session.run(None, {"x": x.numpy()})[0]
    np.testing.assert_array_less(np.abs(found - expected), 1e-5 * (1 + np.abs(expected)))
    again = Generated(model, "torch", tmp_path / "trained.safetensors").callable
    assert all(torch.equal(weight, net.to_specc()[name]) for name, weight in again.to_specc().items())


def test_the_file_beside_the_module_is_the_default(tmp_path: Path) -> None:
    model_of(LAYERS["native"]).compile("torch", output=tmp_path / "model.py")
    names: dict[str, Any] = {"__name__": "model", "__file__": str(tmp_path / "model.py")}
    exec((tmp_path / "model.py").read_text(), names)
    net = names["load"]()
    assert not net.training
    other = names["load"](str(tmp_path / "model.safetensors"))
    assert all(torch.equal(a, b) for a, b in zip(net.state_dict().values(), other.state_dict().values(), strict=True))
    copied = copy.deepcopy(net)
    copied.load_state_dict(net.state_dict())


def test_a_copy_leaves_the_last_call_behind() -> None:
    net = net_of([X, {"type": "Dense", "units": 2, "activity_regularizer": "l2"}])
    net(torch.randn(2, 4, 3))
    assert net.regularization_loss() > 0
    assert copy.deepcopy(net).regularization_loss() == 0


def test_wrong_weights_are_refused() -> None:
    net = net_of(LAYERS["native"])
    weights = dict(net.to_specc())
    with pytest.raises(ValueError, match=r"weight lstm/bias is \(3,\), expected \(16,\)"):
        net.from_specc(weights | {"lstm/bias": torch.zeros(3)})
    del weights["lstm/kernel"]
    with pytest.raises(ValueError, match="weight lstm/kernel is missing"):
        net.from_specc(weights)


def test_a_second_bias_stays_zero() -> None:
    net = net_of(LAYERS["native"])
    assert isinstance(net.lstm, torch.nn.LSTM)
    assert not net.lstm.bias_hh_l0.requires_grad
    assert not net.lstm.bias_hh_l0.any()
    net.reset_parameters()
    assert not net.lstm.bias_hh_l0.any()


def test_frozen_layers() -> None:
    net = net_of([X, {"type": "LSTM", "units": 2, "trainable": False}, {"type": "Dense", "units": 1}])
    frozen = {name for name, parameter in net.named_parameters() if not parameter.requires_grad}
    assert frozen == {name for name, _ in net.named_parameters() if name.startswith("lstm")}


# How weights start


def _start(layer: dict[str, Any], dialect: str = "keras2", seed: int = 1) -> Any:
    net = net_of([{"type": "Input", "name": "x", "shape": [None, 40]}, layer], dialect=dialect)
    net.reset_parameters(seed)
    return {name.rpartition("/")[2]: weight.detach().numpy().copy() for name, weight in net.to_specc().items()}


@pytest.mark.parametrize(
    ("initializer", "deviation", "largest"),
    [
        ("glorot_uniform", np.sqrt(2 / 160), np.sqrt(6 / 160)),
        ("he_normal", np.sqrt(2 / 40), 2 * np.sqrt(2 / 40) / 0.8796),
        ({"type": "truncated_normal", "stddev": 0.3}, 0.3 * 0.8796, 0.6),
        ({"type": "random_uniform", "minval": -0.2, "maxval": 0.2}, 0.2 / np.sqrt(3), 0.2),
        ({"type": "random_normal", "stddev": 0.3}, 0.3, np.inf),
    ],
)
def test_deviations(initializer: Any, deviation: float, largest: float) -> None:
    kernel = _start({"type": "LSTM", "units": 30, "kernel_initializer": initializer})["kernel"]
    assert kernel.std() == pytest.approx(deviation, rel=0.05)
    assert np.abs(kernel).max() <= largest * 1.001
    assert abs(kernel.mean()) < 4 * deviation / np.sqrt(kernel.size)


def test_a_recurrent_kernel_is_orthogonal_and_forgets_late() -> None:
    found = _start({"type": "LSTM", "units": 8})
    kernel = found["recurrent_kernel"]
    np.testing.assert_allclose(kernel @ kernel.T, np.eye(8), atol=1e-5)
    np.testing.assert_array_equal(found["bias"].reshape(4, 8), np.repeat([[0], [1], [0], [0]], 8, axis=1))


def test_keras_1_draws_gate_by_gate() -> None:
    kernel = _start({"type": "LSTM", "units": 8}, "keras1")["recurrent_kernel"]
    for gate in np.split(kernel, 4, axis=1):
        np.testing.assert_allclose(gate @ gate.T, gate[0] @ gate[0] * np.eye(8), atol=1e-5)


def test_identity_and_constants() -> None:
    layer = {"type": "GRU", "units": 2, "recurrent_initializer": {"type": "identity", "gain": 2.0}}
    layer |= {"bias_initializer": {"type": "constant", "value": 0.5}}
    np.testing.assert_array_equal(_start(layer, "keras3")["recurrent_kernel"], 2 * np.eye(2, 6))
    np.testing.assert_array_equal(_start(layer)["recurrent_kernel"], np.tile(2 * np.eye(2), 3))
    assert (_start(layer)["bias"] == 0.5).all()


def test_seeds() -> None:
    layer = {"type": "SimpleRNN", "units": 4, "kernel_initializer": {"type": "random_normal", "seed": 3}}
    one, same, other = _start(layer, seed=1), _start(layer, seed=1), _start(layer, seed=2)
    assert (one["recurrent_kernel"] == same["recurrent_kernel"]).all()
    assert (one["recurrent_kernel"] != other["recurrent_kernel"]).any()
    assert (one["kernel"] == other["kernel"]).all(), "an initializer's own seed goes first"


# States, seeds of dropout, export


def test_states_go_on_until_they_are_reset() -> None:
    layers: list[Any] = [{"type": "Input", "name": "x", "shape": [2, 3], "batch_size": 2}]
    net = net_of([*layers, {"type": "LSTM", "units": 4, "stateful": True, "recurrent_activation": "sigmoid"}])
    x = torch.randn(2, 2, 3)
    first, h, c = net(x)
    second, *_ = net(x)
    assert not torch.equal(first, second)
    given, *_ = net(x, h, c)
    assert torch.allclose(given, second)
    net.reset_states()
    assert torch.equal(net(x)[0], first)
    net.train()
    net(x)[0].sum().backward()
    net(x)[0].sum().backward()  # no gradient flows into the call before


def test_a_seed_of_dropout_repeats() -> None:
    layers: list[Any] = [X, {"type": "Dropout", "rate": 0.5, "seed": 4}]
    one, other = (net_of(layers).train() for _ in range(2))
    x = torch.ones(2, 3, 3)
    first = one(x)
    assert torch.equal(first, other(x))
    assert not torch.equal(first, one(x)), "the next call goes on"


@pytest.mark.parametrize("kind", ["native", "gru", "both_ways", "convolutions"])
def test_export(kind: str) -> None:
    """Any batch size. PyTorch fixes the number of steps of nn.LSTM, nn.GRU and nn.RNN."""
    net = net_of(LAYERS[kind], dialect=DIALECTS.get(kind, "keras2")).eval()
    dims: dict[int, Any] = {0: torch.export.Dim("batch")}
    if kind == "convolutions":
        dims[1] = torch.export.Dim("time", min=4)
    exported = torch.export.export(net, (torch.randn(4, 9, 3),), dynamic_shapes=(dims,)).module()
    x = torch.randn(7, 12 if kind == "convolutions" else 9, 3)
    torch.testing.assert_close(exported(x), net(x))


def test_export_under_a_mask() -> None:
    masked: list[Any] = [
        X,
        {"type": "Masking"},
        {"type": "GRU", "units": 4, "reset_after": True, "recurrent_activation": "sigmoid"},
    ]
    net = net_of(masked).eval()
    batch = torch.export.Dim("batch")
    exported = torch.export.export(net, (torch.randn(4, 9, 3),), dynamic_shapes=({0: batch},)).module()
    x = torch.randn(7, 9, 3)
    x[0, 3:], x[1, :2], x[2] = 0, 0, 0
    torch.testing.assert_close(exported(x), net(x))


def test_batch_renormalization_is_for_inference_alone() -> None:
    layers: list[Any] = [X, {"type": "BatchNormalization", "renorm": True}]
    net = net_of(layers, dialect="tf.keras")
    x = torch.randn(2, 4, 3)
    torch.testing.assert_close(net(x), x / np.sqrt(1.001))
    with pytest.raises(NotImplementedError, match="renormalization"):
        net.train()(x)


def test_names_that_a_module_has_are_taken() -> None:
    module = torch.nn.Module()
    public = {name for name in (*dir(module), *torch.nn.Module.__annotations__) if not name.startswith("_")}
    assert public <= NN_MODULE
    net = net_of([X, {"type": "LSTM", "name": "forward", "units": 2}, {"type": "Dense", "name": "train", "units": 1}])
    assert net(torch.randn(2, 4, 3)).shape == (2, 1)

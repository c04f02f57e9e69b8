"""The torch target in training, against Keras itself: gradients, losses, constraints, statistics, dropout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

import specc
from tests.generated import Generated
from tests.parity.training.cases import DROPPING, GRADIENTS, ROWS, feeds_of, weighing

pytestmark = pytest.mark.parity
torch = pytest.importorskip("torch", reason="the torch target needs PyTorch")

ROOT = Path(__file__).parents[3]
Array = NDArray[Any]
Records = dict[str, Array]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    """What Keras does, from a process of its own."""
    for module in ("keras", "tf_keras"):
        pytest.importorskip(module, reason="comparison with Keras needs Keras 3 and tf_keras")
    file = tmp_path_factory.mktemp("oracle") / "records.safetensors"
    environment = os.environ | {"KERAS_BACKEND": "torch", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.parity.training.oracle", str(file)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    found: Records = load_file(file)
    return found


def part(records: Records, case: str, kind: str) -> Records:
    """The records of one kind, by weight."""
    start = f"{case}:{kind}/"
    return {key.removeprefix(start): array for key, array in records.items() if key.startswith(start)}


def module_of(spec: dict[str, Any], weights: Records, folder: Path) -> Any:
    """The model in training, with these weights."""
    file = folder / "weights.safetensors"
    save_file(weights, file)
    return Generated(specc.load(spec), "torch", file).callable.train()


def call(net: Any, spec: dict[str, Any], rows: int) -> list[Any]:
    feeds = feeds_of(spec, rows)
    names = [entry["name"] for entry in spec["layers"] if entry["type"] == "Input"]
    outputs = net(*(torch.from_numpy(feeds[name]) for name in names))
    return list(outputs) if isinstance(outputs, tuple) else [outputs]


def close(found: Any, expected: Array, tolerance: float) -> None:
    """Within the tolerance, relative to 1 + |expected|."""
    array = np.asarray(found.detach() if hasattr(found, "detach") else found)
    assert array.shape == expected.shape
    assert np.max(np.abs(array - expected) / (1 + np.abs(expected)), initial=0) <= tolerance


@pytest.mark.parametrize("case", GRADIENTS)
def test_a_step_of_training(case: str, records: Records, tmp_path: Path) -> None:
    spec = GRADIENTS[case]
    net = module_of(spec, part(records, case, "weight"), tmp_path)
    outputs = call(net, spec, 4)
    for number, y in enumerate(outputs):
        close(y, records[f"{case}:y/{number}"], 1e-5)
    penalty = net.regularization_loss()
    close(penalty, records[f"{case}:penalty"], 1e-6)
    (penalty + sum((y * torch.from_numpy(weighing(y.shape))).sum() for y in outputs)).backward()
    for key, moved in part(records, case, "after").items():
        close(net.to_specc()[key], moved, 1e-6)
    _check_gradients(net, part(records, case, "gradient"))


def _check_gradients(net: Any, expected: Records) -> None:
    """The gradients, seen as the weights are: in Keras's layout."""
    learning = {id(p) for p in net.parameters() if p.requires_grad}
    with torch.no_grad():
        for parameter in net.parameters():
            is_known = id(parameter) in learning and parameter.grad is not None
            parameter.copy_(parameter.grad if is_known else torch.zeros(()))
    found = net.to_specc()
    for name, gradient in expected.items():
        close(found[name], gradient, 1e-5)
    for name in set(found) - set(expected):
        if "moving" not in name:
            assert not found[name].any(), f"{name} is not trained in Keras"


@pytest.mark.parametrize("case", [name for name in GRADIENTS if name.startswith(("constraints", "radial"))])
def test_constraints(case: str, records: Records, tmp_path: Path) -> None:
    net = module_of(GRADIENTS[case], part(records, case, "weight"), tmp_path)
    net.apply_constraints()
    expected = part(records, case, "weight") | part(records, case, "constrained")
    for name, weight in net.to_specc().items():
        close(weight, expected[name], 1e-6)
    assert part(records, case, "constrained")


@pytest.mark.parametrize("case", [name for name in DROPPING if not name.startswith("gaussian")])
def test_what_is_dropped(case: str, records: Records, tmp_path: Path) -> None:
    """Equal rows come out in a few ways, as often as in Keras: rates, scaling, one mask for all steps, and for which
    gates, all show in what there is and how often."""
    spec = DROPPING[case]
    net = module_of(spec, _weights_of(spec), tmp_path)
    torch.manual_seed(3)
    with torch.no_grad():
        found = _count(call(net, spec, ROWS)[0].numpy())
        again = _count(call(net, spec, ROWS)[0].numpy())
        alike = call(net.eval(), spec, ROWS)[0].numpy()
    expected = _count(records[f"{case}:y"])
    assert found != again, "each call draws anew"
    assert len(np.unique(alike.round(5), axis=0)) == 1, "nothing is dropped in inference"
    assert len(expected) > 1
    _compare_counts(found, expected)


def _weights_of(spec: dict[str, Any]) -> Records:
    """The weights that the oracle draws."""
    from tests.parity.translation import random_array

    program = specc.load(spec).graph.program
    return {weight.name: random_array(weight.name, weight.shape, 0.8) for weight in program.weights}


def _count(y: Array) -> dict[tuple[float, ...], int]:
    """How many rows come out in each way."""
    rows = np.round(y.reshape(len(y), -1).astype(np.float64), 4) + 0.0
    values, counts = np.unique(rows, axis=0, return_counts=True)
    return {tuple(value): int(count) for value, count in zip(values.tolist(), counts, strict=True)}


def _compare_counts(found: dict[tuple[float, ...], int], expected: dict[tuple[float, ...], int]) -> None:
    """Within five deviations of the difference, for each way; rounding may split a way in two that are neighbours."""
    merged: dict[tuple[float, ...], list[int]] = {}
    for side, counts in enumerate((found, expected)):
        for value, count in counts.items():
            key = next((k for k in merged if np.allclose(k, value, atol=3e-4)), value)
            merged.setdefault(key, [0, 0])[side] += count
    for value, (ours, theirs) in merged.items():
        assert abs(ours - theirs) <= 5 * np.sqrt(ours + theirs) + 1, (value, ours, theirs)


@pytest.mark.parametrize("case", [name for name in DROPPING if name.startswith("gaussian")])
def test_noise(case: str, records: Records, tmp_path: Path) -> None:
    net = module_of(DROPPING[case], {}, tmp_path)
    torch.manual_seed(3)
    found, expected = call(net, DROPPING[case], ROWS)[0].numpy(), records[f"{case}:y"]
    error = 5 * expected.std() / np.sqrt(expected.size)
    assert abs(found.mean() - expected.mean()) < error * np.sqrt(2)
    assert abs(found.std() - expected.std()) < error

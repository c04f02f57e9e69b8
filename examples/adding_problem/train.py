"""The adding problem, from a spec to a trained ONNX file: ``python examples/adding_problem/train.py``.

Each step of a sequence is a number and a mark; two steps are marked, and their numbers are to be added (Hochreiter &
Schmidhuber 1997, experiment 4). The spec becomes a module of PyTorch, which is trained; its weights and the same spec
become an ONNX file, which computes the same. Takes about a minute on a CPU; PyTorch comes with ``specc[torch]``.
"""

from __future__ import annotations

import argparse
import importlib.util
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

import specc

SPEC = Path(__file__).with_name("spec.yaml")


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a spec on the adding problem, and compile what came out.")
    parser.add_argument("--steps", type=int, default=1500, help="steps of training (default: 1500)")
    parser.add_argument("--length", type=int, default=30, help="numbers in a sequence (default: 30)")
    parser.add_argument("-o", "--output", type=Path, help="folder for the files (default: a temporary one)")
    arguments = parser.parse_args()
    if arguments.output is None:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), arguments.steps, arguments.length)
    else:
        arguments.output.mkdir(parents=True, exist_ok=True)
        run(arguments.output, arguments.steps, arguments.length)


def run(folder: Path, steps: int, length: int) -> None:
    specc.load(SPEC).compile("torch", output=folder / "adding_problem.py")
    model = load_module(folder / "adding_problem.py").load()
    before = measure(model, length)
    train(model, steps, length)
    print(f"loss before {before:.4f}, after {measure(model, length):.4f}")

    model.save(folder / "trained.safetensors")
    specc.load(SPEC).compile("onnx", weights=folder / "trained.safetensors", output=folder / "adding_problem.onnx")
    print(f"ONNX = torch to {difference(model, folder / 'adding_problem.onnx', length):.0e}")


def load_module(path: Path) -> Any:
    """The generated module."""
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def draw(rows: int, length: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Sequences (rows, length, 2) of numbers and marks, and the sums (rows, 1) of the marked ones."""
    random = np.random.default_rng(seed)
    numbers = random.random((rows, length), np.float32)
    marks = np.zeros((rows, length), np.float32)
    half = length // 2
    marks[np.arange(rows), random.integers(0, half, rows)] = 1
    marks[np.arange(rows), random.integers(half, length, rows)] = 1
    x = torch.from_numpy(np.stack([numbers, marks], axis=-1))
    return x, (x[..., 0] * x[..., 1]).sum(1, keepdim=True)


def measure(model: Any, length: int) -> float:
    """The mean squared error on sequences that training does not see."""
    x, y = draw(1000, length, seed=0)
    model.eval()
    with torch.no_grad():
        return float(torch.nn.functional.mse_loss(model(x), y))


def train(model: Any, steps: int, length: int) -> None:
    model.train()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.005)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.01, total_steps=steps + 1)
    for step in range(1, steps + 1):
        x, y = draw(64, length, seed=step)
        loss = torch.nn.functional.mse_loss(model(x), y) + model.regularization_loss()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        model.apply_constraints()


def difference(model: Any, file: Path, length: int) -> float:
    """The largest difference between the trained module and the compiled file, on several lengths."""
    session = specc.Session(file)
    worst = 0.0
    for size in (1, length, 2 * length):
        x, _ = draw(16, max(size, 2), seed=size)
        with torch.no_grad():
            expected = model.eval()(x).numpy()
        found = session.run(None, {"numbers": x.numpy()})[0]
        worst = max(worst, float(np.max(np.abs(found - expected) / (1 + np.abs(expected)))))
    return worst


if __name__ == "__main__":
    main()

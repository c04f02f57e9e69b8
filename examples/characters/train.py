"""A small model of characters, trained on the documentation of specc: ``python examples/characters/train.py``.

Prints how many bits it needs for a character, before and after, what it writes by itself, and how far the ONNX file of
the same spec and the trained weights is from it. Takes about a minute on a CPU; PyTorch comes with ``specc[torch]``.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch

import specc

SPEC = Path(__file__).with_name("spec.yaml")
ROOT = Path(__file__).parents[2]
OTHER = 95
"""The number of every character that is not printable ASCII."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Train a spec on the documentation, and compile what came out.")
    parser.add_argument("--steps", type=int, default=600, help="steps of training (default: 600)")
    parser.add_argument("-o", "--output", type=Path, help="folder for the files (default: a temporary one)")
    arguments = parser.parse_args()
    if arguments.output is None:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), arguments.steps)
    else:
        arguments.output.mkdir(parents=True, exist_ok=True)
        run(arguments.output, arguments.steps)


def run(folder: Path, steps: int) -> None:
    text = read_text()
    training, held_out = text[: len(text) * 9 // 10], text[len(text) * 9 // 10 :]
    specc.load(SPEC).compile("torch", output=folder / "characters.py")
    model = load_module(folder / "characters.py").load()
    before = measure(model, held_out)
    train(model, training, steps)
    print(f"bits for a character before {before:.2f}, after {measure(model, held_out):.2f}")
    print(f"it writes: {write(model, 'A layer ', 60)!r}")

    model.save(folder / "trained.safetensors")
    specc.load(SPEC).compile("onnx", weights=folder / "trained.safetensors", output=folder / "characters.onnx")
    print(f"ONNX = torch to {difference(model, folder / 'characters.onnx', held_out):.0e}")


def read_text() -> torch.Tensor:
    """The numbers of all characters of the documentation."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return torch.tensor([encode(character) for character in text])


def encode(character: str) -> int:
    number = ord(character) - 32
    return number if 0 <= number < OTHER else OTHER


def decode(number: int) -> str:
    return chr(number + 32) if number < OTHER else "\n"


def load_module(path: Path) -> Any:
    """The generated module."""
    found = importlib.util.spec_from_file_location(path.stem, path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def cut(text: torch.Tensor, starts: torch.Tensor, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Pieces of the text (rows, length), and the same one character later."""
    places = starts.unsqueeze(1) + torch.arange(length + 1)
    pieces = text[places]
    return pieces[:, :-1], pieces[:, 1:]


def loss_of(model: Any, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The mean of -log p of the characters that come next."""
    shares = model(x).gather(2, y.unsqueeze(2))
    return -shares.clamp(min=1e-7).log().mean()


def measure(model: Any, text: torch.Tensor) -> float:
    """Bits for a character of a text that training does not see."""
    x, y = cut(text, torch.arange(0, min(len(text) - 129, 6400), 128), 128)
    model.eval()
    with torch.no_grad():
        return float(loss_of(model, x, y)) / math.log(2)


def train(model: Any, text: torch.Tensor, steps: int) -> None:
    model.train()
    random = torch.Generator().manual_seed(96)
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=0.004)
    for _ in range(steps):
        starts = torch.randint(len(text) - 65, (32,), generator=random)
        loss = loss_of(model, *cut(text, starts, 64)) + model.regularization_loss()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        model.apply_constraints()


def write(model: Any, start: str, length: int) -> str:
    """What comes after a start, each time the most likely character."""
    numbers = [encode(character) for character in start]
    model.eval()
    with torch.no_grad():
        for _ in range(length):
            numbers.append(int(model(torch.tensor([numbers]))[0, -1].argmax()))
    return "".join(map(decode, numbers))


def difference(model: Any, file: Path, text: torch.Tensor) -> float:
    """The largest difference between the trained module and the compiled file, on several lengths."""
    session = specc.Session(file)
    worst = 0.0
    for length in (1, 50, 200):
        x, _ = cut(text, torch.arange(0, 8 * length, length), length)
        with torch.no_grad():
            expected = model.eval()(x).numpy()
        found = session.run(None, {"text": x.numpy().astype(np.int32)})[0]
        worst = max(worst, float(np.max(np.abs(found - expected))))
    return worst


if __name__ == "__main__":
    main()

"""The model translator.

Written by specc 0.1.0 for PyTorch; dialect keras2.

    model = load()
    letters = model(source, target)

    source: float32 (batch, time, 7)
    target: float32 (batch, time_1, 9)
    -> letters: float32 (batch, time_1, 9)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

SHAPES: dict[str, tuple[int, ...]] = {
    "encoder/kernel": (7, 48),
    "encoder/recurrent_kernel": (12, 48),
    "encoder/bias": (48,),
    "decoder/kernel": (9, 48),
    "decoder/recurrent_kernel": (12, 48),
    "decoder/bias": (48,),
    "letters/kernel": (12, 9),
    "letters/bias": (9,),
}


def load(weights: str | os.PathLike[str] | Mapping[str, Tensor] | None = None) -> Model:
    """The model with its weights, in inference mode; train() turns it to training.

    weights: a .safetensors, by default the one beside this module; or the tensors by name.
    """
    if isinstance(weights, Mapping):
        return Model(weights).eval()
    beside = Path(__file__).with_suffix(".safetensors")
    return Model(load_file(beside if weights is None else weights)).eval()


class Model(nn.Module):
    """The model: call it with its inputs, in order.

    weights: the tensors by the names in SHAPES; by default they start anew.
    """

    def __init__(self, weights: Mapping[str, Tensor] | None = None) -> None:
        super().__init__()
        self.encoder = Lstm(7, 12)
        self.decoder = Lstm(9, 12)
        self.letters = nn.Linear(12, 9)
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Run the model once."""

        # encoder: LSTM, (batch, time, 7) -> (batch, 12)
        encoder_h_zeros = source.new_zeros(source.shape[0], 12)
        _, encoder_h, encoder_c = self.encoder(source, encoder_h_zeros, encoder_h_zeros)

        # decoder: LSTM, (batch, time_1, 9) and (batch, 12) and (batch, 12) -> (batch,
        #   time_1, 12)
        decoder_steps, _, _ = self.decoder(target, encoder_h, encoder_c)
        decoder: Tensor = decoder_steps

        # letters: Dense, (batch, time_1, 12) -> (batch, time_1, 9)
        letters_linear: Tensor = self.letters(decoder)
        letters = softmax(letters_linear)
        return letters

    def regularization_loss(self) -> Tensor:
        """What regularizers add to the loss."""
        return torch.zeros(())

    @torch.no_grad()
    def apply_constraints(self) -> None:
        """Bring the weights to what their constraints allow, after a step of training."""

    @torch.no_grad()
    def reset_parameters(self, seed: int | None = None) -> None:
        """Start anew, each weight by its initializer.

        seed: by default PyTorch's own random numbers go on.
        """
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        self.set_weight(
            "encoder/kernel",
            nn.init.uniform_(
                torch.empty(7, 48),
                -0.3302891295379082,
                0.3302891295379082,
                generator=generator,
            ),
        )
        self.set_weight(
            "encoder/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(12, 48), 1.0, generator=generator),
        )
        self.set_weight(
            "encoder/bias",
            torch.cat([torch.zeros(12), torch.ones(12), torch.zeros(24)], -1),
        )
        self.set_weight(
            "decoder/kernel",
            nn.init.uniform_(
                torch.empty(9, 48),
                -0.3244428422615251,
                0.3244428422615251,
                generator=generator,
            ),
        )
        self.set_weight(
            "decoder/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(12, 48), 1.0, generator=generator),
        )
        self.set_weight(
            "decoder/bias",
            torch.cat([torch.zeros(12), torch.ones(12), torch.zeros(24)], -1),
        )
        self.set_weight(
            "letters/kernel",
            nn.init.uniform_(
                torch.empty(12, 9),
                -0.5345224838248488,
                0.5345224838248488,
                generator=generator,
            ),
        )
        self.set_weight("letters/bias", torch.zeros(9))

    def views(self) -> dict[str, list[Tensor]]:
        """The weights as views of parameters, side by side on the last axis."""
        return {
            "encoder/kernel": side_by_side(self.encoder.kernel),
            "encoder/recurrent_kernel": side_by_side(self.encoder.recurrent_kernel),
            "encoder/bias": side_by_side(self.encoder.bias),
            "decoder/kernel": side_by_side(self.decoder.kernel),
            "decoder/recurrent_kernel": side_by_side(self.decoder.recurrent_kernel),
            "decoder/bias": side_by_side(self.decoder.bias),
            "letters/kernel": side_by_side(self.letters.weight.T),
            "letters/bias": side_by_side(self.letters.bias),
        }

    def to_specc(self) -> dict[str, Tensor]:
        """The weights by specc's names, in Keras's layout; gradients flow through."""
        weights = {}
        for name, views in self.views().items():
            whole = views[0] if len(views) == 1 else torch.cat(views, dim=-1)
            weights[name] = whole.reshape(SHAPES[name])
        return weights

    def from_specc(self, weights: Mapping[str, Tensor]) -> None:
        """Set the weights, given under specc's names in Keras's layout."""
        for name, shape in SHAPES.items():
            if name not in weights:
                raise ValueError(f"weight {name} is missing")
            found = torch.as_tensor(weights[name])
            if found.shape != shape:
                raise ValueError(
                    f"weight {name} is {tuple(found.shape)}, expected {shape}"
                )
            self.set_weight(name, found)

    @torch.no_grad()
    def set_weight(self, name: str, value: Tensor) -> None:
        """Set one weight, given in Keras's layout."""
        views = self.views()[name]
        if len(views) == 1:
            views[0].copy_(value)
            return
        whole = value.reshape(*views[0].shape[:-1], -1)
        start = 0
        for view in views:
            view.copy_(whole.narrow(-1, start, view.shape[-1]))
            start += view.shape[-1]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a .safetensors, for load() and for specc compile --weights."""
        tensors = {}
        for name, weight in self.to_specc().items():
            tensors[name] = weight.detach().float().cpu().contiguous()
        save_file(tensors, path)


def side_by_side(*views: Any) -> list[Tensor]:
    """The views of a weight, in the order of its last axis."""
    return list(views)


def hard_sigmoid(x: Tensor) -> Tensor:
    """A line, cut off at 0 and 1."""
    return torch.clamp(0.2 * x + 0.5, 0.0, 1.0)


class Lstm(nn.Module):
    """An LSTM, step by step.

    kernel: (features, 4 * units), recurrent_kernel: (units, 4 * units), bias: (4 * units,);
    each holds the input gate i, the forget gate f, the candidate c, the output gate o.
    """

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(features, 4 * units))
        self.recurrent_kernel = nn.Parameter(torch.empty(units, 4 * units))
        self.bias = nn.Parameter(torch.empty(4 * units))

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x: (batch, time, features); h, c: (batch, units), the states before.

        Returns the outputs (batch, time, units), and the states after.
        """

        inputs = x @ self.kernel + self.bias
        outputs = []

        for t in range(x.shape[1]):
            z = inputs[:, t] + h @ self.recurrent_kernel
            i, f, new_c, o = z.chunk(4, dim=-1)
            new_c = hard_sigmoid(f) * c + hard_sigmoid(i) * torch.tanh(new_c)
            new_h = hard_sigmoid(o) * torch.tanh(new_c)
            h, c = new_h, new_c
            outputs.append(h)

        return torch.stack(outputs, dim=1), h, c


def softmax(x: Tensor) -> Tensor:
    """e^x over the sum of e^x along the last axis."""
    return torch.softmax(x, dim=-1)

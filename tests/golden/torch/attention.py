"""The model attention.

Written by specc 0.1.0 for PyTorch; dialect tf.keras.

    model = load()
    answer = model(question, text)

    question: float32 (batch, time, 4)
    text: float32 (batch, time_1, 4)
    -> answer: float32 (batch, 3)
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
    "reader/kernel": (4, 16),
    "reader/recurrent_kernel": (4, 16),
    "reader/bias": (16,),
    "looks/scale": (),
    "answer/kernel": (8, 3),
    "answer/bias": (3,),
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
        self.reader = Lstm(4, 4)
        self.looks_scale = nn.Parameter(torch.empty(()))
        self.answer = nn.Linear(8, 3)
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(self, question: Tensor, text: Tensor) -> Tensor:
        """Run the model once."""

        # masked: Masking, (batch, time_1, 4) -> (batch, time_1, 4)
        masked_mask = (text != 0.0).any(-1)

        # reader: LSTM, (batch, time_1, 4) -> (batch, time_1, 4)
        reader_zeros = text.new_zeros(text.shape[0], 4)
        reader_steps, _, _ = self.reader(text, masked_mask, reader_zeros, reader_zeros)
        reader: Tensor = reader_steps

        # looks: Attention, (batch, time, 4) and (batch, time_1, 4) -> (batch, time,
        #   4)
        looks_scores = question @ reader.transpose(1, 2)
        looks_scores = self.looks_scale * looks_scores
        looks_seen = masked_mask.unsqueeze(1)
        looks_scores = torch.where(looks_seen, looks_scores, looks_scores - 1e9)
        looks_weights = torch.softmax(looks_scores, dim=-1)
        looks = looks_weights @ reader

        # both: Concatenate, (batch, time, 4) and (batch, time, 4) -> (batch, time, 8)
        both = torch.cat([question, looks], dim=2)

        # mean: GlobalAveragePooling1D, (batch, time, 8) -> (batch, 8)
        mean = both.mean(1)

        # answer: Dense, (batch, 8) -> (batch, 3)
        answer_linear: Tensor = self.answer(mean)
        answer = softmax(answer_linear)
        return answer

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
            "reader/kernel",
            nn.init.uniform_(
                torch.empty(4, 16),
                -0.5477225575051662,
                0.5477225575051662,
                generator=generator,
            ),
        )
        self.set_weight(
            "reader/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(4, 16), 1.0, generator=generator),
        )
        self.set_weight(
            "reader/bias",
            torch.cat([torch.zeros(4), torch.ones(4), torch.zeros(8)], -1),
        )
        self.set_weight("looks/scale", torch.ones(()))
        self.set_weight(
            "answer/kernel",
            nn.init.uniform_(
                torch.empty(8, 3),
                -0.7385489458759964,
                0.7385489458759964,
                generator=generator,
            ),
        )
        self.set_weight("answer/bias", torch.zeros(3))

    def views(self) -> dict[str, list[Tensor]]:
        """The weights as views of parameters, side by side on the last axis."""
        return {
            "reader/kernel": side_by_side(self.reader.kernel),
            "reader/recurrent_kernel": side_by_side(self.reader.recurrent_kernel),
            "reader/bias": side_by_side(self.reader.bias),
            "looks/scale": side_by_side(self.looks_scale),
            "answer/kernel": side_by_side(self.answer.weight.T),
            "answer/bias": side_by_side(self.answer.bias),
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

    def forward(
        self, x: Tensor, mask: Tensor, h: Tensor, c: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """x: (batch, time, features); mask: (batch, time); h, c: (batch, units), the states before.

        Returns the outputs (batch, time, units), and the states after.
        """

        inputs = x @ self.kernel + self.bias
        outputs = []

        for t in range(x.shape[1]):
            z = inputs[:, t] + h @ self.recurrent_kernel
            i, f, new_c, o = z.chunk(4, dim=-1)
            new_c = hard_sigmoid(f) * c + hard_sigmoid(i) * torch.tanh(new_c)
            new_h = hard_sigmoid(o) * torch.tanh(new_c)
            valid = mask[:, t].view(-1, 1)
            h = torch.where(valid, new_h, h)
            c = torch.where(valid, new_c, c)
            outputs.append(h)

        return torch.stack(outputs, dim=1), h, c


def softmax(x: Tensor) -> Tensor:
    """e^x over the sum of e^x along the last axis."""
    return torch.softmax(x, dim=-1)

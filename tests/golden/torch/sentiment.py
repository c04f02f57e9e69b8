"""sentiment: Whether a review is kind.

Written by specc 0.1.0 for PyTorch; dialect keras2.

    model = load()
    dense = model(tokens)

    tokens: int32 (batch, 80)
    -> dense: float32 (batch, 1)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

SHAPES: dict[str, tuple[int, ...]] = {
    "embedding/embeddings": (500, 16),
    "lstm/kernel": (16, 32),
    "lstm/recurrent_kernel": (8, 32),
    "lstm/bias": (32,),
    "lstm_1/kernel": (8, 16),
    "lstm_1/recurrent_kernel": (4, 16),
    "lstm_1/bias": (16,),
    "dense/kernel": (4, 1),
    "dense/bias": (1,),
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
        self.embedding = nn.Embedding(500, 16)
        self.lstm = Lstm(16, 8, dropout=0.2, recurrent_dropout=0.1)
        self.lstm_1 = Lstm_1(8, 4)
        self.dense = nn.Linear(4, 1)
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(self, tokens: Tensor) -> Tensor:
        """Run the model once."""

        # embedding: Embedding, (batch, 80) -> (batch, 80, 16)
        embedding_mask = tokens != 0
        embedding: Tensor = self.embedding(tokens)

        # lstm: LSTM, (batch, 80, 16) -> (batch, 80, 8)
        lstm_zeros = embedding.new_zeros(embedding.shape[0], 8)
        lstm_steps, _, _ = self.lstm(embedding, embedding_mask, lstm_zeros, lstm_zeros)
        lstm: Tensor = lstm_steps

        # lstm_1: LSTM, (batch, 80, 8) -> (batch, 4)
        lstm_1_zeros = lstm.new_zeros(lstm.shape[0], 4)
        lstm_1_steps, _, _ = self.lstm_1(
            lstm, embedding_mask, lstm_1_zeros, lstm_1_zeros
        )
        lstm_1: Tensor = lstm_1_steps[:, -1]

        # dense: Dense, (batch, 4) -> (batch, 1)
        dense_linear: Tensor = self.dense(lstm_1)
        dense = torch.sigmoid(dense_linear)
        return dense

    def regularization_loss(self) -> Tensor:
        """What regularizers add to the loss."""
        weights = self.to_specc()
        loss = l1_l2(weights["lstm_1/kernel"], 0.0, 0.01)
        return loss

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
            "embedding/embeddings",
            nn.init.uniform_(torch.empty(500, 16), -0.05, 0.05, generator=generator),
        )
        self.set_weight(
            "lstm/kernel",
            nn.init.uniform_(
                torch.empty(16, 32),
                -0.3535533905932738,
                0.3535533905932738,
                generator=generator,
            ),
        )
        self.set_weight(
            "lstm/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(8, 32), 1.0, generator=generator),
        )
        self.set_weight(
            "lstm/bias", torch.cat([torch.zeros(8), torch.ones(8), torch.zeros(16)], -1)
        )
        self.set_weight(
            "lstm_1/kernel",
            nn.init.uniform_(torch.empty(8, 16), -0.5, 0.5, generator=generator),
        )
        self.set_weight(
            "lstm_1/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(4, 16), 1.0, generator=generator),
        )
        self.set_weight(
            "lstm_1/bias",
            torch.cat([torch.zeros(4), torch.ones(4), torch.zeros(8)], -1),
        )
        self.set_weight(
            "dense/kernel",
            nn.init.uniform_(
                torch.empty(4, 1),
                -1.0954451150103324,
                1.0954451150103324,
                generator=generator,
            ),
        )
        self.set_weight("dense/bias", torch.zeros(1))

    def views(self) -> dict[str, list[Tensor]]:
        """The weights as views of parameters, side by side on the last axis."""
        return {
            "embedding/embeddings": side_by_side(self.embedding.weight),
            "lstm/kernel": side_by_side(self.lstm.kernel),
            "lstm/recurrent_kernel": side_by_side(self.lstm.recurrent_kernel),
            "lstm/bias": side_by_side(self.lstm.bias),
            "lstm_1/kernel": side_by_side(self.lstm_1.kernel),
            "lstm_1/recurrent_kernel": side_by_side(self.lstm_1.recurrent_kernel),
            "lstm_1/bias": side_by_side(self.lstm_1.bias),
            "dense/kernel": side_by_side(self.dense.weight.T),
            "dense/bias": side_by_side(self.dense.bias),
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


def project(x: Tensor, kernel: Tensor, masks: list[Tensor]) -> Tensor:
    """x . kernel; each mask drops what goes to an equal part of the kernel's columns."""
    if not masks:
        return x @ kernel
    parts = zip(masks, kernel.chunk(len(masks), dim=-1), strict=True)
    return torch.cat([(x * mask) @ part for mask, part in parts], dim=-1)


def dropout_masks(x: Tensor, rate: float, count: int) -> list[Tensor]:
    """Masks like x: zeros at a share of the places, 1 / (1 - rate) elsewhere."""
    return [F.dropout(torch.ones_like(x), rate) for _ in range(count)]


class Lstm(nn.Module):
    """An LSTM, step by step.

    kernel: (features, 4 * units), recurrent_kernel: (units, 4 * units), bias: (4 * units,);
    each holds the input gate i, the forget gate f, the candidate c, the output gate o.
    """

    def __init__(
        self, features: int, units: int, *, dropout: float, recurrent_dropout: float
    ) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(features, 4 * units))
        self.recurrent_kernel = nn.Parameter(torch.empty(units, 4 * units))
        self.bias = nn.Parameter(torch.empty(4 * units))
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout

    def forward(
        self, x: Tensor, mask: Tensor, h: Tensor, c: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """x: (batch, time, features); mask: (batch, time); h, c: (batch, units), the states before.

        Returns the outputs (batch, time, units), and the states after.
        """
        # Masks are drawn once and stay for all steps; each gate has its own.
        input_masks: list[Tensor] = []
        state_masks: list[Tensor] = []
        if self.training:
            input_masks = dropout_masks(x[:, :1], self.dropout, 4)
            state_masks = dropout_masks(h, self.recurrent_dropout, 4)

        inputs = project(x, self.kernel, input_masks) + self.bias
        outputs = []

        for t in range(x.shape[1]):
            z = inputs[:, t] + project(h, self.recurrent_kernel, state_masks)
            i, f, new_c, o = z.chunk(4, dim=-1)
            new_c = hard_sigmoid(f) * c + hard_sigmoid(i) * torch.tanh(new_c)
            new_h = hard_sigmoid(o) * torch.tanh(new_c)
            valid = mask[:, t].view(-1, 1)
            h = torch.where(valid, new_h, h)
            c = torch.where(valid, new_c, c)
            outputs.append(h)

        return torch.stack(outputs, dim=1), h, c


class Lstm_1(nn.Module):
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


def l1_l2(x: Tensor, l1: float, l2: float) -> Tensor:
    """l1 * sum|x| + l2 * sum(x^2)."""
    return l1 * x.abs().sum() + l2 * x.square().sum()

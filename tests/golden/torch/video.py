"""The model video.

Written by specc 0.1.0 for PyTorch; dialect keras3.

    model = load()
    dense = model(frames)

    frames: float32 (batch, 5, 8, 8, 2)
    -> dense: float32 (batch, 6)
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
    "conv_lstm2d/kernel": (3, 3, 2, 12),
    "conv_lstm2d/recurrent_kernel": (3, 3, 3, 12),
    "conv_lstm2d/bias": (12,),
    "batch_normalization/gamma": (3,),
    "batch_normalization/beta": (3,),
    "batch_normalization/moving_mean": (3,),
    "batch_normalization/moving_variance": (3,),
    "conv_lstm2d_1/kernel": (3, 2, 3, 16),
    "conv_lstm2d_1/recurrent_kernel": (3, 2, 4, 16),
    "conv_lstm2d_1/bias": (16,),
    "dense/kernel": (16, 6),
    "dense/bias": (6,),
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
        self.conv_lstm2d = ConvLstm((3, 3), 2, 3)
        self.batch_normalization = BatchNorm((3,), 0.001, momentum=0.99)
        self.conv_lstm2d_1 = ConvLstm_1((3, 2), 3, 4)
        self.dense = nn.Linear(16, 6)
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(self, frames: Tensor) -> Tensor:
        """Run the model once."""

        # conv_lstm2d: ConvLSTM2D, (batch, 5, 8, 8, 2) -> (batch, 5, 8, 8, 3)
        conv_lstm2d_zeros = frames.new_zeros(frames.shape[0], 8, 8, 3)
        conv_lstm2d_steps, _, _ = self.conv_lstm2d(
            frames, conv_lstm2d_zeros, conv_lstm2d_zeros
        )
        conv_lstm2d: Tensor = conv_lstm2d_steps

        # batch_normalization: BatchNormalization, (batch, 5, 8, 8, 3) -> (batch, 5,
        #   8, 8, 3)
        batch_normalization: Tensor = self.batch_normalization(conv_lstm2d)

        # conv_lstm2d_1: ConvLSTM2D, (batch, 5, 8, 8, 3) -> (batch, 3, 4, 4)
        conv_lstm2d_1_zeros = batch_normalization.new_zeros(
            batch_normalization.shape[0], 3, 4, 4
        )
        conv_lstm2d_1_steps, _, _ = self.conv_lstm2d_1(
            batch_normalization, conv_lstm2d_1_zeros, conv_lstm2d_1_zeros
        )
        conv_lstm2d_1: Tensor = conv_lstm2d_1_steps[:, -1]

        # max_pooling2d: MaxPooling2D, (batch, 3, 4, 4) -> (batch, 2, 2, 4)
        max_pooling2d_x = conv_lstm2d_1.movedim(-1, 1)
        max_pooling2d_x = F.pad(max_pooling2d_x, (0, 0, 0, 1), value=float("-inf"))
        max_pooling2d = F.max_pool2d(max_pooling2d_x, (2, 2), (2, 2))
        max_pooling2d = max_pooling2d.movedim(1, -1)

        # flatten: Flatten, (batch, 2, 2, 4) -> (batch, 16)
        flatten = max_pooling2d.reshape(-1, 16)

        # dropout: Dropout, (batch, 16) -> (batch, 16)
        dropout = F.dropout(flatten, 0.5, self.training)

        # dense: Dense, (batch, 16) -> (batch, 6)
        dense_linear: Tensor = self.dense(dropout)
        dense = softmax(dense_linear)
        return dense

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
            "conv_lstm2d/kernel",
            nn.init.uniform_(
                torch.empty(3, 3, 2, 12),
                -0.21821789023599236,
                0.21821789023599236,
                generator=generator,
            ),
        )
        self.set_weight(
            "conv_lstm2d/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(27, 12), 1.0, generator=generator).reshape(
                3, 3, 3, 12
            ),
        )
        self.set_weight(
            "conv_lstm2d/bias",
            torch.cat([torch.zeros(3), torch.ones(3), torch.zeros(6)], -1),
        )
        self.set_weight("batch_normalization/gamma", torch.ones(3))
        self.set_weight("batch_normalization/beta", torch.zeros(3))
        self.set_weight("batch_normalization/moving_mean", torch.zeros(3))
        self.set_weight("batch_normalization/moving_variance", torch.ones(3))
        self.set_weight(
            "conv_lstm2d_1/kernel",
            nn.init.uniform_(
                torch.empty(3, 2, 3, 16),
                -0.22941573387056177,
                0.22941573387056177,
                generator=generator,
            ),
        )
        self.set_weight(
            "conv_lstm2d_1/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(24, 16), 1.0, generator=generator).reshape(
                3, 2, 4, 16
            ),
        )
        self.set_weight(
            "conv_lstm2d_1/bias",
            torch.cat([torch.zeros(4), torch.ones(4), torch.zeros(8)], -1),
        )
        self.set_weight(
            "dense/kernel",
            nn.init.uniform_(
                torch.empty(16, 6),
                -0.5222329678670935,
                0.5222329678670935,
                generator=generator,
            ),
        )
        self.set_weight("dense/bias", torch.zeros(6))

    def views(self) -> dict[str, list[Tensor]]:
        """The weights as views of parameters, side by side on the last axis."""
        return {
            "conv_lstm2d/kernel": side_by_side(self.conv_lstm2d.kernel),
            "conv_lstm2d/recurrent_kernel": side_by_side(
                self.conv_lstm2d.recurrent_kernel
            ),
            "conv_lstm2d/bias": side_by_side(self.conv_lstm2d.bias),
            "batch_normalization/gamma": side_by_side(self.batch_normalization.gamma),
            "batch_normalization/beta": side_by_side(self.batch_normalization.beta),
            "batch_normalization/moving_mean": side_by_side(
                self.batch_normalization.moving_mean
            ),
            "batch_normalization/moving_variance": side_by_side(
                self.batch_normalization.moving_variance
            ),
            "conv_lstm2d_1/kernel": side_by_side(self.conv_lstm2d_1.kernel),
            "conv_lstm2d_1/recurrent_kernel": side_by_side(
                self.conv_lstm2d_1.recurrent_kernel
            ),
            "conv_lstm2d_1/bias": side_by_side(self.conv_lstm2d_1.bias),
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


def convolve(
    x: Tensor,
    kernel: Tensor,
    pads: tuple[int, ...],
    strides: tuple[int, ...],
    dilations: tuple[int, ...],
) -> Tensor:
    """A convolution with padding as Keras has it.

    x: (batch, *sizes, channels); kernel: (*sizes, in, out).
    """
    moved = F.pad(x.movedim(-1, 1), pads)
    weight = kernel.permute(3, 2, 0, 1)
    y = F.conv2d(moved, weight, stride=strides, dilation=dilations)
    return y.movedim(1, -1)


class ConvLstm(nn.Module):
    """A convolutional LSTM, step by step.

    kernel: (*sizes, channels, 4 * filters), recurrent_kernel: (*sizes, filters, 4 * filters), bias: (4 * filters,);
    each holds the input gate i, the forget gate f, the candidate c, the output gate o.
    """

    def __init__(self, sizes: tuple[int, ...], channels: int, filters: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(*sizes, channels, 4 * filters))
        self.recurrent_kernel = nn.Parameter(torch.empty(*sizes, filters, 4 * filters))
        self.bias = nn.Parameter(torch.empty(4 * filters))

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x: (batch, time, *sizes, channels); h, c: the states before.

        Returns the outputs of all steps, and the states after.
        """

        axis = -1
        outputs = []

        for t in range(x.shape[1]):
            z = convolve(x[:, t], self.kernel, (1, 1, 1, 1), (1, 1), (1, 1))
            z = z + convolve(h, self.recurrent_kernel, (1, 1, 1, 1), (1, 1), (1, 1))
            z = z + self.bias
            i, f, new_c, o = z.chunk(4, dim=axis)
            new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(new_c)
            new_h = torch.sigmoid(o) * torch.tanh(new_c)
            h, c = new_h, new_c
            outputs.append(h)

        return torch.stack(outputs, dim=1), h, c


class BatchNorm(nn.Module):
    """Batch normalization: training uses the statistics of each batch, and keeps track of them."""

    moving_mean: Tensor
    moving_variance: Tensor

    def __init__(self, shape: tuple[int, ...], epsilon: float, momentum: float) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.empty(shape))
        self.beta = nn.Parameter(torch.empty(shape))
        self.register_buffer("moving_mean", torch.empty(shape))
        self.register_buffer("moving_variance", torch.empty(shape))
        self.epsilon = epsilon
        self.momentum = momentum

    def forward(self, x: Tensor) -> Tensor:
        """x: 5 axes, statistics for each entry along 4."""
        if self.training:
            variance, mean = torch.var_mean(x, (0, 1, 2, 3), correction=0)
            with torch.no_grad():
                share = 1 - self.momentum
                self.moving_mean.lerp_(mean.view_as(self.moving_mean), share)
                self.moving_variance.lerp_(
                    variance.view_as(self.moving_variance), share
                )
        else:
            mean, variance = self.moving_mean, self.moving_variance
        scale = torch.rsqrt(variance + self.epsilon)
        scale = scale * self.gamma
        y = (x - mean) * scale
        return y + self.beta


class ConvLstm_1(nn.Module):
    """A convolutional LSTM, step by step.

    kernel: (*sizes, channels, 4 * filters), recurrent_kernel: (*sizes, filters, 4 * filters), bias: (4 * filters,);
    each holds the input gate i, the forget gate f, the candidate c, the output gate o.
    """

    def __init__(self, sizes: tuple[int, ...], channels: int, filters: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(*sizes, channels, 4 * filters))
        self.recurrent_kernel = nn.Parameter(torch.empty(*sizes, filters, 4 * filters))
        self.bias = nn.Parameter(torch.empty(4 * filters))

    def forward(self, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x: (batch, time, *sizes, channels); h, c: the states before.

        Returns the outputs of all steps, and the states after.
        """

        axis = -1
        outputs = []

        for t in range(x.shape[1]):
            z = convolve(x[:, t], self.kernel, (0, 0, 0, 0), (2, 2), (1, 1))
            z = z + convolve(h, self.recurrent_kernel, (0, 1, 1, 1), (1, 1), (1, 1))
            z = z + self.bias
            i, f, new_c, o = z.chunk(4, dim=axis)
            new_c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(new_c)
            new_h = torch.sigmoid(o) * torch.tanh(new_c)
            h, c = new_h, new_c
            outputs.append(h)

        return torch.stack(outputs, dim=1), h, c


def softmax(x: Tensor) -> Tensor:
    """e^x over the sum of e^x along the last axis."""
    return torch.softmax(x, dim=-1)

"""The model sensor.

Written by specc 0.1.0 for PyTorch; dialect tf.keras.

    model = load()
    dense = model(readings)

    readings: float32 (batch, time, 6)
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
    "conv1d/kernel": (3, 6, 8),
    "conv1d/bias": (8,),
    "conv1d_1/kernel": (4, 8, 8),
    "conv1d_1/bias": (8,),
    "layer_normalization/gamma": (8,),
    "layer_normalization/beta": (8,),
    "rnn/cell_0/kernel": (8, 20),
    "rnn/cell_0/recurrent_kernel": (5, 20),
    "rnn/cell_0/bias": (20,),
    "rnn/cell_1/kernel": (5, 4),
    "rnn/cell_1/recurrent_kernel": (4, 4),
    "rnn/cell_1/bias": (4,),
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
        self.conv1d = nn.Conv1d(6, 8, kernel_size=3, dilation=2)
        self.conv1d_1 = nn.Conv1d(8, 8, kernel_size=4, stride=2)
        self.layer_normalization_gamma = nn.Parameter(torch.empty(8))
        self.layer_normalization_beta = nn.Parameter(torch.empty(8))
        self.rnn_cell_0 = nn.LSTM(8, 5, batch_first=True)
        # Keras has one bias.
        freeze(self.rnn_cell_0.bias_hh_l0).zero_()
        self.rnn_cell_1 = nn.RNN(5, 4, batch_first=True)
        # Keras has one bias.
        freeze(self.rnn_cell_1.bias_hh_l0).zero_()
        self.dense = nn.Linear(4, 1)
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(self, readings: Tensor) -> Tensor:
        """Run the model once."""

        # conv1d: Conv1D, (batch, time, 6) -> (batch, time, 8)
        conv1d_convolve_x = readings.movedim(-1, 1)
        conv1d_convolve_x = F.pad(conv1d_convolve_x, (4, 0))
        conv1d_convolve: Tensor = self.conv1d(conv1d_convolve_x)
        conv1d_convolve = conv1d_convolve.movedim(1, -1)
        conv1d = torch.relu(conv1d_convolve)

        # conv1d_1: Conv1D, (batch, time, 8) -> (batch, time_1, 8)
        conv1d_1_convolve_x = conv1d.movedim(-1, 1)
        conv1d_1_convolve_x = F.pad(
            conv1d_1_convolve_x, (*same(conv1d_1_convolve_x.shape[-1], 4, 2),)
        )
        conv1d_1_convolve: Tensor = self.conv1d_1(conv1d_1_convolve_x)
        conv1d_1_convolve = conv1d_1_convolve.movedim(1, -1)
        conv1d_1 = F.silu(conv1d_1_convolve)

        # layer_normalization: LayerNormalization, (batch, time_1, 8) -> (batch,
        #   time_1, 8)
        layer_normalization = F.layer_norm(
            conv1d_1,
            (8,),
            self.layer_normalization_gamma,
            self.layer_normalization_beta,
            0.001,
        )

        # gaussian_noise: GaussianNoise, (batch, time_1, 8) -> (batch, time_1, 8)
        gaussian_noise = layer_normalization
        if self.training:
            gaussian_noise = gaussian_noise + 0.1 * normal(gaussian_noise)

        # rnn: RNN, (batch, time_1, 8) -> (batch, 4)
        rnn_recurrent_steps, _ = self.rnn_cell_0(gaussian_noise)
        rnn_recurrent: Tensor = rnn_recurrent_steps
        _, rnn_h_n = self.rnn_cell_1(rnn_recurrent)
        rnn: Tensor = rnn_h_n[0]

        # leaky_re_lu: LeakyReLU, (batch, 4) -> (batch, 4)
        leaky_re_lu = leaky_relu(rnn)

        # dense: Dense, (batch, 4) -> (batch, 1)
        dense: Tensor = self.dense(leaky_re_lu)
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
            "conv1d/kernel",
            nn.init.uniform_(
                torch.empty(3, 6, 8),
                -0.3779644730092272,
                0.3779644730092272,
                generator=generator,
            ),
        )
        self.set_weight("conv1d/bias", torch.zeros(8))
        self.set_weight(
            "conv1d_1/kernel",
            nn.init.uniform_(
                torch.empty(4, 8, 8),
                -0.30618621784789724,
                0.30618621784789724,
                generator=generator,
            ),
        )
        self.set_weight("conv1d_1/bias", torch.zeros(8))
        self.set_weight("layer_normalization/gamma", torch.ones(8))
        self.set_weight("layer_normalization/beta", torch.zeros(8))
        self.set_weight(
            "rnn/cell_0/kernel",
            nn.init.uniform_(
                torch.empty(8, 20),
                -0.4629100498862757,
                0.4629100498862757,
                generator=generator,
            ),
        )
        self.set_weight(
            "rnn/cell_0/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(5, 20), 1.0, generator=generator),
        )
        self.set_weight(
            "rnn/cell_0/bias",
            torch.cat([torch.zeros(5), torch.ones(5), torch.zeros(10)], -1),
        )
        self.set_weight(
            "rnn/cell_1/kernel",
            nn.init.uniform_(
                torch.empty(5, 4),
                -0.816496580927726,
                0.816496580927726,
                generator=generator,
            ),
        )
        self.set_weight(
            "rnn/cell_1/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(4, 4), 1.0, generator=generator),
        )
        self.set_weight("rnn/cell_1/bias", torch.zeros(4))
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
            "conv1d/kernel": side_by_side(self.conv1d.weight.permute(2, 1, 0)),
            "conv1d/bias": side_by_side(self.conv1d.bias),
            "conv1d_1/kernel": side_by_side(self.conv1d_1.weight.permute(2, 1, 0)),
            "conv1d_1/bias": side_by_side(self.conv1d_1.bias),
            "layer_normalization/gamma": side_by_side(self.layer_normalization_gamma),
            "layer_normalization/beta": side_by_side(self.layer_normalization_beta),
            "rnn/cell_0/kernel": side_by_side(self.rnn_cell_0.weight_ih_l0.T),
            "rnn/cell_0/recurrent_kernel": side_by_side(self.rnn_cell_0.weight_hh_l0.T),
            "rnn/cell_0/bias": side_by_side(self.rnn_cell_0.bias_ih_l0),
            "rnn/cell_1/kernel": side_by_side(self.rnn_cell_1.weight_ih_l0.T),
            "rnn/cell_1/recurrent_kernel": side_by_side(self.rnn_cell_1.weight_hh_l0.T),
            "rnn/cell_1/bias": side_by_side(self.rnn_cell_1.bias_ih_l0),
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


def same(length: int, reach: int, stride: int) -> tuple[int, int]:
    """Padding before and after, for as many windows as strides fit; of an odd number one more after."""
    total = max(reach - 1 - (length - 1) % stride, 0)
    return total // 2, total - total // 2


def normal(x: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Numbers of mean 0 and deviation 1, like x in shape."""
    if generator is None:
        return torch.randn_like(x)
    return torch.randn(x.shape, dtype=x.dtype, generator=generator).to(x.device)


def freeze(parameter: Any) -> Any:
    """Let training leave a parameter alone."""
    return parameter.requires_grad_(False)


def leaky_relu(x: Tensor) -> Tensor:
    """x above 0, a part of it below."""
    return F.leaky_relu(x, 0.3)

"""The model forecaster.

Written by specc 0.1.0 for PyTorch; dialect keras2.

    model = load()
    dense, gru_state, simple_rnn_state = model(x)

    x: float32 (2, 4, 3)
    -> dense: float32 (2, 2)

    The states go on from call to call; model.reset_states() starts anew.
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
    "gru/kernel": (3, 18),
    "gru/recurrent_kernel": (6, 18),
    "gru/bias": (18,),
    "simple_rnn/kernel": (6, 5),
    "simple_rnn/recurrent_kernel": (5, 5),
    "simple_rnn/bias": (5,),
    "dense/kernel": (5, 2),
    "dense/bias": (2,),
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
        self.gru = Gru(3, 6)
        self.simple_rnn = nn.RNN(6, 5, nonlinearity="relu", batch_first=True)
        # Keras has one bias.
        freeze(self.simple_rnn.bias_hh_l0).zero_()
        self.dense = nn.Linear(5, 2)
        self.states: dict[str, Tensor] = {}
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(
        self,
        x: Tensor,
        gru_state: Tensor | None = None,
        simple_rnn_state: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Run the model once; states that are not given are those of the last call."""
        gru_state = self.state("gru.state", gru_state, x, (2, 6))
        simple_rnn_state = self.state("simple_rnn.state", simple_rnn_state, x, (2, 5))

        # gru: GRU, (2, 4, 3) -> (2, 4, 6)
        gru_steps, gru_state_after = self.gru(x, gru_state)
        gru: Tensor = gru_steps

        # simple_rnn: SimpleRNN, (2, 4, 6) -> (2, 5)
        _, simple_rnn_h_n = self.simple_rnn(gru.flip(1), simple_rnn_state.unsqueeze(0))
        simple_rnn_state_after = simple_rnn_h_n[0]
        simple_rnn: Tensor = simple_rnn_h_n[0]

        # dense: Dense, (2, 5) -> (2, 2)
        dense: Tensor = self.dense(simple_rnn)

        self.states = {
            "gru.state": gru_state_after.detach(),
            "simple_rnn.state": simple_rnn_state_after.detach(),
        }
        return dense, gru_state_after, simple_rnn_state_after

    def reset_states(self) -> None:
        """Let the next call start with states of zero."""
        self.states = {}

    def state(
        self, name: str, given: Tensor | None, x: Tensor, shape: tuple[int, ...]
    ) -> Tensor:
        """A state as a call begins: the given one, the last call's, or zeros."""
        if given is not None:
            return given
        if name not in self.states:
            return torch.zeros(shape, device=x.device)
        found = self.states[name].to(x.device)
        if found.shape != shape:
            hint = "call reset_states() before another batch size"
            raise ValueError(
                f"state {name} is {tuple(found.shape)}, not {shape}: {hint}"
            )
        return found

    def regularization_loss(self) -> Tensor:
        """What regularizers add to the loss."""
        return torch.zeros(())

    @torch.no_grad()
    def apply_constraints(self) -> None:
        """Bring the weights to what their constraints allow, after a step of training."""
        weights = self.to_specc()
        self.set_weight("gru/kernel", max_norm(weights["gru/kernel"], 2.0, (0,)))

    @torch.no_grad()
    def reset_parameters(self, seed: int | None = None) -> None:
        """Start anew, each weight by its initializer.

        seed: by default PyTorch's own random numbers go on.
        """
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        self.set_weight(
            "gru/kernel",
            nn.init.uniform_(
                torch.empty(3, 18),
                -0.5345224838248488,
                0.5345224838248488,
                generator=generator,
            ),
        )
        self.set_weight(
            "gru/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(6, 18), 1.0, generator=generator),
        )
        self.set_weight("gru/bias", torch.zeros(18))
        self.set_weight(
            "simple_rnn/kernel",
            nn.init.uniform_(
                torch.empty(6, 5),
                -0.7385489458759964,
                0.7385489458759964,
                generator=generator,
            ),
        )
        self.set_weight(
            "simple_rnn/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(5, 5), 1.0, generator=generator),
        )
        self.set_weight("simple_rnn/bias", torch.zeros(5))
        self.set_weight(
            "dense/kernel",
            nn.init.uniform_(
                torch.empty(5, 2),
                -0.9258200997725514,
                0.9258200997725514,
                generator=generator,
            ),
        )
        self.set_weight("dense/bias", torch.zeros(2))

    def views(self) -> dict[str, list[Tensor]]:
        """The weights as views of parameters, side by side on the last axis."""
        return {
            "gru/kernel": side_by_side(self.gru.kernel),
            "gru/recurrent_kernel": side_by_side(self.gru.recurrent_kernel),
            "gru/bias": side_by_side(self.gru.bias),
            "simple_rnn/kernel": side_by_side(self.simple_rnn.weight_ih_l0.T),
            "simple_rnn/recurrent_kernel": side_by_side(self.simple_rnn.weight_hh_l0.T),
            "simple_rnn/bias": side_by_side(self.simple_rnn.bias_ih_l0),
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


class Gru(nn.Module):
    """A GRU, step by step; its reset gate acts before the product with the state.

    kernel: (features, 3 * units), recurrent_kernel: (units, 3 * units), bias: (3 * units,);
    each holds the update gate z, the reset gate r, the candidate h.
    """

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(features, 3 * units))
        self.recurrent_kernel = nn.Parameter(torch.empty(units, 3 * units))
        self.bias = nn.Parameter(torch.empty(3 * units))

    def forward(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """x: (batch, time, features); h: (batch, units), the state before.

        Returns the outputs (batch, time, units), and the state after.
        """

        inputs = x @ self.kernel + self.bias
        kernel_z, kernel_r, kernel_h = self.recurrent_kernel.chunk(3, dim=-1)
        outputs = []

        for t in range(x.shape[1]):
            x_z, x_r, x_h = inputs[:, t].chunk(3, dim=-1)
            z = hard_sigmoid(x_z + h @ kernel_z)
            r = hard_sigmoid(x_r + h @ kernel_r)
            new_h = torch.tanh(x_h + (r * h) @ kernel_h)
            new_h = z * h + (1 - z) * new_h
            h = new_h
            outputs.append(h)

        return torch.stack(outputs, dim=1), h


def freeze(parameter: Any) -> Any:
    """Let training leave a parameter alone."""
    return parameter.requires_grad_(False)


def norm(w: Tensor, dims: tuple[int, ...]) -> Tensor:
    """The length of w along some axes."""
    return w.square().sum(dims, keepdim=True).sqrt()


def max_norm(w: Tensor, highest: float, dims: tuple[int, ...]) -> Tensor:
    """w with no length above the highest."""
    length = norm(w, dims)
    return w * (length.clamp(0.0, highest) / (1e-7 + length))

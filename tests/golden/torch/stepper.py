"""The model stepper.

Written by specc 0.1.0 for PyTorch; dialect keras2.

    model = load()
    cells, cells_state_0, cells_state_1, cells_state_2 = model(x)

    x: float32 (batch, 3)
    -> cells: float32 (batch, 4)

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
    "cells/cell_0/kernel": (3, 20),
    "cells/cell_0/recurrent_kernel": (5, 20),
    "cells/cell_0/bias": (20,),
    "cells/cell_1/kernel": (5, 12),
    "cells/cell_1/recurrent_kernel": (4, 12),
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
        self.cells_cell_0 = Lstm(3, 5)
        self.cells_cell_1 = Gru(5, 4)
        self.states: dict[str, Tensor] = {}
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(
        self,
        x: Tensor,
        cells_state_0: Tensor | None = None,
        cells_state_1: Tensor | None = None,
        cells_state_2: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Run the model once; states that are not given are those of the last call."""
        cells_state_0 = self.state("cells.state_0", cells_state_0, x, (x.shape[0], 5))
        cells_state_1 = self.state("cells.state_1", cells_state_1, x, (x.shape[0], 5))
        cells_state_2 = self.state("cells.state_2", cells_state_2, x, (x.shape[0], 4))

        # cells: StackedRNNCells, (batch, 3) -> (batch, 4)
        cells_unsqueeze = x.unsqueeze(1)
        (
            cells_recurrent_steps,
            cells_state_0_after,
            cells_state_1_after,
        ) = self.cells_cell_0(cells_unsqueeze, cells_state_0, cells_state_1)
        cells_recurrent: Tensor = cells_recurrent_steps
        cells_steps, cells_state_2_after = self.cells_cell_1(
            cells_recurrent, cells_state_2
        )
        cells: Tensor = cells_steps[:, -1]

        self.states = {
            "cells.state_0": cells_state_0_after.detach(),
            "cells.state_1": cells_state_1_after.detach(),
            "cells.state_2": cells_state_2_after.detach(),
        }
        return cells, cells_state_0_after, cells_state_1_after, cells_state_2_after

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

    @torch.no_grad()
    def reset_parameters(self, seed: int | None = None) -> None:
        """Start anew, each weight by its initializer.

        seed: by default PyTorch's own random numbers go on.
        """
        generator = None if seed is None else torch.Generator().manual_seed(seed)
        self.set_weight(
            "cells/cell_0/kernel",
            nn.init.uniform_(
                torch.empty(3, 20),
                -0.5107539184552492,
                0.5107539184552492,
                generator=generator,
            ),
        )
        self.set_weight(
            "cells/cell_0/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(5, 20), 1.0, generator=generator),
        )
        self.set_weight(
            "cells/cell_0/bias",
            torch.cat([torch.zeros(5), torch.ones(5), torch.zeros(10)], -1),
        )
        self.set_weight(
            "cells/cell_1/kernel",
            nn.init.uniform_(
                torch.empty(5, 12),
                -0.5940885257860046,
                0.5940885257860046,
                generator=generator,
            ),
        )
        self.set_weight(
            "cells/cell_1/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(4, 12), 1.0, generator=generator),
        )

    def views(self) -> dict[str, list[Tensor]]:
        """The weights as views of parameters, side by side on the last axis."""
        return {
            "cells/cell_0/kernel": side_by_side(self.cells_cell_0.kernel),
            "cells/cell_0/recurrent_kernel": side_by_side(
                self.cells_cell_0.recurrent_kernel
            ),
            "cells/cell_0/bias": side_by_side(self.cells_cell_0.bias),
            "cells/cell_1/kernel": side_by_side(self.cells_cell_1.kernel),
            "cells/cell_1/recurrent_kernel": side_by_side(
                self.cells_cell_1.recurrent_kernel
            ),
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


class Gru(nn.Module):
    """A GRU, step by step; its reset gate acts before the product with the state.

    kernel: (features, 3 * units), recurrent_kernel: (units, 3 * units);
    each holds the update gate z, the reset gate r, the candidate h.
    """

    def __init__(self, features: int, units: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(torch.empty(features, 3 * units))
        self.recurrent_kernel = nn.Parameter(torch.empty(units, 3 * units))

    def forward(self, x: Tensor, h: Tensor) -> tuple[Tensor, Tensor]:
        """x: (batch, time, features); h: (batch, units), the state before.

        Returns the outputs (batch, time, units), and the state after.
        """

        inputs = x @ self.kernel
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

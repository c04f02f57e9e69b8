"""The model tagger.

Written by specc 0.1.0 for PyTorch; dialect tf.keras.

    model = load()
    time_distributed = model(words)

    words: int32 (batch, time)
    -> time_distributed: float32 (batch, time, 5)
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
    "embedding/embeddings": (100, 8),
    "bidirectional/forward/kernel": (8, 18),
    "bidirectional/forward/recurrent_kernel": (6, 18),
    "bidirectional/forward/bias": (2, 18),
    "bidirectional/backward/kernel": (8, 18),
    "bidirectional/backward/recurrent_kernel": (6, 18),
    "bidirectional/backward/bias": (2, 18),
    "time_distributed/layer/kernel": (12, 5),
    "time_distributed/layer/bias": (5,),
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
        self.embedding = nn.Embedding(100, 8)
        self.bidirectional_forward = nn.GRU(8, 6, batch_first=True)
        self.bidirectional_backward = nn.GRU(8, 6, batch_first=True)
        self.time_distributed_layer = nn.Linear(12, 5)
        if weights is None:
            self.reset_parameters()
        else:
            self.from_specc(weights)

    def forward(self, words: Tensor) -> Tensor:
        """Run the model once."""

        # embedding: Embedding, (batch, time) -> (batch, time, 8)
        embedding_mask = words != 0
        embedding: Tensor = self.embedding(words)

        # bidirectional: Bidirectional, (batch, time, 8) -> (batch, time, 12)
        bidirectional_forward_steps = run_masked(
            self.bidirectional_forward, embedding, embedding_mask
        )
        bidirectional_backward_steps = run_masked(
            self.bidirectional_backward, embedding.flip(1), embedding_mask.flip(1)
        )
        bidirectional = torch.cat(
            (bidirectional_forward_steps, bidirectional_backward_steps.flip(1)), dim=-1
        )

        # time_distributed: TimeDistributed, (batch, time, 12) -> (batch, time, 5)
        time_distributed_layer_linear: Tensor = self.time_distributed_layer(
            bidirectional
        )
        time_distributed = softmax(time_distributed_layer_linear)
        return time_distributed

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
            "embedding/embeddings",
            nn.init.uniform_(torch.empty(100, 8), -0.05, 0.05, generator=generator),
        )
        self.set_weight(
            "bidirectional/forward/kernel",
            nn.init.uniform_(
                torch.empty(8, 18),
                -0.4803844614152614,
                0.4803844614152614,
                generator=generator,
            ),
        )
        self.set_weight(
            "bidirectional/forward/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(6, 18), 1.0, generator=generator),
        )
        self.set_weight("bidirectional/forward/bias", torch.zeros(2, 18))
        self.set_weight(
            "bidirectional/backward/kernel",
            nn.init.uniform_(
                torch.empty(8, 18),
                -0.4803844614152614,
                0.4803844614152614,
                generator=generator,
            ),
        )
        self.set_weight(
            "bidirectional/backward/recurrent_kernel",
            nn.init.orthogonal_(torch.empty(6, 18), 1.0, generator=generator),
        )
        self.set_weight("bidirectional/backward/bias", torch.zeros(2, 18))
        self.set_weight(
            "time_distributed/layer/kernel",
            nn.init.uniform_(
                torch.empty(12, 5),
                -0.5940885257860046,
                0.5940885257860046,
                generator=generator,
            ),
        )
        self.set_weight("time_distributed/layer/bias", torch.zeros(5))

    def views(self) -> dict[str, list[Tensor]]:
        """The weights as views of parameters, side by side on the last axis."""
        return {
            "embedding/embeddings": side_by_side(self.embedding.weight),
            "bidirectional/forward/kernel": zrh(
                self.bidirectional_forward.weight_ih_l0.T
            ),
            "bidirectional/forward/recurrent_kernel": zrh(
                self.bidirectional_forward.weight_hh_l0.T
            ),
            "bidirectional/forward/bias": side_by_side(
                *zrh(self.bidirectional_forward.bias_ih_l0),
                *zrh(self.bidirectional_forward.bias_hh_l0),
            ),
            "bidirectional/backward/kernel": zrh(
                self.bidirectional_backward.weight_ih_l0.T
            ),
            "bidirectional/backward/recurrent_kernel": zrh(
                self.bidirectional_backward.weight_hh_l0.T
            ),
            "bidirectional/backward/bias": side_by_side(
                *zrh(self.bidirectional_backward.bias_ih_l0),
                *zrh(self.bidirectional_backward.bias_hh_l0),
            ),
            "time_distributed/layer/kernel": side_by_side(
                self.time_distributed_layer.weight.T
            ),
            "time_distributed/layer/bias": side_by_side(
                self.time_distributed_layer.bias
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


def zrh(weight: Any, dim: int = -1) -> list[Tensor]:
    """The blocks z, r, h, as Keras has them, of a weight of nn.GRU: it has r, z, n."""
    r, z, n = weight.chunk(3, dim)
    return [z, r, n]


def take_steps(x: Tensor, steps: Tensor) -> Tensor:
    """For each row the steps with the given numbers: (batch, time, any), (batch, time)."""
    return x.gather(1, steps.unsqueeze(2).expand(-1, -1, x.shape[2]))


def run_masked(rnn: nn.GRU, x: Tensor, mask: Tensor) -> Tensor:
    """A recurrent module over the valid steps of each row, wherever they stand.

    x: (batch, time, in); mask: (batch, time), true where a step is valid.
    The valid steps move to the front, where what follows them changes nothing.
    A masked step puts out zeros.
    Returns the outputs (batch, time, units).
    """
    order = torch.argsort(mask.logical_not().byte(), dim=1, stable=True)
    steps, _ = rnn(take_steps(x, order))
    slot = mask.cumsum(1) - 1  # where the last valid step went
    last = take_steps(steps, slot.clamp(min=0))
    outputs = last.where(mask.unsqueeze(2), 0.0)
    return outputs


def softmax(x: Tensor) -> Tensor:
    """e^x over the sum of e^x along the last axis."""
    return torch.softmax(x, dim=-1)

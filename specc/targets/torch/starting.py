"""How weights start, in PyTorch: the initializers' distributions as calls of torch.nn.init."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from specc.stores import distributions
from specc.stores.distributions import Block
from specc.targets.python.environment import arguments
from specc.weights import Weight


def start(weight: Weight, blocks: Sequence[Block]) -> Markup:
    """An expression for a tensor that the weight may start with; its blocks lie side by side."""
    parts = [_draw(block, weight) for block in blocks if math.prod(block.shape)]
    return parts[0] if len(parts) == 1 else Markup(f"torch.cat([{', '.join(parts)}], -1)")


def _draw(block: Block, weight: Weight) -> Markup:
    shape = block.shape
    own = weight.initializer.arguments.get("seed")
    generator = Markup("generator") if own is None else Markup(f"torch.Generator().manual_seed({int(own)})")
    match block.distribution:
        case distributions.Constant(value):
            return _constant(shape, value)
        case distributions.Uniform(low, high):
            return _call("nn.init.uniform_", empty(shape), low, high, generator=generator)
        case distributions.Normal(mean, deviation, truncated):
            if deviation == 0:
                return _constant(shape, mean)
            if not truncated:
                return _call("nn.init.normal_", empty(shape), mean, deviation, generator=generator)
            ends = mean - 2 * deviation, mean + 2 * deviation
            return _call("nn.init.trunc_normal_", empty(shape), mean, deviation, *ends, generator=generator)
        case distributions.Orthogonal(gain):
            flat = (math.prod(shape[:-1]), shape[-1])
            drawn = _call("nn.init.orthogonal_", empty(flat), gain, generator=generator)
            return drawn if flat == shape else Markup(f"{drawn}.reshape({arguments(*shape)})")
        case distributions.Identity(gain, tiled):
            return _identity(shape, gain, tiled)


def _constant(shape: tuple[int, ...], value: float) -> Markup:
    named = {0.0: "torch.zeros", 1.0: "torch.ones"}
    return _shaped(named[value], shape) if value in named else _call("torch.full", shape, value)


def _identity(shape: tuple[int, ...], gain: float, tiled: bool) -> Markup:
    rows, columns = shape
    if tiled and rows != columns:
        short = min(shape)
        eye = Markup(f"torch.eye({short}).repeat({rows // short}, {columns // short})")
    else:
        eye = Markup(f"torch.eye({rows}, {columns})")
    return eye if gain == 1 else Markup(f"{arguments(gain)} * {eye}")


def empty(shape: tuple[int, ...]) -> Markup:
    """A tensor without values."""
    return _shaped("torch.empty", shape)


def _shaped(function: str, shape: tuple[int, ...]) -> Markup:
    return _call(function, *shape) if shape else Markup(f"{function}(())")


def _call(function: str, *given: object, **named: object) -> Markup:
    return Markup(f"{function}({arguments(*given, **named)})")

"""What templates ask of an op: axes, shapes and arguments as PyTorch counts them."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from specc import ops
from specc.activations import Activation
from specc.convolution import Window
from specc.targets.python.environment import arguments, code
from specc.targets.python.printing import UNUSED, Module
from specc.targets.torch.windows import Padding
from specc.tensors import Shape, Value
from specc.weights import Weight

NATIVE_FUNCTIONS = {
    name: Markup(f"{place}.{function}")
    for place, functions in {
        "torch": {"tanh": "tanh", "sigmoid": "sigmoid", "relu": "relu", "exponential": "exp"},
        "F": {
            "elu": "elu",
            "celu": "elu",
            "selu": "selu",
            "softplus": "softplus",
            "softsign": "softsign",
            "silu": "silu",
            "gelu": "gelu",
            "mish": "mish",
            "relu6": "relu6",
            "hard_silu": "hardswish",
            "hard_tanh": "hardtanh",
            "tanh_shrink": "tanhshrink",
            "soft_shrink": "softshrink",
            "hard_shrink": "hardshrink",
            "log_sigmoid": "logsigmoid",
            "glu": "glu",
        },
    }.items()
    for name, function in functions.items()
}


@dataclass(frozen=True)
class BatchNormText:
    """axes: those that the statistics go over. view: how a statistic is seen to broadcast to x. layout: of x."""

    axes: tuple[int, ...]
    view: Markup
    layout: Markup
    masked: bool
    flattens: bool = False


@dataclass(frozen=True)
class LayerNormText:
    """native: F.layer_norm computes it, over the last axes, of these sizes. along: a shape that broadcasts to x."""

    native: bool
    sizes: tuple[int, ...]
    along: tuple[int, ...]


class Expressions(Module):
    """The target's spelling, without a state of its own."""

    minus_infinity = float("-inf")

    def kind(self, record: object) -> str:
        """The class of a record, for templates to choose by."""
        return type(record).__name__

    def dtype(self, name: str) -> Markup:
        return Markup(f"torch.{name}")

    def constant(self, value: float, dtype: str) -> float | int | bool:
        """A number in the type of a tensor."""
        if dtype == "bool":
            return bool(value)
        return int(value) if dtype != "float32" and value == int(value) else value

    def listed(self, values: Iterable[Value]) -> list[Markup]:
        return [self.read(value) for value in values]

    def between(self, sign: str, codes: Sequence[Markup]) -> Markup:
        return Markup(sign).join(codes)

    def nested(self, function: str, codes: Sequence[Markup]) -> Markup:
        """A function of two, applied to all in turn."""
        found = codes[0]
        for other in codes[1:]:
            found = Markup(f"torch.{function}({found}, {other})")
        return found

    def other(self, op: ops.Where) -> Markup:
        """What stands where the condition does not hold."""
        if isinstance(op.other, Value):
            return self.read(op.other)
        return code(self.constant(op.other, op.chosen.dtype))

    def near(self, y: Markup, what: str) -> Markup:
        """A new identifier for what is computed on the way to an output."""
        return self.fresh(f"{y}_{what}")

    def native_function(self, activation: Activation) -> Markup | None:
        """A function of PyTorch's that is the activation."""
        if activation.name in ("elu", "celu") and activation.alpha != 1:
            return None
        return NATIVE_FUNCTIONS.get(activation.name)

    def beside(self, y: Markup, other: Markup, what: str) -> str:
        """A name for what is computed on the way to one of two outputs."""
        return f"{other if y == UNUSED else y}_{what}"

    # Shapes

    def sizes(self, x: Value, shape: Shape) -> tuple[Markup | int, ...]:
        """A shape with the batch of x."""
        batch, *inner = shape
        first = batch if isinstance(batch, int) else Markup(f"{self.read(x)}.shape[0]")
        return (first, *(d for d in inner if isinstance(d, int)))

    def target_of(self, op: ops.Reshape) -> tuple[Markup | int, ...]:
        """The shape of a reshape: a single unknown dimension is worked out, others are read off x or the reference."""
        unknown = [axis for axis, dim in enumerate(op.target) if not isinstance(dim, int)]
        entries: list[Markup | int] = []
        for axis, dim in enumerate(op.target):
            source = op.x if dim in op.x.shape else op.reference
            if isinstance(dim, int):
                entries.append(dim)
            elif len(unknown) == 1 or source is None or dim not in source.shape:
                entries.append(-1)
            elif source is op.x and op.x.shape[axis : axis + 1] == (dim,):
                entries.append(Markup(f"{self.read(source)}.shape[{axis}]"))
            else:
                entries.append(Markup(f"{self.read(source)}.shape[{source.shape.index(dim)}]"))
        assert entries.count(-1) <= 1, (op.x.shape, op.target)
        return tuple(entries)

    def axes(self, axes: Sequence[int]) -> int | tuple[int, ...]:
        return axes[0] if len(axes) == 1 else tuple(axes)

    def dims(self, axis: int | list[int]) -> tuple[int, ...]:
        """The axes that a constraint looks along."""
        return tuple(axis) if isinstance(axis, list) else (axis,)

    def number(self, value: float) -> float:
        return float(value)

    def ends(self, around: Sequence[tuple[int, int]]) -> tuple[int, ...]:
        """As F.pad takes them: the last axis first; the first ones left out where nothing goes around them."""
        padded = [axis for axis, ends in enumerate(around) if any(ends)]
        return tuple(end for ends in reversed(around[padded[0] :]) for end in ends)

    def slices(self, around: Sequence[tuple[int, int]]) -> Markup:
        """The subscript that cuts off the ends of axes."""
        last = max(axis for axis, ends in enumerate(around) if any(ends))
        cut = (f"{before or ''}:{-after or ''}" for before, after in around[: last + 1])
        return Markup(", ".join(cut))

    def floats(self, numbers: Sequence[int]) -> tuple[float, ...]:
        return tuple(map(float, numbers))

    def equation(self, op: ops.Contract) -> str:
        """The product as torch.einsum writes it: a the batch, b the axis that is summed over."""
        letters = iter(string.ascii_lowercase[2:])
        sides = [
            "".join("a" if i == 0 else "b" if i == axis else next(letters) for i in range(value.rank))
            for value, axis in zip((op.x, op.y), op.axes, strict=True)
        ]
        return f"{sides[0]},{sides[1]}->a{''.join(side[1:].replace('b', '') for side in sides)}"

    # Convolutions and pools

    def moved(self, op: ops.Spatial) -> Markup:
        """x with its channels before the sizes."""
        return self.read(op.x) + Markup("" if op.channels_first else ".movedim(-1, 1)")

    def moved_name(self, op: ops.Spatial, y: Markup, as_it_is: bool) -> Markup:
        """What to call that, where it is not x itself. as_it_is: nothing else happens to it."""
        return self.read(op.x) if as_it_is and op.channels_first else self.near(y, "x")

    def padding(self, op: ops.Spatial, window: Window) -> Padding:
        return Padding.of(op, window)

    def conv_options(self, op: ops.Convolve | ops.ConvolveDepthwise, window: Window, groups: int) -> Markup:
        """The arguments of a convolution behind its channels, without those that are PyTorch's defaults."""
        padding = self.padding(op, window)
        rank = len(window.sizes)
        named = {
            "kernel_size": window.sizes,
            "stride": None if set(window.strides) == {1} else window.strides,
            "padding": tuple(before for before, _ in padding.known) if padding.is_even else None,
            "dilation": None if set(window.dilations) == {1} else window.dilations,
            "groups": None if groups == 1 else groups,
            "bias": False if op.bias is None else None,
        }
        if rank == 1:
            named = {key: value[0] if isinstance(value, tuple) else value for key, value in named.items()}
        return arguments(**named)

    def kernel_axes(self, rank: int) -> Markup:
        """From a kernel of PyTorch's, (out, in, *sizes), to (*sizes, in, out); transposed ones likewise."""
        return arguments(*range(2, rank + 2), 1, 0)

    def depthwise_axes(self, rank: int) -> Markup:
        """From (channels, multiplier, *sizes) to (*sizes, channels, multiplier)."""
        return arguments(*range(2, rank + 2), 0, 1)

    def crops(self, op: ops.ConvolveTransposed) -> tuple[int, ...] | None:
        """What F.pad takes to cut off the ends of the full result, and to add what it lacks; None for nothing."""
        flat = tuple(-end for ends in reversed(op.crops) for end in ends)
        return flat if any(flat) else None

    # Normalization

    def batch_norm(self, op: ops.BatchNorm) -> BatchNormText:
        rest = tuple(axis for axis in range(op.x.rank) if axis not in op.axes)
        behind = op.x.rank - 1 - (op.axes[-1] if op.axes else 0)
        single = len(op.axes) == 1
        view = Markup(f".view(-1{', 1' * behind})" if single and behind else "")
        if not single:
            view = Markup(f".view({arguments(*self._broadcast(op))})")
        layout = Markup(f"{op.x.rank} axes, statistics for each entry along {arguments(self.axes(op.axes))}")
        return BatchNormText(rest, view, layout, op.mask is not None and not op.frozen)

    def _broadcast(self, op: ops.BatchNorm) -> list[int]:
        return [d if axis in op.axes and isinstance(d, int) else 1 for axis, d in enumerate(op.x.shape)]

    def layer_norm(self, op: ops.LayerNorm) -> LayerNormText:
        along = tuple(d if axis in op.axes and isinstance(d, int) else 1 for axis, d in enumerate(op.x.shape))
        sizes = tuple(d for axis in op.axes if isinstance(d := op.x.shape[axis], int))
        is_last = op.axes == tuple(range(op.x.rank - len(op.axes), op.x.rank))
        return LayerNormText(is_last and op.centered, sizes, along[op.axes[0] :])

    def reshaped(self, weight: Weight | None, shape: tuple[int, ...]) -> Markup | None:
        """A weight in another shape."""
        if weight is None:
            return None
        read = self.read_weight(weight)
        return read if weight.shape == shape else Markup(f"{read}.view({arguments(*shape)})")

    # Dropout

    def noise_shape(self, op: ops.Dropout | ops.Noise) -> tuple[Markup | int, ...] | None:
        """The shape of the random mask; None where it follows x."""
        if op.noise_shape is None:
            return None
        x = self.read(op.x)
        return tuple(Markup(f"{x}.shape[{axis}]") if n is None else n for axis, n in enumerate(op.noise_shape))

    def whole_shape(self, x: Markup) -> Markup:
        return Markup(f"{x}.shape")

    def deviation(self, op: ops.Noise) -> float:
        return math.sqrt(op.amount / (1 - op.amount))

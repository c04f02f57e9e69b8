"""The table of a model's layers, as Keras users know it, with totals and notes on what inference ignores."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.dialects import Dialect
from specc.graph import Node
from specc.layers.base import Layer
from specc.tensors import Shape
from specc.weights import ITEM_BYTES, show_bytes

if TYPE_CHECKING:
    from specc.model import Model


@dataclass(frozen=True)
class Row:
    """One layer of the table."""

    layer: str
    shape: str
    parameters: int
    connected_to: str


@dataclass(frozen=True)
class Summary:
    """What ``specc summary`` prints; ``str()`` is the table at its natural width.

    state_bytes: what a stateful model carries from call to call.
    """

    name: str
    rows: tuple[Row, ...]
    trainable: int
    non_trainable: int
    state_bytes: int
    notes: tuple[str, ...]

    @property
    def parameters(self) -> int:
        return self.trainable + self.non_trainable

    @property
    def weight_bytes(self) -> int:
        return self.parameters * ITEM_BYTES

    def render(self, width: int | None = None) -> str:
        """The table, within ``width`` columns where that is possible."""
        heads = ("Layer (type)", "Output shape", "Param #", "Connected to")
        cells = [(row.layer, row.shape, f"{row.parameters:,}", row.connected_to) for row in self.rows]
        widths = _column_widths([heads, *cells], width)
        total = sum(widths) + 2 * (len(widths) - 1)
        lines = [f'Model: "{self.name}"', "_" * total, *_wrap_row(heads, widths), "=" * total]
        for row in cells:
            lines += _wrap_row(row, widths)
        lines += ["=" * total, *self._totals()]
        for note in self.notes:
            lines += textwrap.wrap(f"Note: {note}.", width or 10_000, subsequent_indent="  ")
        return "\n".join(lines) + "\n"

    def __str__(self) -> str:
        return self.render()

    def _totals(self) -> Iterator[str]:
        counts = {"Total": self.parameters, "Trainable": self.trainable, "Non-trainable": self.non_trainable}
        for title, count in counts.items():
            yield f"{title} params: {count:,} ({show_bytes(count * ITEM_BYTES)})"
        yield f"State carried from call to call: {show_bytes(self.state_bytes)}"


def summarize(model: Model) -> Summary:
    """The summary of a model."""
    nodes = model.graph.nodes
    weights = {id(weight): weight for node in nodes for weight in node.weights}.values()
    return Summary(
        name=model.name,
        rows=tuple(_row(node) for node in nodes),
        trainable=sum(weight.size for weight in weights if weight.trainable),
        non_trainable=sum(weight.size for weight in weights if not weight.trainable),
        state_bytes=sum(_bytes(state.before.shape) for node in nodes for state in node.states),
        notes=tuple(_notes(nodes, model.spec.dialect)),
    )


def _row(node: Node) -> Row:
    shapes = [_keras_shape(tensor.shape) for tensor in node.outputs]
    return Row(
        layer=f"{node.name} ({node.layer.type})",
        shape=shapes[0] if len(shapes) == 1 else f"[{', '.join(shapes)}]",
        parameters=sum(weight.size for weight in node.weights),
        connected_to=", ".join(node.inputs) or "-",
    )


def _keras_shape(shape: Shape) -> str:
    """Unknown dimensions are None, as in Keras."""
    return str(tuple(dim if isinstance(dim, int) else None for dim in shape))


def _bytes(shape: Shape) -> int:
    """A state's size; an open batch counts as 1."""
    return math.prod(dim if isinstance(dim, int) else 1 for dim in shape) * ITEM_BYTES


def _notes(nodes: Sequence[Node], dialect: Dialect) -> Iterator[str]:
    """What the spec asks for and inference does not do."""
    tests: dict[str, Callable[[Layer], bool]] = {
        "dropout is inert in inference": _drops,
        "regularizers and constraints are inert in inference": _is_penalized,
        "`implementation` changes no result": lambda layer: _regroups(layer, dialect),
    }
    for note, test in tests.items():
        names = [f"`{node.name}`" for node in nodes if any(map(test, _with_nested(node.layer)))]
        if names:
            yield f"{note}: {', '.join(names)}"


def _with_nested(layer: Layer) -> Iterator[Layer]:
    """A layer and the layers that it wraps."""
    yield layer
    for field in layer.nested_layers:
        value = getattr(layer, field)
        for inner in value if isinstance(value, list | tuple) else [value]:
            if isinstance(inner, Layer):
                yield from _with_nested(inner)


def _drops(layer: Layer) -> bool:
    rates = ("rate", "dropout", "recurrent_dropout")
    return any(getattr(layer, rate, 0) > 0 for rate in rates)


def _is_penalized(layer: Layer) -> bool:
    fields = [name for name in type(layer).model_fields if name.endswith(("_regularizer", "_constraint"))]
    return any(getattr(layer, field) is not None for field in fields)


def _regroups(layer: Layer, dialect: Dialect) -> bool:
    """Whether a layer has another ``implementation`` than its dialect's default."""
    field = type(layer).model_fields.get("implementation")
    if field is None:
        return False
    fact = layer.defaults_by_dialect.get("implementation")
    default = getattr(dialect, fact) if fact else field.default
    return bool(getattr(layer, "implementation") != default)  # noqa: B009  a field of some layers only


def _column_widths(rows: Sequence[Sequence[str]], limit: int | None) -> list[int]:
    """Natural widths, the widest column cut first where the limit is less; none below 12."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    gaps = 2 * (len(widths) - 1)
    while limit is not None and sum(widths) + gaps > limit and max(widths) > 12:
        widths[widths.index(max(widths))] -= 1
    return widths


def _wrap_row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    columns = [textwrap.wrap(cell, width) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(map(len, columns))
    padded = [column + [""] * (height - len(column)) for column in columns]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in zip(*padded, strict=True)]

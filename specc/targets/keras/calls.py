"""A layer of the model on the values that it is called on, as the target looks at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from markupsafe import Markup

from specc.graph import Node
from specc.layers.base import CalledLayer
from specc.layers.bidirectional import Bidirectional
from specc.layers.cells import CellWeights
from specc.layers.global_pooling import GlobalAveragePooling1D
from specc.layers.lone_cell import LoneCell
from specc.layers.recurrent import Recurrent
from specc.layers.rnn import RNN, StackedRNNCells
from specc.layers.site import Arguments
from specc.layers.time_distributed import TimeDistributed
from specc.tensors import Tensor, Value
from specc.weights import Weight

T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """How a call treats inputs and masks.

    bare: the inputs are copied, which takes off the masks that Keras keeps on them. masks: what the call says
    explicitly, an entry for each input; None where Keras finds the masks itself.
    """

    bare: bool = False
    masks: tuple[Value | None, ...] | None = None


@dataclass(frozen=True)
class Call:
    """A layer, as Keras 3 has it, on its inputs.

    owner: the name of the layer's first call, which is its name in Keras. weights: the layer's, by name.
    inputs: as Keras 3 would have them, masks included; codes: what they are called. meant: as the model means them.
    states: the initial states, cell by cell, and what they are called. before: what the states are called that a lone
    cell takes with every call. masks: what the spec says explicitly. again: whether the layer is called more than once.
    """

    node: Node
    layer: CalledLayer
    owner: str
    weights: Mapping[str, Weight]
    inputs: tuple[Tensor, ...]
    codes: tuple[Markup, ...]
    meant: tuple[Tensor, ...]
    states: tuple[tuple[Tensor, Markup], ...] | None
    before: tuple[Markup, ...]
    masks: tuple[Value | None, ...] | None
    again: bool

    def settings(self) -> Iterator[Setting]:
        """The ways to treat inputs and masks, the plainest first."""
        if self.masks is not None:
            yield from (Setting(False, self.masks), Setting(True, self.masks))
            return
        yield Setting()
        masks = tuple(tensor.mask for tensor in self.meant)
        if self.takes_mask and any(mask is not None for mask in masks):
            yield Setting(False, masks)
        if any(tensor.mask is not None for tensor in self.inputs):
            yield Setting(True)

    @property
    def takes_mask(self) -> bool:
        """Whether Keras's call has an argument for a mask."""
        return hasattr(self.layer, "mask") or isinstance(self.layer, GlobalAveragePooling1D | TimeDistributed)

    def arguments(self, setting: Setting) -> Arguments:
        """What the layer is built on."""
        inputs = tuple(Tensor(tensor.value) if setting.bare else tensor for tensor in self.inputs)
        if setting.masks is None:
            return Arguments(inputs, self.initial_state)
        if not hasattr(self.layer, "mask"):
            return Arguments(tuple(Tensor(t.value, m) for t, m in zip(inputs, setting.masks, strict=True)))
        if self.layer.takes_many:
            return Arguments(inputs, masks=setting.masks)
        return Arguments(inputs, self.initial_state, setting.masks[0])

    @property
    def initial_state(self) -> tuple[Tensor, ...] | None:
        """The tensors of the initial states."""
        return None if self.states is None else tuple(tensor for tensor, _ in self.states)

    def mask(self, setting: Setting) -> Value | None:
        """The mask that Keras sees on the only input."""
        if setting.masks is not None:
            return setting.masks[0]
        return None if setting.bare or self.states is not None else self.inputs[0].mask


def cells_of(layer: Recurrent | CellWeights | StackedRNNCells) -> list[list[str]]:
    """The names of the states of each cell of a stack; a single list in a list for one cell that is no stack."""
    if isinstance(layer, RNN | StackedRNNCells):
        return [list(cell.cell_states) for cell in layer.cells]
    return [list(layer.cell_states if isinstance(layer, CellWeights) else layer.state_names)]


def nest(layer: CalledLayer, states: Sequence[T]) -> list[T | list[T]]:
    """States as Keras 3 nests them: those of a cell in a stack are a list of their own, unless it has one."""
    if isinstance(layer, Bidirectional):
        backward = layer.backward_layer or layer.layer
        count = sum(map(len, cells_of(layer.layer)))
        return [*nest(layer.layer, states[:count]), *nest(backward, states[count:])]
    assert isinstance(layer, Recurrent | LoneCell | StackedRNNCells)
    groups = cells_of(layer)
    is_stack = isinstance(layer, StackedRNNCells) or (isinstance(layer, RNN) and layer.stacked)
    rest = iter(states)
    nested: list[T | list[T]] = []
    for group in groups:
        taken = [next(rest) for _ in group]
        if not is_stack:
            nested += taken
        else:
            nested.append(list(taken) if len(taken) > 1 else taken[0])
    return nested


def show(nested: Sequence[Markup | list[Markup]], brackets: str = "[]") -> Markup:
    """Nested code between brackets."""
    first, last = brackets[0], brackets[1]
    parts = [show(part, brackets) if isinstance(part, list) else part for part in nested]
    comma = Markup(",") if brackets == "()" and len(parts) == 1 else Markup("")
    return Markup(first) + Markup(", ").join(parts) + comma + Markup(last)

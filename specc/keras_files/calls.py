"""How the config of a functional model says on what a layer is called, in every era.

    [["x", 0, 0]]                                                    Keras 1: one call on one tensor
    [["x", 0, 0, {}], ["h", 0, 0, {}]]                               Keras 2, tf.keras; states follow the input
    {"args": [T, ...], "kwargs": {"initial_state": [T, T]}}          Keras 3; T is a `__keras_tensor__`

Each is one element of `inbound_nodes`, which has an element for every call of the layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specc.diagnostics import Path

_IDLE = ("training", "constants", "mask", "initial_state")
"""Arguments of calls that may be there and say nothing."""


@dataclass(frozen=True)
class TensorRef:
    """An output of a call of a layer, and where the text names it."""

    layer: str
    node: int
    index: int
    path: Path = ()


@dataclass(frozen=True)
class Call:
    """One call. inputs: the data. states: what a recurrent layer starts from. masks: the explicit ones.

    others: arguments that have a value, by name. constants: plain values among the positional arguments.
    """

    inputs: tuple[TensorRef, ...] = ()
    states: tuple[TensorRef, ...] = ()
    masks: tuple[TensorRef, ...] = ()
    others: tuple[str, ...] = ()
    constants: tuple[Any, ...] = ()
    path: Path = ()

    @property
    def needs(self) -> tuple[TensorRef, ...]:
        return (*self.inputs, *self.states, *self.masks)


class Malformed(ValueError):
    """A call that is not written as any Keras writes it. path: where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__("not a call")


def read_calls(nodes: Any, path: Path, is_recurrent: bool) -> list[Call]:
    """The calls of a layer. Malformed where they are none."""
    if not isinstance(nodes, list):
        raise Malformed(path)
    return [_read_call(node, (*path, i), is_recurrent) for i, node in enumerate(nodes)]


def _read_call(node: Any, path: Path, is_recurrent: bool) -> Call:
    call = _read_keras_3(node, path) if isinstance(node, Mapping) else _read_list(node, path)
    if is_recurrent and len(call.inputs) > 1:
        return Call(call.inputs[:1], (*call.inputs[1:], *call.states), call.masks, call.others, call.constants, path)
    return call


def _read_list(node: Any, path: Path) -> Call:
    """Keras 1 and 2, tf.keras."""
    if not isinstance(node, list):
        raise Malformed(path)
    entries = list(_entries(node, path))
    if not entries:
        raise Malformed(path)
    found, arguments = _Found(), None
    for entry, place in entries:
        found.inputs.append(_to_ref(entry, place))
        if len(entry) == 4 and entry[3] != arguments:  # tf.keras repeats them for every tensor
            arguments = entry[3]
            found.take_arguments(arguments, (*place, 3))
    return found.to_call(path)


def _entries(node: Any, path: Path) -> Iterator[tuple[list[Any], Path]]:
    """The tensors of a node: it is one itself, or a list of them, however nested."""
    if isinstance(node, list) and node and isinstance(node[0], str):
        yield node, path
        return
    if not isinstance(node, list):
        raise Malformed(path)
    for i, inner in enumerate(node):
        yield from _entries(inner, (*path, i))


def _to_ref(entry: Any, path: Path) -> TensorRef:
    match entry:
        case [str(layer), int(node), int(index)] | [str(layer), int(node), int(index), dict()] if (
            node >= 0 and index >= 0
        ):
            return TensorRef(layer, node, index, path)
    raise Malformed(path)


def is_tensor_entry(value: Any) -> bool:
    """Whether a value is `["x", 0, 0]`."""
    try:
        _to_ref(value, ())
    except Malformed:
        return False
    return True


def _read_keras_3(node: Mapping[str, Any], path: Path) -> Call:
    args, kwargs = node.get("args", []), node.get("kwargs", {})
    if not isinstance(args, list) or not isinstance(kwargs, Mapping):
        raise Malformed(path)
    found = _Found()
    for i, value in enumerate(args):
        refs = list(_tensors(value, (*path, "args", i)))
        if i == 0:
            found.inputs += refs
        elif refs:
            found.positional.append(refs)
        elif value is not None:
            found.constants.append(value)
    found.take_arguments(kwargs, (*path, "kwargs"))
    return found.to_call(path)


def _tensors(value: Any, path: Path) -> Iterator[TensorRef]:
    """The tensors in a value of Keras 3, however nested."""
    if isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _tensors(inner, (*path, i))
    elif isinstance(value, Mapping) and value.get("class_name") == "__keras_tensor__":
        config = value.get("config")
        history = config.get("keras_history") if isinstance(config, Mapping) else None
        yield _to_ref(history, (*path, "config", "keras_history"))
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _tensors(inner, (*path, key))


@dataclass
class _Found:
    """What a call says, while it is read. positional: tensors in Keras 3's arguments after the first."""

    inputs: list[TensorRef] = field(default_factory=list)
    states: list[TensorRef] = field(default_factory=list)
    masks: list[TensorRef] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)
    positional: list[list[TensorRef]] = field(default_factory=list)

    def take_arguments(self, arguments: Any, path: Path) -> None:
        """Arguments by name."""
        if not isinstance(arguments, Mapping):
            raise Malformed(path)
        for key, value in arguments.items():
            refs = list(_tensors(value, (*path, key))) or list(_plain_tensors(value, (*path, key)))
            if key == "mask":
                self.masks += refs
            elif key == "initial_state":
                self.states += refs
            elif key in ("inputs", "sequences", "sequence", "x"):
                self.inputs += refs
            elif key == "y" and isinstance(value, int | float) and not isinstance(value, bool):
                self.constants.append(value)  # tf.math.not_equal(x, y=0)
            elif value not in (None, False, [], {}) and key not in _IDLE and key != "name":
                self.others.append(key)

    def to_call(self, path: Path) -> Call:
        # Positional states of Keras 3: lstm(x, [h, c]).
        states = self.states or [ref for group in self.positional for ref in group]
        masks, others = tuple(self.masks), tuple(self.others)
        return Call(tuple(self.inputs), tuple(states), masks, others, tuple(self.constants), path)


def _plain_tensors(value: Any, path: Path) -> Iterator[TensorRef]:
    """Tensors among the arguments of tf.keras: `["m", 0, 0]`, or a list of such."""
    if is_tensor_entry(value):
        yield _to_ref(value, path)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            if is_tensor_entry(inner):
                yield _to_ref(inner, (*path, i))


def read_ends(value: Any, path: Path) -> list[TensorRef]:
    """The inputs or outputs of a model: one tensor, a list, or a mapping by name."""
    if isinstance(value, Mapping):
        # Keras flattens a mapping in the order of its keys.
        return [ref for key in sorted(value) for ref in read_ends(value[key], (*path, key))]
    return [_to_ref(entry, place) for entry, place in _entries(value, path)] if value != [] else []

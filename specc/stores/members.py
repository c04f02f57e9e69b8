"""The layers of a Keras model as its files know them: in order, models inside models, with their own names.

An HDF5 file keeps a group a layer, one for a whole model inside a model; a ``.weights.h5`` keeps a group for every
layer, named by its class and a running number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from specc.weights import Weight

if TYPE_CHECKING:
    from specc.graph import Node


@dataclass(frozen=True)
class Member:
    """A layer of a Keras model.

    name: what the file calls it. type: its class. layer: the spec's layer that it is; None for a model.
    members, inside: the layers of a model, and the groups that lead to them.
    form: how Keras 1 kept its kernels (``specc.stores.kernels``).
    is_wrapped: the spec has a TimeDistributed around it that the file does not have.
    """

    name: str
    type: str
    layer: str | None = None
    members: tuple[Member, ...] = ()
    inside: str = "layers"
    trainable: bool = True
    form: str | None = None
    is_wrapped: bool = False


def group_members(members: Sequence[Member], weights: Sequence[Weight]) -> dict[str, list[Weight]]:
    """The weights of each top-level member, in the order of Keras's HDF5 files; members without any are left out.

    A model inside lists all that can be trained first, then the rest, so that a frozen layer's arrays come last.
    """
    owned: dict[str, list[Weight]] = {}
    for weight in weights:
        owned.setdefault(weight.layer, []).append(weight)
    groups: dict[str, list[Weight]] = {}
    for index, member in enumerate(members):
        first, rest = _split(member, owned)
        if first or rest:
            key = member.name if member.name not in groups else f"{member.name} ({index})"
            groups[key] = [*first, *rest]
    return groups


def _split(member: Member, owned: Mapping[str, list[Weight]]) -> tuple[list[Weight], list[Weight]]:
    """The weights that can be trained, and the others."""
    if member.layer is not None:
        weights = owned.get(member.layer, [])
        if not member.trainable:
            return [], weights
        return [w for w in weights if w.trainable], [w for w in weights if not w.trainable]
    pairs = [_split(inner, owned) for inner in member.members]
    first = [weight for pair in pairs for weight in pair[0]]
    rest = [weight for pair in pairs for weight in pair[1]]
    return (first, rest) if member.trainable else ([], [*first, *rest])


def group_leaves(members: Sequence[Member], weights: Sequence[Weight]) -> dict[str, list[Weight]]:
    """The weights of each layer that has any, in the order of ``list_leaves``: as Keras 3 keeps them."""
    owned: dict[str, list[Weight]] = {}
    for weight in weights:
        owned.setdefault(weight.layer, []).append(weight)
    leaves = [member.layer for member, _ in list_leaves(members)]
    return {layer: owned[layer] for layer in leaves if layer is not None and layer in owned}


def list_leaves(members: Sequence[Member], prefix: str = "layers") -> Iterator[tuple[Member, str]]:
    """Every layer that is no model, with its group in a Keras 3 file."""
    groups = count_groups(member.type for member in members)
    for member, group in zip(members, groups, strict=True):
        place = f"{prefix}/{group}"
        if member.layer is not None:
            yield member, place
        else:
            yield from list_leaves(member.members, f"{place}/{member.inside}")


def list_forms(members: Sequence[Member]) -> dict[str, str]:
    """The forms of Keras 1's kernels, by the layer of the spec."""
    return {member.layer or "": member.form for member, _ in list_leaves(members) if member.form is not None}


def own_members(nodes: Iterable[Node]) -> tuple[Member, ...]:
    """The layers of a spec as Keras would save the model that it describes."""
    return tuple(
        Member(node.name, node.layer.type, node.name, trainable=getattr(node.layer, "trainable", True))
        for node in nodes
        if node.shares is None
    )


def count_groups(types: Iterable[str]) -> Iterator[str]:
    """The groups that Keras 3 gives layers of these classes: ``lstm``, ``dense``, ``lstm_1``."""
    counts: dict[str, int] = {}
    for name in map(group_name, types):
        number = counts.get(name, 0)
        counts[name] = number + 1
        yield f"{name}_{number}" if number else name


def group_name(class_name: str) -> str:
    """The name that Keras 3 makes of a class: ``conv1d``, ``simple_rnn``, ``p_re_lu``."""
    words = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", class_name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", words).lower()

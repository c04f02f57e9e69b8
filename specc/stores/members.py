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
class Scope:
    """A layer or cell inside a wrapper. name: what its weights have before theirs: ``forward``, ``cell_0``."""

    name: str
    trainable: bool
    inner: tuple[Scope, ...] = ()


@dataclass(frozen=True)
class Member:
    """A layer of a Keras model.

    name: what the file calls it. type: its class. layer: the spec's layer that it is; None for a model.
    members, inside: the layers of a model, and the groups that lead to them.
    form: how Keras 1 kept its kernels (``specc.stores.kernels``).
    is_wrapped: the spec has a TimeDistributed around it that the file does not have.
    scopes: of a layer that wraps others, those.
    is_of_keras_3: what lists its weights first is known by the flag of the layer that owns them alone.
    """

    name: str
    type: str
    layer: str | None = None
    members: tuple[Member, ...] = ()
    inside: str = "layers"
    trainable: bool = True
    form: str | None = None
    is_wrapped: bool = False
    scopes: tuple[Scope, ...] = ()
    is_of_keras_3: bool = False


def group_members(members: Sequence[Member], weights: Sequence[Weight]) -> dict[str, list[Weight]]:
    """The weights of each top-level member, in the order of Keras's HDF5 files; members without any are left out.

    A model inside lists all that can be trained first, then the rest, so that a frozen layer's arrays come last.
    """
    owned: dict[str, list[Weight]] = {}
    for weight in weights:
        owned.setdefault(weight.layer, []).append(weight)
    groups: dict[str, list[Weight]] = {}
    for index, member in enumerate(members):
        first, rest = _split_by_owner(member, owned) if member.is_of_keras_3 else _split(member, owned)
        if first or rest:
            key = member.name if member.name not in groups else f"{member.name} ({index})"
            groups[key] = [*first, *rest]
    return groups


_Split = tuple[list[Weight], list[Weight]]


def _split(member: Member, owned: Mapping[str, list[Weight]]) -> _Split:
    """The weights that can be trained, and the others, as Keras 1, 2 and tf.keras list them.

    What stands inside something frozen is frozen. A frozen model lists what could be trained first all the same;
    a frozen wrapper lists the layers inside it one after the other.
    """
    if member.layer is not None:
        return _split_scope(member.layer, Scope("", member.trainable, member.scopes), owned.get(member.layer, []))
    pairs = [_split(inner, owned) for inner in member.members]
    first = [weight for pair in pairs for weight in pair[0]]
    rest = [weight for pair in pairs for weight in pair[1]]
    return (first, rest) if member.trainable else ([], [*first, *rest])


def _split_scope(prefix: str, scope: Scope, weights: Sequence[Weight]) -> _Split:
    own, inner = _by_scope(prefix, scope, weights)
    pairs = [_split_scope(f"{prefix}/{part.name}", part, found) for part, found in inner]
    first, rest = [w for w in own if not w.is_statistic], [w for w in own if w.is_statistic]
    if not scope.trainable:
        return [], [*first, *rest, *(weight for pair in pairs for part in pair for weight in part)]
    return [*first, *(w for pair in pairs for w in pair[0])], [*rest, *(w for pair in pairs for w in pair[1])]


def _by_scope(
    prefix: str, scope: Scope, weights: Sequence[Weight]
) -> tuple[list[Weight], list[tuple[Scope, list[Weight]]]]:
    """The weights of a scope itself, and those of each scope inside it."""
    inner = [(part, [w for w in weights if w.name.startswith(f"{prefix}/{part.name}/")]) for part in scope.inner]
    taken = {id(weight) for _, found in inner for weight in found}
    return [weight for weight in weights if id(weight) not in taken], inner


def _split_by_owner(member: Member, owned: Mapping[str, list[Weight]]) -> _Split:
    """The same in Keras 3, which looks at the flag of the layer or cell that owns a weight, and at the outermost."""
    flagged = list(_flag(member, owned))
    if not member.trainable:
        return [], [weight for weight, _ in flagged]
    return [weight for weight, flag in flagged if flag], [weight for weight, flag in flagged if not flag]


def _flag(member: Member, owned: Mapping[str, list[Weight]]) -> Iterator[tuple[Weight, bool]]:
    """Every weight in the order of the layers, and whether it can be trained."""
    if member.layer is not None:
        scope = Scope("", member.trainable, member.scopes)
        yield from _flag_scope(member.layer, scope, owned.get(member.layer, []))
    for inner in member.members:
        yield from _flag(inner, owned)


def _flag_scope(prefix: str, scope: Scope, weights: Sequence[Weight]) -> Iterator[tuple[Weight, bool]]:
    own, inner = _by_scope(prefix, scope, weights)
    for weight in own:
        yield weight, scope.trainable and not weight.is_statistic
    for part, found in inner:
        yield from _flag_scope(f"{prefix}/{part.name}", part, found)


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

"""Arrays for the weights that a model declares: from a file, or drawn from the seeded initializers.

A store is an ``.npz``, a ``.safetensors`` or a Keras HDF5 file: its first bytes say which, never its name.
The first two are bound by name, a Keras file by the order of its layers. Shapes are compared before any array
is read. This module imports no numpy: ``check_initializers`` is for ``specc validate`` too.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, NamedTuple

from specc.diagnostics import Diagnostic, Findings, Path, SpecError
from specc.source.spooled import Spooled
from specc.stores.cells import gates_by_weight
from specc.stores.laws import find_misfit
from specc.weights import Weight

if TYPE_CHECKING:
    from specc.graph import Node
    from specc.stores.arrays import Array, StoreFile
    from specc.stores.distributions import Block
    from specc.stores.members import Member


class _Layers(NamedTuple):
    """The layers of a model, for files that are bound by them: see ``bind``."""

    nodes: tuple[Node, ...]
    members: Sequence[Member] | None
    left_out: tuple[Node, ...]

    @property
    def known(self) -> Sequence[Member]:
        """The members, or what Keras would make of the nodes."""
        from specc.stores.members import own_members

        return own_members(self.nodes) if self.members is None else self.members

    @property
    def unread(self) -> list[Weight]:
        """The weights that a file holds for layers which are left out."""
        return [weight for node in self.left_out for weight in node.weights]


def bind(
    weights: Sequence[Weight],
    *,
    store: str | os.PathLike[str] | None,
    seed: int,
    dialect: str,
    path: Path = ("weights",),
    findings: Findings | None = None,
    nodes: Sequence[Node] = (),
    members: Sequence[Member] | None = None,
    left_out: Sequence[Node] = (),
) -> dict[str, Array]:
    """An array for every declared weight, by name: float32, C-contiguous, in Keras's layout.

    store: the file; None draws from the initializers. A store covers every weight, or it is an error.
    path: the place in the spec that names the store, to blame for what no weight's own path can take.
    findings: where warnings go; those of a store that fails are in the error.
    nodes: the layers that declare the weights; files of Keras 3 are found by their classes.
    members: the layers as a Keras file of the model has them; default: as the nodes are.
    left_out: layers of the members whose weights nobody needs; the file holds them.
    Raises SpecError with all that is wrong, and Unreadable where the file cannot be opened.
    """
    assert len({weight.name for weight in weights}) == len(weights), "two weights share a name"
    if store is None:
        return _draw_all(weights, seed, dialect)
    layers = _Layers(tuple(nodes), members, tuple(left_out) if members is not None else ())
    return _read_all(weights, store, path, Findings() if findings is None else findings, layers)


def check_initializers(weights: Sequence[Weight], *, dialect: str) -> list[Diagnostic]:
    """The initializers that cannot make a weight of their shape, one diagnostic each."""
    gates = gates_by_weight(weights)
    found = (find_misfit(weight, dialect, gates.get(weight.name, 1)) for weight in weights)
    return [diagnostic for diagnostic in found if diagnostic is not None]


def find_starts(weights: Sequence[Weight], *, dialect: str) -> dict[str, tuple[Block, ...]]:
    """What each weight is drawn from, by name."""
    from specc.stores.distributions import find_blocks

    gates = gates_by_weight(weights)
    return {weight.name: find_blocks(weight, dialect, gates.get(weight.name, 1)) for weight in weights}


def _draw_all(weights: Sequence[Weight], seed: int, dialect: str) -> dict[str, Array]:
    misfits = check_initializers(weights, dialect=dialect)
    if misfits:
        raise SpecError(misfits)
    from specc.stores.initializers import draw

    gates = gates_by_weight(weights)
    return {w.name: draw(w, seed=seed, dialect=dialect, gates=gates.get(w.name, 1)) for w in weights}


def _read_all(
    weights: Sequence[Weight],
    file: str | os.PathLike[str],
    path: Path,
    findings: Findings,
    layers: _Layers,
) -> dict[str, Array]:
    from specc.stores import by_name, keras_archive, npz, safetensors
    from specc.stores.kinds import open_store

    store, kind = open_store(FilePath(file), path, file.name if isinstance(file, Spooled) else None)
    own = Findings()
    if kind == "shards":
        arrays = _read_shards(weights, store, own, layers)
    elif kind == "hdf5":
        arrays = _read_hdf5(weights, store, own, layers)
    elif kind == "npz" and (layers.nodes or layers.members) and keras_archive.holds_weights(store):
        expected = sum(weight.nbytes for weight in (*weights, *layers.unread))
        with keras_archive.unpack_weights(store, expected) as unpacked:
            arrays = _read_hdf5(weights, unpacked, own, layers)
    else:
        opener = npz.open_arrays if kind == "npz" else safetensors.open_arrays
        with opener(store) as stored:
            arrays = by_name.read(weights, stored, store, own)
    for finding in own:
        findings.add(finding)
    return arrays


def _read_hdf5(
    weights: Sequence[Weight],
    store: StoreFile,
    findings: Findings,
    layers: _Layers,
) -> dict[str, Array]:
    """Both forms of Keras's HDF5 files: by the order of the layers, and by paths of class names."""
    from specc.stores import by_order, hdf5, keras3
    from specc.stores.members import group_members, list_forms

    if layers.known and keras3.is_by_path(store):
        return _read_by_path(weights, store, [store], findings, layers)
    members = layers.members
    groups = None if members is None else group_members(members, [*weights, *layers.unread])
    forms = list_forms(members or ())
    with hdf5.open_layers(store) as file:
        return by_order.read(weights, file, store, findings, groups, forms)


def _read_shards(weights: Sequence[Weight], store: StoreFile, findings: Findings, layers: _Layers) -> dict[str, Array]:
    """A ``.weights.h5`` in several files, by their index."""
    from specc.stores.shards import list_shards

    return _read_by_path(weights, store, list_shards(store), findings, layers)


def _read_by_path(
    weights: Sequence[Weight],
    store: StoreFile,
    files: Sequence[StoreFile],
    findings: Findings,
    layers: _Layers,
) -> dict[str, Array]:
    """Keras 3's form, in one file or in the shards of one. store: the file that the user named."""
    from specc.stores import by_order, keras3
    from specc.stores.array_parts import array_parts
    from specc.stores.members import group_leaves

    parts = {node.name: array_parts(node.layer) for node in (*layers.nodes, *layers.left_out)}
    with keras3.open_layers(files, layers.known, parts) as file:
        groups = group_leaves(layers.known, [*weights, *layers.unread])
        return by_order.read(weights, file, store, findings, groups)

"""Binds the layers of a Keras file to the layers of the model, in order, as Keras does itself.

Names in such files are whatever Keras had counted to when it built the model; order is what counts. Layers
without weights are dropped on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from specc.diagnostics import Diagnostic, Findings
from specc.stores.arrays import Array, StoreFile, check_types, list_names, to_float32
from specc.stores.cells import A_CELL, Part, group_by_layer, split_parts
from specc.stores.forms import Binding, Place, bind_part, count_keras1
from specc.stores.hdf5 import FileLayer, KerasFile
from specc.stores.shapes import Comparison
from specc.tensors import show
from specc.weights import Weight

_MOST_LISTED = 12  # names in a message


def read(
    weights: Sequence[Weight],
    file: KerasFile,
    store: StoreFile,
    findings: Findings,
    groups: Mapping[str, list[Weight]] | None = None,
    forms: Mapping[str, str] | None = None,
) -> dict[str, Array]:
    """The arrays of all weights; raises SpecError where layers, counts, shapes or types do not fit.

    groups: the weights of each layer of the file, where the file's layers are not the spec's; arrays of weights that
    are not asked for are compared, and not read.
    forms: of the spec's layers whose kernels Keras 1 kept otherwise.
    """
    declared, layers = dict(group_by_layer(weights) if groups is None else groups), file.layers
    if len(declared) != len(layers):
        _report_layer_count(declared, layers, store, findings)
    elif _is_shuffled(list(declared.values()), layers):
        _report_shuffle(declared, layers, store, findings)
    findings.raise_errors()
    _warn_of_order(list(declared), layers, store, findings)
    comparison = Comparison(store, findings)
    bindings: list[Binding] = []
    for group, layer in zip(declared.values(), layers, strict=True):
        bound = _bind_layer(group, layer, Place(layer.name, store, findings, file.backend == "theano", forms or {}))
        comparison.compare_layer([(binding.part, binding.pairs) for binding in bound])
        bindings += bound
    wanted = {weight.name for weight in weights}
    needed = [binding for binding in bindings if binding.part.weights[0].name in wanted]
    pairs = [(pair.stored, pair.weight) for binding in needed for pair in binding.pairs]
    check_types(pairs, store, findings)
    findings.raise_errors()
    return {name: array for binding in needed for name, array in _read_part(binding, store, findings)}


def _read_part(binding: Binding, store: StoreFile, findings: Findings) -> list[tuple[str, Array]]:
    found = [to_float32(pair.stored.read(), pair.weight, store, findings) for pair in binding.pairs]
    arrays = found if binding.convert is None else binding.convert(found)
    return [(w.name, array) for w, array in zip(binding.part.weights, arrays, strict=True)]


def _fits(group: Sequence[Weight], layer: FileLayer) -> bool:
    return [array.shape for array in layer.arrays] == [weight.shape for weight in group]


def _report_layer_count(
    declared: dict[str, list[Weight]], layers: Sequence[FileLayer], store: StoreFile, findings: Findings
) -> None:
    """Report once, with the first layer whose shapes differ as the likely place."""
    pairs = zip(declared.items(), layers, strict=False)
    apart = next(((name, layer.name) for (name, group), layer in pairs if not _fits(group, layer)), None)
    hint = "a Keras file is bound layer by layer, in order"
    if apart is not None:
        hint += f"; `{apart[0]}` and the file's `{apart[1]}` are the first that differ"
    listed = list_names([layer.name for layer in layers], _MOST_LISTED)
    wanted = list_names(list(declared), _MOST_LISTED)
    found = f"{len(layers)} layer{'s'[: len(layers) != 1]} with weights ({listed})"
    message = f"`{store.title}` holds {found}, the model has {len(declared)} ({wanted})"
    findings.add(Diagnostic("W408", store.blame, message, hint))


def _is_shuffled(groups: Sequence[list[Weight]], layers: Sequence[FileLayer]) -> bool:
    """Whether the file has the model's layers, by their shapes, in an order that does not fit."""
    if all(map(_fits, groups, layers)):
        return False
    declared = sorted([weight.shape for weight in group] for group in groups)
    return declared == sorted([array.shape for array in layer.arrays] for layer in layers)


def _report_shuffle(
    declared: dict[str, list[Weight]], layers: Sequence[FileLayer], store: StoreFile, findings: Findings
) -> None:
    pairs = zip(declared.items(), layers, strict=True)
    name, other = next((name, layer.name) for (name, group), layer in pairs if not _fits(group, layer))
    message = f"`{store.title}` holds the same layers in another order: `{other}` stands in the place of `{name}`"
    hint = f"list the layers in the file's order: {list_names([layer.name for layer in layers], _MOST_LISTED)}"
    findings.add(Diagnostic("W408", store.blame, message, hint))


def _warn_of_order(names: Sequence[str], layers: Sequence[FileLayer], store: StoreFile, findings: Findings) -> None:
    """Warn where the same names stand on both sides in another order: Keras would not notice."""
    found = [layer.name for layer in layers]
    if found == list(names) or sorted(found) != sorted(names):
        return
    name, other = next(pair for pair in zip(names, found, strict=True) if pair[0] != pair[1])
    findings.add(
        Diagnostic(
            "W414",
            store.blame,
            f"layer `{name}` takes the arrays of `{other}` in `{store.title}`: the file has the same "
            "layers in another order",
            f"list the layers in the file's order: {list_names(found, _MOST_LISTED)}",
            severity="warning",
        )
    )


def _bind_layer(group: Sequence[Weight], layer: FileLayer, place: Place) -> list[Binding]:
    """Which arrays of the file's layer go to which part of the model's layer."""
    parts = split_parts(group)
    is_keras1 = len(layer.arrays) != len(group) and len(layer.arrays) == sum(map(count_keras1, parts))
    if len(layer.arrays) != len(group) and not (is_keras1 and all(p.bias for p in parts if p.gates)):
        _report_array_count(group, parts, layer, place.store, place.findings)
        return []
    bindings, start = [], 0
    for part in parts:
        stop = start + (count_keras1(part) if is_keras1 else len(part.weights))
        bindings.append(bind_part(part, layer.arrays[start:stop], place))
        start = stop
    return bindings


def _report_array_count(
    group: Sequence[Weight], parts: Sequence[Part], layer: FileLayer, store: StoreFile, findings: Findings
) -> None:
    shapes = _list_shapes([array.shape for array in layer.arrays])
    wanted = _list_shapes([weight.shape for weight in group])
    biases = sum(weight.name.endswith("/bias") for weight in group)
    count, hint = len(layer.arrays), None
    if biases and count == len(group) - biases:
        hint = "the file's layer has no bias: set `use_bias: false`"
    elif not biases and count in (len(group) + len(parts), sum(map(count_keras1, parts))):
        hint = "the file's layer has a bias: set `use_bias: true`"
    elif count in (9, 12):
        hint = f"{count} arrays are those of {A_CELL[count // 3]} of Keras 1"
    findings.add(
        Diagnostic(
            "W409",
            (*group[0].path[:-1], "use_bias") if hint and "use_bias" in hint else group[0].path[:-1],
            f"layer `{layer.name}` in `{store.title}` holds {count} arrays, {shapes}; "
            f"`{group[0].layer}` takes {len(group)}, {wanted}",
            hint,
        )
    )


def _list_shapes(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(map(show, shapes[:6])) + (", …" if len(shapes) > 6 else "")

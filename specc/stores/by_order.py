"""Binds the layers of a Keras file to the layers of the model, in order, as Keras does itself.

Names in such files are whatever Keras had counted to when it built the model; order is what counts. Layers
without weights are dropped on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specc.diagnostics import Diagnostic, Findings
from specc.stores import layouts
from specc.stores.arrays import Array, StoredArray, StoreFile, check_types, list_names, to_float32
from specc.stores.cells import A_CELL, CELL_NAMES, Part, group_by_layer, split_parts
from specc.stores.hdf5 import FileLayer
from specc.stores.shapes import Comparison, Pair, add_once, is_other_bias_form, report_bias_form
from specc.tensors import show
from specc.weights import Weight

_MOST_LISTED = 12  # names in a message

Convert = Callable[[Sequence[Array]], Sequence[Array]]


@dataclass(frozen=True)
class Binding:
    """The stored arrays of one part of a layer, and how they become its weights."""

    part: Part
    pairs: tuple[Pair, ...]
    convert: Convert | None = None


def read(
    weights: Sequence[Weight], layers: Sequence[FileLayer], store: StoreFile, findings: Findings
) -> dict[str, Array]:
    """The arrays of all weights; raises SpecError where layers, counts, shapes or types do not fit."""
    declared = group_by_layer(weights)
    if len(declared) != len(layers):
        _report_layer_count(declared, layers, store, findings)
    elif _is_shuffled(list(declared.values()), layers):
        _report_shuffle(declared, layers, store, findings)
    findings.raise_errors()
    _warn_of_order(list(declared), layers, store, findings)
    comparison = Comparison(store, findings)
    bindings: list[Binding] = []
    for group, layer in zip(declared.values(), layers, strict=True):
        bound = _bind_layer(group, layer, store, findings)
        comparison.compare_layer([(binding.part, binding.pairs) for binding in bound])
        bindings += bound
    pairs = [(pair.stored, pair.weight) for binding in bindings for pair in binding.pairs]
    check_types(pairs, store, findings)
    findings.raise_errors()
    return {name: array for binding in bindings for name, array in _read_part(binding, store, findings)}


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
    message = (
        f"`{store.title}` holds {len(layers)} layers with weights ({listed}), the model has {len(declared)} ({wanted})"
    )
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


def _bind_layer(group: Sequence[Weight], layer: FileLayer, store: StoreFile, findings: Findings) -> list[Binding]:
    """Which arrays of the file's layer go to which part of the model's layer."""
    parts = split_parts(group)
    is_keras1 = len(layer.arrays) != len(group) and len(layer.arrays) == sum(map(_keras1_count, parts))
    if len(layer.arrays) != len(group) and not (is_keras1 and all(p.bias for p in parts if p.gates)):
        _report_array_count(group, parts, layer, store, findings)
        return []
    bindings, start = [], 0
    for part in parts:
        stop = start + (_keras1_count(part) if is_keras1 else len(part.weights))
        arrays = layer.arrays[start:stop]
        bindings.append(_bind_part(part, arrays, layer.name, store, findings))
        start = stop
    return bindings


def _keras1_count(part: Part) -> int:
    """How many arrays Keras 1 kept of this: three a gate of an LSTM or GRU."""
    return 3 * part.gates if part.gates in (3, 4) else len(part.weights)


def _report_array_count(
    group: Sequence[Weight], parts: Sequence[Part], layer: FileLayer, store: StoreFile, findings: Findings
) -> None:
    shapes = _list_shapes([array.shape for array in layer.arrays])
    wanted = _list_shapes([weight.shape for weight in group])
    biases = sum(weight.name.endswith("/bias") for weight in group)
    count, hint = len(layer.arrays), None
    if biases and count == len(group) - biases:
        hint = "the file's layer has no bias: set `use_bias: false`"
    elif not biases and count in (len(group) + len(parts), sum(map(_keras1_count, parts))):
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


def _bind_part(part: Part, arrays: Sequence[StoredArray], layer: str, store: StoreFile, findings: Findings) -> Binding:
    if len(arrays) > len(part.weights):
        return _bind_keras1(part, arrays, layer, store, findings)
    plain = [Pair(a, w, w.shape, max(1, part.gates)) for a, w in zip(arrays, part.weights, strict=True)]
    if part.gates not in (3, 4) or part.bias is None:
        return Binding(part, tuple(plain))
    kernel, bias = plain[0].stored.shape, plain[2].stored.shape
    if len(bias) == 1 and kernel and bias[0] == 2 * kernel[-1]:
        return _bind_cudnn(part, plain, layer, store, findings)
    if is_other_bias_form(plain[2], part):
        found = f"a GRU bias {show(bias)} in layer `{layer}`"
        report_bias_form(plain[2], part, found, store, findings)
        return Binding(part, tuple(plain[:2]))
    return Binding(part, tuple(plain))


def _bind_cudnn(part: Part, plain: Sequence[Pair], layer: str, store: StoreFile, findings: Findings) -> Binding:
    """The arrays of a CuDNNLSTM or CuDNNGRU, known by the size of the bias: two for every gate."""
    name = CELL_NAMES[part.gates]
    if part.gates == 3 and not part.reset_after:
        report_bias_form(plain[2], part, f"a CuDNNGRU in layer `{layer}`", store, findings)
        return Binding(part, tuple(plain[:2]))
    warning = Diagnostic(
        "W413",
        (*part.weights[0].path[:-1], "recurrent_activation"),
        f"layer `{layer}` in `{store.title}` is a CuDNN{name}, which computes with "
        "`recurrent_activation: sigmoid` and `activation: tanh`",
        "set them on the layer, where they differ",
        severity="warning",
    )
    add_once(warning, findings)
    bias = Pair(plain[2].stored, plain[2].weight, (2 * part.gates * part.units,), 2 * part.gates)
    convert = layouts.plain_lstm if part.gates == 4 else layouts.plain_gru
    return Binding(part, (*plain[:2], bias), lambda arrays: convert(*arrays))


def _bind_keras1(
    part: Part, arrays: Sequence[StoredArray], layer: str, store: StoreFile, findings: Findings
) -> Binding:
    """The arrays of a Keras 1 layer: W, U and b of each gate."""
    units = part.units
    shapes = ((part.weights[0].shape[0], units), (units, units), (units,))
    pairs = [Pair(array, part.weights[i % 3], shapes[i % 3], 1) for i, array in enumerate(arrays)]
    if part.reset_after:
        found = f"a GRU of Keras 1 ({len(arrays)} arrays) in layer `{layer}`"
        report_bias_form(pairs[2], part, found, store, findings)
    fuse = layouts.fuse_keras1_lstm if part.gates == 4 else layouts.fuse_keras1_gru
    return Binding(part, tuple(pairs), fuse)

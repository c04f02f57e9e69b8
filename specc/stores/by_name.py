"""Binds the arrays of an ``.npz`` or ``.safetensors`` to weights of the same name."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence

from specc.diagnostics import Diagnostic, Findings
from specc.stores.arrays import Array, StoredArray, StoreFile, check_types, list_names, to_float32
from specc.stores.cells import Part, group_by_layer, split_parts
from specc.stores.forms import plain_bias_shape, to_cudnn
from specc.stores.shapes import Comparison, Pair, is_other_bias_form, report_bias_form
from specc.tensors import show
from specc.weights import Weight

_MOST_REPORTED = 20
_MOST_COMPARED = 60  # names on each side that are searched for misspellings
_ALIKE = 0.6


def read(
    weights: Sequence[Weight], stored: Mapping[str, StoredArray], store: StoreFile, findings: Findings
) -> dict[str, Array]:
    """The arrays of all weights; raises SpecError where names, shapes or types do not fit."""
    _check_names(weights, stored, store, findings)
    _check_shapes(weights, stored, store, findings)
    pairs = [(stored[weight.name], weight) for weight in weights if weight.name in stored]
    check_types(pairs, store, findings)
    findings.raise_errors()
    arrays = {weight.name: to_float32(array.read(), weight, store, findings) for array, weight in pairs}
    for part in split_parts(weights):
        if _is_plain(part, stored):
            names = [weight.name for weight in part.weights]
            arrays |= zip(names, to_cudnn(part, [arrays[name] for name in names]), strict=True)
    return arrays


def _is_plain(part: Part, stored: Mapping[str, StoredArray]) -> bool:
    """Whether the file has a cuDNN layer's weights in the layout of plain ones, as generated modules keep them."""
    if not part.is_cudnn or part.bias is None or part.bias.name not in stored:
        return False
    return stored[part.bias.name].shape == plain_bias_shape(part)


def _check_names(weights: Sequence[Weight], stored: Collection[str], store: StoreFile, findings: Findings) -> None:
    """Report what is missing and what nobody takes; a misspelt name is one finding, a whole layer too."""
    declared = {weight.name: weight for weight in weights}
    missing = [weight for weight in weights if weight.name not in stored]
    extra = [name for name in stored if name not in declared]
    if _is_stranger(weights, missing, extra):
        _report_stranger(missing, extra, store, findings)
        return
    for name, wanted in _pair_layers(extra, missing, weights):
        count = sum(_layer_of(other) == name for other in extra)
        _report_unknown(f"layer `{name}` ({count} arrays)", f"did you mean `{wanted}`?", store, findings)
        extra = [other for other in extra if _layer_of(other) != name]
        missing = [weight for weight in missing if weight.layer != wanted]
    for name, wanted in _pair_names(extra, [weight.name for weight in missing]).items():
        _report_unknown(f"`{name}`", f"did you mean `{wanted}`?", store, findings)
        extra.remove(name)
        missing.remove(declared[wanted])
    _report_extra(extra, {weight.layer for weight in weights}, store, findings)
    _report_missing(missing, weights, store, findings)


def _layer_of(name: str) -> str:
    return name.partition("/")[0]


def _is_stranger(weights: Sequence[Weight], missing: Sequence[Weight], extra: Sequence[str]) -> bool:
    """Whether nothing in the file is the model's, nor nearly so."""
    if not weights or len(missing) < len(weights):
        return False
    return len(_pair_names(extra, [weight.name for weight in missing])) < min(len(missing), _MOST_COMPARED)


def _report_stranger(missing: Sequence[Weight], extra: Sequence[str], store: StoreFile, findings: Findings) -> None:
    message = (
        f"`{store.title}` holds no array that the model declares: found {list_names(extra)}, "
        f"expected {list_names([weight.name for weight in missing])}"
    )
    findings.add(Diagnostic("W404", store.blame, message, "names are `<layer>/<weight>`, as in `lstm/kernel`"))


def _report_unknown(what: str, hint: str, store: StoreFile, findings: Findings) -> None:
    message = f"`{store.title}` holds {what}, which no layer takes"
    findings.add(Diagnostic("W405", store.blame, message, hint))


def _report_extra(names: Sequence[str], known: Collection[str], store: StoreFile, findings: Findings) -> None:
    """Report arrays that nobody takes: those of a layer that the model lacks together, the others alone."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name if _layer_of(name) in known else _layer_of(name), []).append(name)
    listed = list(groups.values())
    for group in listed[:_MOST_REPORTED]:
        hint = "declare the layer, or remove it from the file"
        if _layer_of(group[0]) in known:
            hint = "set `use_bias: true`, or remove it" if group[0].endswith("/bias") else "remove it"
        _report_unknown(list_names(group), hint, store, findings)
    rest = [name for group in listed[_MOST_REPORTED:] for name in group]
    if rest:
        _report_unknown(f"{len(rest)} arrays more ({list_names(rest)})", "is it another model's?", store, findings)


def _report_missing(missing: Sequence[Weight], weights: Sequence[Weight], store: StoreFile, findings: Findings) -> None:
    """Report missing arrays: a layer of which nothing is there once, else each."""
    whole = group_by_layer(weights)
    for layer, absent in group_by_layer(missing).items():
        groups = [absent] if len(absent) == len(whole[layer]) else [[weight] for weight in absent]
        for group in groups:
            message = f"`{store.title}` holds no {list_names([weight.name for weight in group])}"
            hint = "a store holds every weight of the model"
            findings.add(Diagnostic("W404", group[0].path[:-1], message, hint))


def _pair_layers(extra: Sequence[str], missing: Sequence[Weight], weights: Sequence[Weight]) -> list[tuple[str, str]]:
    """(layer in the file, layer of the model) that differ in nothing but the layer's name."""
    whole = group_by_layer(weights)
    absent = {
        layer: sorted(weight.name.partition("/")[2] for weight in group)
        for layer, group in group_by_layer(missing).items()
        if len(group) == len(whole[layer])
    }
    found: dict[str, list[str]] = {}
    for name in extra:
        found.setdefault(_layer_of(name), []).append(name.partition("/")[2])
    pairs = []
    for layer, names in found.items():
        alike = [other for other in absent if absent[other] == sorted(names)]
        nearest = difflib.get_close_matches(layer, alike, n=1, cutoff=_ALIKE)
        if nearest and layer not in whole:
            pairs.append((layer, nearest[0]))
            del absent[nearest[0]]
    return pairs


def _likeness(name: str, wanted: str) -> float:
    """How alike two names are, from 0 to 1: by layer, and by what follows it."""
    pairs = zip(name.partition("/"), wanted.partition("/"), strict=True)
    return min(difflib.SequenceMatcher(None, a, b).ratio() for a, b in pairs)


def _pair_names(extra: Sequence[str], missing: Sequence[str]) -> dict[str, str]:
    """Each unknown name with the missing one that it resembles most, every name at most once."""
    scores = sorted(
        (
            (_likeness(name, wanted), name, wanted)
            for name in extra[:_MOST_COMPARED]
            for wanted in missing[:_MOST_COMPARED]
        ),
        reverse=True,
    )
    pairs: dict[str, str] = {}
    for score, name, wanted in scores:
        if score >= _ALIKE and name not in pairs and wanted not in pairs.values():
            pairs[name] = wanted
    return pairs


def _check_shapes(
    weights: Sequence[Weight], stored: Mapping[str, StoredArray], store: StoreFile, findings: Findings
) -> None:
    comparison = Comparison(store, findings)
    for group in group_by_layer(weights).values():
        layer: list[tuple[Part, list[Pair]]] = []
        for part in split_parts(group):
            pairs = []
            for weight in part.weights:
                if weight.name not in stored:
                    continue
                pair = Pair(stored[weight.name], weight, weight.shape, part.blocks_of(weight))
                if weight is part.bias and _is_plain(part, stored):
                    pair = Pair(pair.stored, weight, plain_bias_shape(part), part.gates)
                if is_other_bias_form(pair, part):
                    found = f"`{weight.name}` {show(pair.stored.shape)}"
                    report_bias_form(pair, part, found, store, findings)
                else:
                    pairs.append(pair)
            layer.append((part, pairs))
        comparison.compare_layer(layer)

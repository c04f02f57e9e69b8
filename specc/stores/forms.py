"""The forms in which Keras files hold what one part of a layer declares: plain, cuDNN's, Keras 1's, Theano's.

A form is known by the number of arrays and their shapes alone; names and classes in the file are no help, as
Keras itself loads the weights of one class into another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from specc.diagnostics import Diagnostic, Findings
from specc.stores import kernels, layouts
from specc.stores.arrays import Array, StoredArray, StoreFile
from specc.stores.cells import CELL_NAMES, Part
from specc.stores.laws import split_gates
from specc.stores.shapes import Pair, add_once, is_other_bias_form, report_bias_form
from specc.tensors import show
from specc.weights import Weight

Convert = Callable[[Sequence[Array]], Sequence[Array]]


@dataclass(frozen=True)
class Binding:
    """The stored arrays of one part of a layer, and how they become its weights."""

    part: Part
    pairs: tuple[Pair, ...]
    convert: Convert | None = None


@dataclass(frozen=True)
class Place:
    """The layer of the file that is being bound, for messages.

    theano: whether its kernels are mirrored. forms: of the spec's layers whose kernels Keras 1 kept otherwise.
    """

    layer: str
    store: StoreFile
    findings: Findings
    theano: bool = False
    forms: Mapping[str, str] = field(default_factory=dict)


def count_keras1(part: Part) -> int:
    """How many arrays Keras 1 kept of this: three a gate of an LSTM or GRU."""
    return 3 * part.gates if part.gates in (3, 4) and not part.is_cudnn else len(part.weights)


def bind_part(part: Part, arrays: Sequence[StoredArray], place: Place) -> Binding:
    """Find the form of the arrays; reports a GRU whose biases contradict ``reset_after``."""
    if len(arrays) > len(part.weights):
        return _bind_keras1(part, arrays, place)
    plain = [Pair(a, w, w.shape, part.blocks_of(w)) for a, w in zip(arrays, part.weights, strict=True)]
    form = place.forms.get(part.weights[0].layer)
    if form is not None and any(kernels.is_kernel(w.name, w.shape) for w in part.weights):
        return _bind_old_kernels(part, plain, form)
    if place.theano and any(map(_is_convolution, part.weights)):
        return Binding(part, tuple(plain), lambda found: _mirror(part.weights, found))
    if part.gates not in (3, 4) or part.bias is None:
        return Binding(part, tuple(plain))
    kernel, bias = plain[0].stored.shape, plain[2].stored.shape
    is_cudnn = len(kernel) == 2 and len(bias) == 1 and bias[0] == 2 * kernel[-1]
    if is_cudnn != part.is_cudnn:
        return _bind_from_cudnn(part, plain, place) if is_cudnn else _bind_to_cudnn(part, plain, place)
    if is_other_bias_form(plain[2], part):
        report_bias_form(
            plain[2], part, f"a GRU bias {show(bias)} in layer `{place.layer}`", place.store, place.findings
        )
        return Binding(part, tuple(plain[:2]))
    return Binding(part, tuple(plain))


def _bind_from_cudnn(part: Part, plain: Sequence[Pair], place: Place) -> Binding:
    """A CuDNNLSTM or CuDNNGRU for a plain layer; its bias has two blocks for every gate."""
    if part.gates == 3 and not part.reset_after:
        report_bias_form(plain[2], part, f"a CuDNNGRU in layer `{place.layer}`", place.store, place.findings)
        return Binding(part, tuple(plain[:2]))
    warning = Diagnostic(
        "W413",
        (*part.weights[0].path[:-1], "recurrent_activation"),
        f"layer `{place.layer}` in `{place.store.title}` is a CuDNN{CELL_NAMES[part.gates]}, which computes with "
        "`recurrent_activation: sigmoid` and `activation: tanh`",
        "set them on the layer, where they differ",
        severity="warning",
    )
    add_once(warning, place.findings)
    bias = Pair(plain[2].stored, plain[2].weight, (2 * part.gates * part.units,), 2 * part.gates)
    convert = layouts.plain_lstm if part.gates == 4 else layouts.plain_gru
    return Binding(part, (*plain[:2], bias), lambda found: convert(*found))


def _bind_to_cudnn(part: Part, plain: Sequence[Pair], place: Place) -> Binding:
    """An LSTM, or a GRU with reset_after, for a cuDNN layer; Keras converts these too."""
    stored, weight = plain[2].stored, plain[2].weight
    if part.gates == 3 and len(stored.shape) == 1:
        message = (
            f"`{place.store.title}` holds a GRU bias {show(stored.shape)} in layer `{place.layer}`, which is of "
            "`reset_after: false`; a CuDNNGRU cannot compute that"
        )
        hint = "use GRU with `reset_after: false` in its place"
        add_once(Diagnostic("W410", (*weight.path[:-1], "type"), message, hint), place.findings)
        return Binding(part, tuple(plain[:2]))
    bias = Pair(stored, weight, plain_bias_shape(part), part.gates)
    return Binding(part, (*plain[:2], bias), lambda found: to_cudnn(part, found))


def plain_bias_shape(part: Part) -> tuple[int, ...]:
    """The bias of the LSTM, or of the GRU with reset_after, that computes what a cuDNN layer does."""
    return (4 * part.units,) if part.gates == 4 else (2, 3 * part.units)


def to_cudnn(part: Part, arrays: Sequence[Array]) -> Sequence[Array]:
    """The arrays of that LSTM or GRU in cuDNN's layout."""
    return layouts.cudnn_lstm(*arrays) if part.gates == 4 else layouts.cudnn_gru(*arrays)


def _bind_keras1(part: Part, arrays: Sequence[StoredArray], place: Place) -> Binding:
    """W, U and b of each gate."""
    shapes = [split_gates(weight.shape, part.gates) for weight in part.weights]
    shapes[2] = (part.units,)
    form = place.forms.get(part.weights[0].layer, "")
    pairs = [
        Pair(
            array,
            part.weights[i % 3],
            kernels.stored_shape(form, shapes[i % 3], array.shape) if i % 3 < 2 else shapes[2],
            1,
        )
        for i, array in enumerate(arrays)
    ]
    if part.reset_after:
        found = f"a GRU of Keras 1 ({len(arrays)} arrays) in layer `{place.layer}`"
        report_bias_form(pairs[2], part, found, place.store, place.findings)
    fuse = layouts.fuse_keras1_lstm if part.gates == 4 else layouts.fuse_keras1_gru

    def convert(found: Sequence[Array]) -> Sequence[Array]:
        return fuse([kernels.modernize(form, a, shapes[i % 3]) if i % 3 < 2 else a for i, a in enumerate(found)])

    return Binding(part, tuple(pairs), convert if form else fuse)


def _bind_old_kernels(part: Part, plain: Sequence[Pair], form: str) -> Binding:
    """The kernels of Keras 1's convolutions."""
    weights = part.weights
    is_old = [kernels.is_kernel(weight.name, weight.shape) for weight in weights]
    pairs = [
        replace(pair, shape=kernels.stored_shape(form, pair.shape, pair.stored.shape)) if old else pair
        for pair, old in zip(plain, is_old, strict=True)
    ]

    def convert(found: Sequence[Array]) -> list[Array]:
        return [
            kernels.modernize(form, array, weight.shape) if old else array
            for array, weight, old in zip(found, weights, is_old, strict=True)
        ]

    return Binding(part, tuple(pairs), convert)


def _is_convolution(weight: Weight) -> bool:
    return len(weight.shape) > 2 and weight.name.endswith("kernel")


def _mirror(weights: Sequence[Weight], arrays: Sequence[Array]) -> list[Array]:
    pairs = zip(weights, arrays, strict=True)
    return [layouts.mirror(array) if _is_convolution(weight) else array for weight, array in pairs]

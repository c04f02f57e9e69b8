"""Files as Keras 1 wrote them, put together in every way that it could: computed by loops from the equations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from specc.stores import layouts
from tests.keras_files.files import (
    Array,
    Config,
    called,
    layer,
    layers_of,
    network,
    numbers,
    refusals,
    run,
    run_spec,
    same,
    write_h5,
)
from tests.stores.equations import gru, hard_sigmoid, lstm

X, Y = numbers(2, 5, 3, seed=5), numbers(2, 5, 3, seed=6)
SEQUENCE: Config = {"batch_input_shape": [None, 5, 3], "input_dtype": "float32", "trainable": True}
IMAGES: Config = {"batch_input_shape": [None, 6, 6, 4], "input_dtype": "float32", "trainable": True}
RECURRENT: Config = {
    **dict.fromkeys(("W_regularizer", "U_regularizer", "b_regularizer")),
    **{"init": "glorot_uniform", "inner_init": "orthogonal", "activation": "tanh", "inner_activation": "hard_sigmoid"},
    **{"dropout_W": 0.0, "dropout_U": 0.0, "go_backwards": False, "stateful": False, "unroll": False},
    **{"return_sequences": True, "consume_less": "cpu", "input_dim": 3, "input_length": None},
}
Cell = tuple[Array, Array, Array]


def of(kind: str, name: str, units: int, **others: Any) -> Config:
    forget = {"forget_bias_init": "one"} if kind == "LSTM" else {}
    return layer(kind, name, output_dim=units, **{**RECURRENT, **forget, **others})


def dense(name: str, units: int, **others: Any) -> Config:
    keys = ("W_regularizer", "b_regularizer", "activity_regularizer", "W_constraint", "b_constraint")
    idle: Config = dict.fromkeys(keys)
    more = {"init": "glorot_uniform", "activation": "linear", "bias": True, "trainable": True, **others}
    return layer("Dense", name, output_dim=units, **idle, **more)


def first(name: str, units: int, width: int = 3) -> Config:
    return dense(name, units, input_dim=width, batch_input_shape=[None, width], input_dtype="float32")


def merge(mode: str, dot_axes: Any = -1, concat_axis: int = -1, **others: Any) -> Config:
    kinds = {"mode_type": "raw", "output_shape_type": "raw", "output_mask_type": "raw"}
    idle: Config = {"output_shape": None, "output_mask": None, "arguments": {}}
    return layer("Merge", "merge_1", mode=mode, dot_axes=dot_axes, concat_axis=concat_axis, **kinds, **idle, **others)


def one(*layers: Any) -> Config:
    return {"class_name": "Sequential", "config": list(layers), "keras_version": "1.2.2"}


def inner(*layers: Any) -> Config:
    """A Sequential inside another: a list, without a name."""
    return {"class_name": "Sequential", "config": list(layers)}


def source(name: str, *shape: int) -> Config:
    return called(layer("InputLayer", name, batch_input_shape=[None, *shape], input_dtype="float32", sparse=False), [])


def cell(width: int, units: int, gates: int, seed: int) -> Cell:
    wide = gates * units
    return numbers(width, wide, seed=seed), numbers(units, wide, seed=seed), numbers(wide, seed=seed)


def affine(width: int, units: int, seed: int) -> list[Array]:
    return [numbers(width, units, seed=seed), numbers(units, seed=seed)]


def through(x: Array, *layers: list[Array]) -> Array:
    for kernel, bias in layers:
        x = x @ kernel + bias
    return x


def outputs(folder: Path, model: Config, arrays: dict[str, list[Array]], *inputs: Array) -> list[Array]:
    return run(write_h5(folder / "m.h5", arrays, model, version=None), *inputs)


@pytest.mark.parametrize("consume_less", ["cpu", "mem", "gpu"])
def test_one_array_or_one_a_gate(tmp_path: Path, consume_less: str) -> None:
    """`gpu` keeps three arrays, in the order of later Kerases; the others three for each gate."""
    c, g = cell(3, 2, 4, 1), cell(2, 3, 3, 2)
    model = one(of("LSTM", "l", 2, consume_less=consume_less, **SEQUENCE), of("GRU", "g", 3, consume_less=consume_less))
    fused = consume_less == "gpu"
    arrays = {"l": list(c if fused else layouts.split_keras1_lstm(*c)),
              "g": list(g if fused else layouts.split_keras1_gru(*g))}  # fmt: skip
    expected = gru(lstm(X, c, hard_sigmoid)[0], g, hard_sigmoid)
    assert same(outputs(tmp_path, model, arrays, X), [expected])


def test_both_ways(tmp_path: Path) -> None:
    one_way, other = cell(3, 2, 4, 1), cell(3, 2, 4, 2)
    model = one(layer("Bidirectional", "b", merge_mode="concat", layer=of("LSTM", "l", 2), input_dim=3, **SEQUENCE))
    arrays = [*layouts.split_keras1_lstm(*one_way), *layouts.split_keras1_lstm(*other)]
    back = lstm(X[:, ::-1], other, hard_sigmoid)[0][:, ::-1]
    expected = np.concatenate([lstm(X, one_way, hard_sigmoid)[0], back], -1)
    assert same(outputs(tmp_path, model, {"b": arrays}, X), [expected])


@pytest.mark.parametrize("place", ["first", "later", "both"])
def test_models_in_a_row(tmp_path: Path, place: str) -> None:
    """A Sequential inside another is one group of the file, wherever it stands."""
    a, b, c, x = affine(3, 4, 1), affine(4, 3, 2), affine(3, 3, 3), numbers(4, 3)
    pair = inner(first("a", 4), dense("b", 3))
    if place == "first":
        model, groups, order = one(pair, dense("c", 3)), {"sequential_1": [*a, *b], "c": c}, (a, b, c)
    elif place == "later":
        model, groups, order = one(first("c", 3), pair), {"c": c, "sequential_1": [*a, *b]}, (c, a, b)
    else:
        model, order = one(pair, inner(first("c", 3))), (a, b, c)
        groups = {"sequential_1": [*a, *b], "sequential_2": c}
    assert same(outputs(tmp_path, model, groups, x), [through(x, *order)])


def test_a_model_over_time(tmp_path: Path) -> None:
    a, b = affine(3, 4, 1), affine(4, 2, 2)
    chain = inner(first("a", 4), layer("Activation", "act", activation="tanh"), dense("b", 2))
    model = one(layer("TimeDistributed", "td", layer=chain, input_dim=3, input_length=5, **SEQUENCE))
    assert same(outputs(tmp_path, model, {"td": [*a, *b]}, X), [np.tanh(X @ a[0] + a[1]) @ b[0] + b[1]])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"mode": "dot", "dot_axes": [2, 2]}, np.einsum("nij,nkj->nik", X, Y)),
        ({"mode": "dot", "dot_axes": 2}, np.einsum("nij,nkj->nik", X, Y)),
        ({"mode": "dot", "dot_axes": [[1], [1]]}, np.einsum("nji,njk->nik", X, Y)),
        ({"mode": "concat", "concat_axis": 1}, np.concatenate([X, Y], 1)),
        ({"mode": "concat", "concat_axis": -1}, np.concatenate([X, Y], 2)),
        ({"mode": "ave"}, (X + Y) / 2),
        ({"mode": "max"}, np.maximum(X, Y)),
    ],
)
def test_merges_of_a_functional_model(arguments: Config, expected: Array) -> None:
    joined = called(merge(**arguments), [[["a", 0, 0], ["b", 0, 0]]])
    ends = [["a", 0, 0], ["b", 0, 0]]
    model = network([source("a", 5, 3), source("b", 5, 3), joined], ends, [["merge_1", 0, 0]], keras_version="1.1.0")
    assert same(run(model, X, Y), [expected])


def test_captions(tmp_path: Path) -> None:
    """A model of images and one of words, joined by the Merge that a Sequential begins with."""
    image = inner(first("d1", 4, width=6), layer("RepeatVector", "rep", n=5))
    words = inner(
        layer("Embedding", "e", input_dim=9, output_dim=3, init="uniform", input_length=5, mask_zero=False,
              dropout=0.0, batch_input_shape=[None, 5], input_dtype="int32"),
        of("LSTM", "l0", 2),
        layer("TimeDistributed", "td", layer=dense("d2", 4)),
    )  # fmt: skip
    model = one(merge("concat", layers=[image, words]), of("LSTM", "l1", 2, return_sequences=False), dense("d3", 9))
    d1, table, l0, td = affine(6, 4, 1), numbers(9, 3), cell(3, 2, 4, 2), affine(2, 4, 3)
    l1, d3 = cell(8, 2, 4, 4), affine(2, 9, 5)
    arrays = {"d1": d1, "rep": [], "e": [table], "l0": list(layouts.split_keras1_lstm(*l0)), "td": td,
              "l1": list(layouts.split_keras1_lstm(*l1)), "d3": d3}  # fmt: skip
    picture, ids = numbers(2, 6), np.array([[1, 2, 3, 4, 8], [0, 7, 0, 5, 1]], np.int32)
    repeated = np.repeat(through(picture, d1)[:, np.newaxis], 5, 1)
    joined = np.concatenate([repeated, through(lstm(table[ids], l0, hard_sigmoid)[0], td)], -1)
    expected = through(lstm(joined, l1, hard_sigmoid)[1], d3)
    assert same(outputs(tmp_path, model, arrays, picture, ids), [expected])


def test_models_of_a_merge_that_share_a_layer(tmp_path: Path) -> None:
    """The file says the layer twice, and holds it once."""
    base, a = inner(first("d", 4)), affine(3, 4, 1)
    x, y = numbers(4, 3), numbers(4, 3, seed=4)
    found = outputs(tmp_path, one(merge("mul", layers=[base, base])), {"d": a}, x, y)
    assert same(found, [through(x, a) * through(y, a)])


def test_a_model_called_twice(tmp_path: Path) -> None:
    own = network([source("i", 3), called(dense("d", 2), [[["i", 0, 0]]])], [["i", 0, 0]], [["d", 0, 0]])
    own["config"]["name"] = "inner"
    nested = {**own, "name": "inner", "inbound_nodes": [[["x", 0, 0]], [["y", 0, 0]]]}
    joined = called(merge("sum"), [[["inner", 1, 0], ["inner", 2, 0]]])
    ends = [["x", 0, 0], ["y", 0, 0]]
    model = network([source("x", 3), source("y", 3), nested, joined], ends, [["merge_1", 0, 0]], keras_version="1.2.0")
    x, y, a = numbers(4, 3), numbers(4, 3, seed=4), affine(3, 2, 1)
    assert same(outputs(tmp_path, model, {"inner": a}, x, y), [through(x, a) + through(y, a)])


@pytest.mark.parametrize("ordering", ["tf", "th"])
def test_convolutions_with_memory(tmp_path: Path, ordering: str) -> None:
    """An array a gate, whose axes `th` orders otherwise."""
    kernel, recurrent, bias = numbers(3, 3, 2, 12), numbers(3, 3, 3, 12), numbers(12)
    stored = list(layouts.split_keras1_lstm(kernel, recurrent, bias))
    if ordering == "th":
        stored = [array.transpose(3, 2, 0, 1) if array.ndim == 4 else array for array in stored]
    shape = [4, 4, 2] if ordering == "tf" else [2, 4, 4]
    config = layer(
        "ConvLSTM2D", "c", nb_filter=3, nb_row=3, nb_col=3, init="glorot_uniform", inner_init="orthogonal",
        forget_bias_init="one", activation="tanh", inner_activation="hard_sigmoid", dim_ordering=ordering,
        border_mode="same", subsample=[1, 1], return_sequences=False, consume_less="cpu",
        batch_input_shape=[None, 2, *shape],
    )  # fmt: skip
    spec = {"dialect": "keras1", "layers": [
        {"type": "ConvLSTM2D", "name": "c", "filters": 3, "kernel_size": 3, "padding": "same",
         "input_shape": [2, *shape], **({"data_format": "channels_first"} if ordering == "th" else {})}]}  # fmt: skip
    x, names = numbers(1, 2, *shape), ("c/kernel", "c/recurrent_kernel", "c/bias")
    by_name = dict(zip(names, (kernel, recurrent, bias), strict=True))
    assert same(outputs(tmp_path, one(config), {"c": stored}, x), run_spec(spec, by_name, tmp_path, x))


ENTRIES: list[tuple[str, Config, Config]] = [
    ("MaxPooling1D", {"pool_length": 3, "stride": 1, "border_mode": "same"},
     {"type": "MaxPooling1D", "pool_size": 3, "strides": 1, "padding": "same"}),
    ("UpSampling1D", {"length": 3}, {"type": "UpSampling1D", "size": 3}),
    ("ZeroPadding1D", {"padding": [1, 2]}, {"type": "ZeroPadding1D", "padding": [1, 2]}),
    ("GaussianNoise", {"sigma": 0.1}, {"type": "GaussianNoise", "stddev": 0.1}),
    ("SpatialDropout1D", {"p": 0.2}, {"type": "SpatialDropout1D", "rate": 0.2}),
    ("ThresholdedReLU", {"theta": 0.5}, {"type": "ThresholdedReLU", "theta": 0.5}),
    ("ActivityRegularization", {"l1": 0.1, "l2": 0.0},
     {"type": "Activation", "activation": "linear", "activity_regularizer": {"type": "l1", "l1": 0.1}}),
    ("AtrousConvolution1D", {"nb_filter": 3, "filter_length": 2, "atrous_rate": 2, "subsample_length": 1},
     {"type": "Conv1D", "filters": 3, "kernel_size": 2, "dilation_rate": 2}),
    ("BatchNormalization", {"epsilon": 1e-6, "mode": 0, "axis": -1, "momentum": 0.9},
     {"type": "BatchNormalization", "epsilon": 1e-6, "momentum": 0.9}),
]  # fmt: skip
IMAGE_ENTRIES: list[tuple[str, Config, Config]] = [
    ("ZeroPadding2D", {"padding": [1, 0, 2, 3], "dim_ordering": "tf"},
     {"type": "ZeroPadding2D", "padding": [[1, 0], [2, 3]]}),
    ("MaxPooling2D", {"pool_size": [3, 3], "strides": [1, 1], "border_mode": "valid", "dim_ordering": "th"},
     {"type": "MaxPooling2D", "pool_size": [3, 3], "strides": [1, 1], "data_format": "channels_first"}),
    ("SeparableConvolution2D", {"nb_filter": 3, "nb_row": 3, "nb_col": 2, "border_mode": "same"},
     {"type": "SeparableConv2D", "filters": 3, "kernel_size": [3, 2], "padding": "same"}),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "arguments", "expected"), [*ENTRIES, *IMAGE_ENTRIES])
def test_renamed_arguments(kind: str, arguments: Config, expected: Config) -> None:
    shape = IMAGES if (kind, arguments, expected) in IMAGE_ENTRIES else SEQUENCE
    entry = layers_of(one(layer(kind, "x", **arguments, **shape)))[-1]
    assert {key: value for key, value in entry.items() if key != "name"} == expected


def test_kernels_of_volumes() -> None:
    sizes = {f"kernel_dim{i}": i + 1 for i in (1, 2, 3)}
    conv = layer("Convolution3D", "x", nb_filter=3, **sizes, subsample=[1, 1, 1], dim_ordering="tf",
                 border_mode="same", batch_input_shape=[None, 4, 4, 4, 1])  # fmt: skip
    assert layers_of(one(conv))[-1]["kernel_size"] == [2, 3, 4]


@pytest.mark.parametrize(
    ("item", "code", "words"),
    [
        (layer("Highway", "x", activation="relu", **SEQUENCE), "K710", "Multiply"),
        (layer("SReLU", "x", **SEQUENCE), "K710", "PReLU"),
        (layer("LocallyConnected1D", "x", nb_filter=3, filter_length=2, **SEQUENCE), "K710", "Conv1D"),
        (layer("BatchNormalization", "x", mode=1, **SEQUENCE), "K713", None),
        (layer("Deconvolution2D", "x", nb_filter=3, nb_row=3, nb_col=3, output_shape=[None, 12, 12, 3], **IMAGES),
         "K713", None),
    ],
)  # fmt: skip
def test_refusals(item: Config, code: str, words: str | None) -> None:
    (finding,) = refusals(one(item))
    assert finding.code == code
    assert words is None or words in (finding.hint or "")

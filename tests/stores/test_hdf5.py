"""Keras HDF5 files: bound in the file's own order, whatever the names; what does not fit is told exactly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from specc.diagnostics import Findings
from specc.stores import layouts
from specc.stores.arrays import Array
from specc.weights import Weight
from tests.stores.declarations import (
    bidirectional_lstm,
    bound,
    declare,
    dense,
    gru,
    lstm,
    recurrent,
    refusals,
    values,
)
from tests.stores.keras_h5 import Layers, write

MODEL = [*lstm("encoder", 3, 4, 1), *gru("decoder", 4, 2, 2), *dense("head", 2, 5, 3)]
ARRAYS = values(MODEL)


def cell(layer: str, arrays: dict[str, Array], name: str) -> list[tuple[str, Array]]:
    return [(f"{name}/{part}:0", arrays[f"{layer}/{part}"]) for part in ("kernel", "recurrent_kernel", "bias")]


FILE: Layers = {
    "input_1": [],
    "zz_lstm": cell("encoder", ARRAYS, "zz_lstm"),
    "dropout": [],
    "gru_1": cell("decoder", ARRAYS, "gru_1"),
    "a_dense": [("a_dense/kernel:0", ARRAYS["head/kernel"]), ("a_dense/bias:0", ARRAYS["head/bias"])],
}


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("text", ["bytes", "str"])
@pytest.mark.parametrize("chunks", [1, 2])
def test_binds_in_the_order_of_the_file(
    tmp_path: Path, whole: bool, text: Literal["bytes", "str"], chunks: int
) -> None:
    findings = Findings()
    found = bound(MODEL, write(tmp_path / "w", FILE, whole=whole, text=text, chunks=chunks), findings)
    assert findings.diagnostics == []
    assert set(found) == set(ARRAYS)
    for name, array in found.items():
        assert_array_equal(array, ARRAYS[name])
        assert array.dtype == np.float32
        assert array.flags.c_contiguous


def test_packed_datasets_and_other_floats(tmp_path: Path) -> None:
    packed = write(tmp_path / "w", FILE, compression="gzip", shuffle=True)
    assert_array_equal(bound(MODEL, packed)["head/kernel"], ARRAYS["head/kernel"])
    doubles = {name: [(path, array.astype(">f8")) for path, array in part] for name, part in FILE.items()}
    assert_array_equal(bound(MODEL, write(tmp_path / "d", doubles))["head/bias"], ARRAYS["head/bias"])


def test_names_that_look_like_paths_are_walked(tmp_path: Path) -> None:
    deep = {"sequential/dense": [("sequential/dense/kernel", ARRAYS["head/kernel"]), ("b", ARRAYS["head/bias"])]}
    assert_array_equal(bound(dense("d", 2, 5), write(tmp_path / "w", deep))["d/bias"], ARRAYS["head/bias"])


def bidirectional(layer: str, arrays: dict[str, Array], split: Any = None) -> list[tuple[str, Array]]:
    parts: list[tuple[str, Array]] = []
    for side in ("forward", "backward"):
        plain = [arrays[f"{layer}/{side}/{name}"] for name in ("kernel", "recurrent_kernel", "bias")]
        parts += [(f"{side}_{i}", array) for i, array in enumerate(split(*plain) if split else plain)]
    return parts


@pytest.mark.parametrize("split", [None, layouts.split_keras1_lstm])
def test_bidirectional_layers_of_every_keras(tmp_path: Path, split: Any) -> None:
    model = bidirectional_lstm("bi", 3, 2)
    arrays = values(model)
    found = bound(model, write(tmp_path / "w", {"bi": bidirectional("bi", arrays, split)}))
    for name, array in found.items():
        assert_array_equal(array, arrays[name])


def test_cudnn_layers_become_plain_ones_with_a_warning(tmp_path: Path) -> None:
    model = [*bidirectional_lstm("bi", 3, 2), *gru("gru", 4, 2, 1, reset_after=True)]
    arrays = values(model)
    plain = [arrays[f"gru/{name}"] for name in ("kernel", "recurrent_kernel", "bias")]
    stored = [(str(i), array) for i, array in enumerate(layouts.cudnn_gru(*plain))]
    file = write(tmp_path / "w", {"a": bidirectional("bi", arrays, layouts.cudnn_lstm), "b": stored})
    findings = Findings()
    found = bound(model, file, findings)
    for name, array in found.items():
        assert_array_equal(array, arrays[name])
        assert array.flags.c_contiguous
    assert [(d.code, d.path, d.message.replace(str(file), "w")) for d in findings] == [
        (
            "W413",
            ("layers", 0, "layer", "recurrent_activation"),
            "layer `a` in `w` is a CuDNNLSTM, which computes with `recurrent_activation: sigmoid` "
            "and `activation: tanh`",
        ),
        (
            "W413",
            ("layers", 1, "recurrent_activation"),
            "layer `b` in `w` is a CuDNNGRU, which computes with `recurrent_activation: sigmoid` "
            "and `activation: tanh`",
        ),
    ]


def conv_lstm(layer: str, channels: int, filters: int) -> list[Weight]:
    shapes = (("kernel", (3, 2, channels, 4 * filters)), ("recurrent_kernel", (3, 2, filters, 4 * filters)))
    return declare(layer, *shapes, ("bias", (4 * filters,)), blame="filters")


def stored(arrays: Iterable[Array]) -> Layers:
    return {"l": [(str(i), array) for i, array in enumerate(arrays)]}


def test_convolution_kernels_of_theano_are_mirrored(tmp_path: Path) -> None:
    model = conv_lstm("conv", 1, 2)
    arrays = values(model)
    files = {name: write(tmp_path / name, stored(arrays.values()), backend=name) for name in ("theano", "tensorflow")}
    assert_array_equal(bound(model, files["tensorflow"])["conv/kernel"], arrays["conv/kernel"])
    found = bound(model, files["theano"])
    for name in ("conv/kernel", "conv/recurrent_kernel"):
        assert_array_equal(found[name], arrays[name][::-1, ::-1])
        assert found[name].flags.c_contiguous
    assert_array_equal(found["conv/bias"], arrays["conv/bias"])
    plain = lstm("lstm", 3, 2)
    file = write(tmp_path / "plain", stored(values(plain).values()), backend="theano")
    assert_array_equal(bound(plain, file)["lstm/kernel"], values(plain)["lstm/kernel"])


def test_conv_lstm_of_keras_1_and_of_another_width(tmp_path: Path) -> None:
    model = conv_lstm("conv", 1, 2)
    gates = layouts.split_keras1_lstm(*values(model).values())
    found = bound(model, write(tmp_path / "w", stored(gates), backend=None))
    for name, array in values(model).items():
        assert_array_equal(found[name], array)
    assert refusals(conv_lstm("conv", 1, 5), tmp_path / "w") == [
        "W406 layers.0.filters: `conv/kernel` in `w` (as `0`): found (3, 2, 1, 2), expected (3, 2, 1, 5) | "
        "the file holds 2 filters"
    ]
    assert refusals(conv_lstm("conv", 1, 5), write(tmp_path / "v", stored(values(model).values()))) == [
        "W406 layers.0.filters: `conv/kernel` in `v` (as `0`): found (3, 2, 1, 8), expected (3, 2, 1, 20) | "
        "the file holds 2 filters"
    ]


@pytest.mark.parametrize(("gates", "plain"), [(4, (8,)), (3, (2, 6))])
def test_layers_that_are_declared_as_cudnn_keep_them(tmp_path: Path, gates: int, plain: tuple[int, ...]) -> None:
    model = recurrent("rnn", 3, 2, gates, bias=(4 * gates,))
    arrays = values(model)
    findings = Findings()
    found = bound(model, write(tmp_path / "w", stored(arrays.values())), findings)
    for name, array in arrays.items():
        assert_array_equal(found[name], array)
    source = list(values(recurrent("rnn", 3, 2, gates, bias=plain)).values())
    convert: Any = layouts.cudnn_lstm if gates == 4 else layouts.cudnn_gru
    found = bound(model, write(tmp_path / "p", stored(source)), findings)
    for array, wanted in zip(found.values(), convert(*source), strict=True):
        assert_array_equal(array, wanted)
    assert findings.diagnostics == []
    assert refusals(recurrent("rnn", 3, 5, gates, bias=(10 * gates,)), tmp_path / "w") == [
        f"W406 layers.0.units: `rnn/kernel` in `w` (as `0`): found (3, {2 * gates}), expected (3, {5 * gates}) | "
        "the file holds 2 units"
    ]


def test_a_cudnn_gru_is_of_reset_after(tmp_path: Path) -> None:
    file = write(tmp_path / "w", stored(values(gru("gru", 3, 2)).values()))
    assert refusals(recurrent("rnn", 3, 2, 3, bias=(12,)), file) == [
        "W410 layers.0.type: `w` holds a GRU bias (6,) in layer `l`, which is of `reset_after: false`; "
        "a CuDNNGRU cannot compute that | use GRU with `reset_after: false` in its place"
    ]


def one(layer: str, *shapes: tuple[int, ...]) -> Layers:
    return {layer: [(str(i), np.ones(shape, np.float32)) for i, shape in enumerate(shapes)]}


@pytest.mark.parametrize(
    ("reset_after", "stored", "message"),
    [
        (True, one("g", (3, 12), (4, 12), (12,)), "a GRU bias (12,) in layer `g`, expected a bias (2, 12)"),
        (
            False,
            one("g", (3, 12), (4, 12), (2, 12)),
            "a GRU bias (2, 12) in layer `g`, expected a bias (12,)",
        ),
        (False, one("g", (3, 12), (4, 12), (24,)), "a CuDNNGRU in layer `g`, expected a bias (12,)"),
        (
            True,
            one("g", *[(3, 4), (4, 4), (4,)] * 3),
            "a GRU of Keras 1 (9 arrays) in layer `g`, expected a bias (2, 12)",
        ),
    ],
)
def test_gru_biases_contradict_reset_after(tmp_path: Path, reset_after: bool, stored: Layers, message: str) -> None:
    declared, needed = str(reset_after).lower(), str(not reset_after).lower()
    assert refusals(gru("gru", 3, 4, reset_after=reset_after), write(tmp_path / "w", stored)) == [
        f"W410 layers.0.reset_after: `w` holds {message} for `reset_after: {declared}` | set `reset_after: {needed}`"
    ]


@pytest.mark.parametrize(
    "stored",
    [
        one("l", (3, 96), (24, 96), (96,)),
        one("l", (3, 96), (24, 96), (192,)),
    ],
)
def test_another_width(tmp_path: Path, stored: Layers) -> None:
    model = [*lstm("lstm", 3, 32), *dense("dense", 32, 1, 1)]
    file = write(tmp_path / "w", {**stored, **one("d", (24, 1), (1,))})
    assert refusals(model, file)[-1] == (
        "W406 layers.0.units: `lstm/kernel` in `w` (as `0`): found (3, 96), expected (3, 128) | the file holds 24 units"
    )
    assert len([line for line in refusals(model, file) if not line.startswith("W413")]) == 1


def test_another_width_in_keras_1(tmp_path: Path) -> None:
    file = write(tmp_path / "w", one("l", *[(3, 24), (24, 24), (24,)] * 4))
    assert refusals(lstm("lstm", 3, 32), file) == [
        "W406 layers.0.units: `lstm/kernel` in `w` (as `0`): found (3, 24), expected (3, 32) | the file holds 24 units"
    ]


@pytest.mark.parametrize(
    ("model", "stored", "message"),
    [
        (
            lstm("lstm", 3, 4),
            one("l", (3, 16), (4, 16)),
            "W409 layers.0.use_bias: layer `l` in `w` holds 2 arrays, (3, 16), (4, 16); "
            "`lstm` takes 3, (3, 16), (4, 16), (16,) | the file's layer has no bias: set `use_bias: false`",
        ),
        (
            recurrent("lstm", 3, 4, 4, bias=()),
            one("l", (3, 16), (4, 16), (16,)),
            "W409 layers.0.use_bias: layer `l` in `w` holds 3 arrays, (3, 16), (4, 16), (16,); "
            "`lstm` takes 2, (3, 16), (4, 16) | the file's layer has a bias: set `use_bias: true`",
        ),
        (
            gru("gru", 3, 4),
            one("l", *[(3, 4), (4, 4), (4,)] * 4),
            "W409 layers.0: layer `l` in `w` holds 12 arrays, (3, 4), (4, 4), (4,), (3, 4), (4, 4), (4,), …; "
            "`gru` takes 3, (3, 12), (4, 12), (12,) | 12 arrays are those of an LSTM of Keras 1",
        ),
        (
            declare("d", ("kernel", (3, 4))),
            one("l", (3, 4), (4,)),
            "W409 layers.0.use_bias: layer `l` in `w` holds 2 arrays, (3, 4), (4,); `d` takes 1, (3, 4) | "
            "the file's layer has a bias: set `use_bias: true`",
        ),
        (
            gru("rnn", 3, 4),
            one("l", (3, 16), (4, 16), (16,)),
            "W406 layers.0.type: `w` holds an LSTM of 4 units for `rnn`, expected a GRU of 4 | "
            "its kernel is (3, 16), its recurrent_kernel (4, 16)",
        ),
        (
            dense("d", 3, 4),
            {**one("l", (3, 4), (4,)), **one("more", (4, 1), (1,)), **one("most", (1, 1), (1,))},
            "W408 weights: `w` holds 3 layers with weights (`l`, `more`, `most`), the model has 1 (`d`) | "
            "a Keras file is bound layer by layer, in order",
        ),
        (
            [*dense("a", 3, 4), *dense("b", 4, 1)],
            one("x", (4, 1), (1,)),
            "W408 weights: `w` holds 1 layer with weights (`x`), the model has 2 (`a`, `b`) | "
            "a Keras file is bound layer by layer, in order; `a` and the file's `x` are the first that differ",
        ),
        (
            [*dense("a", 3, 4), *dense("b", 4, 1)],
            {**one("x", (4, 1), (1,)), **one("y", (3, 4), (4,))},
            "W408 weights: `w` holds the same layers in another order: `x` stands in the place of `a` | "
            "list the layers in the file's order: `x`, `y`",
        ),
    ],
)
def test_files_that_do_not_fit(tmp_path: Path, model: Any, stored: Layers, message: str) -> None:
    assert refusals(model, write(tmp_path / "w", stored)) == [message]


def test_the_same_names_in_another_order_are_a_warning(tmp_path: Path) -> None:
    model = [*dense("decoder", 4, 4), *dense("encoder", 4, 4, 1)]
    file = write(tmp_path / "w", {**one("encoder", (4, 4), (4,)), **one("decoder", (4, 4), (4,))})
    findings = Findings()
    bound(model, file, findings)
    (found,) = findings
    assert (found.code, found.severity) == ("W414", "warning")
    assert found.message.startswith("layer `decoder` takes the arrays of `encoder` in ")
    assert found.hint == "list the layers in the file's order: `encoder`, `decoder`"


@pytest.mark.parametrize(
    ("array", "name"),
    [
        (np.ones((3, 2), np.int32), "int32"),
        (np.ones((3, 2), bool), "bool"),
        (np.ones((3, 2), np.complex64), "complex64"),
        (np.full((3, 2), b"1"), "text"),
        (np.ones((3, 2), np.dtype([("a", "f4"), ("b", "f4")])), "records"),
    ],
)
def test_types_that_are_no_floats(tmp_path: Path, array: Any, name: str) -> None:
    stored = {"d": [("k", array), ("b", np.ones(2, np.float32))]}
    assert refusals(dense("d", 3, 2), write(tmp_path / "w", stored)) == [
        f"W407 layers.0: `k` in `w` holds {name}, expected float32 | "
        "float16, bfloat16, float32 and float64 are read; convert the array before it is saved"
    ]


def test_bfloat16_as_keras_3_marks_it(tmp_path: Path) -> None:
    import h5py

    file = write(tmp_path / "w", one("d", (1, 2), (2,)))
    with h5py.File(file, "r+") as target:
        del target["d/1"]
        bits = np.array([0x3F80, 0xC049], "<u2").view("V2")
        target["d"].create_dataset("1", data=bits).attrs["dtype"] = "bfloat16"
        other = target.create_group("e")
        other.attrs["weight_names"] = ["0", "1"]
        target.attrs["layer_names"] = ["d", "e"]
        other["0"], other["1"] = np.ones((2, 2), np.float32), bits  # a whole .h5 of Keras does not mark it
    found = bound([*dense("d", 1, 2), *dense("e", 2, 2, 1)], file)
    for name in ("d/bias", "e/bias"):
        assert_array_equal(found[name], np.array([1, -3.140625], np.float32))


def test_numbered_layers_of_keras_0(tmp_path: Path) -> None:
    import h5py

    gates = layouts.split_keras1_lstm(*(ARRAYS[f"encoder/{name}"] for name in ("kernel", "recurrent_kernel", "bias")))
    with h5py.File(tmp_path / "w", "w") as target:
        target.attrs["nb_layers"] = 3
        for number, arrays in enumerate([gates, (), (ARRAYS["head/kernel"], ARRAYS["head/bias"])]):
            group = target.create_group(f"layer_{number}")
            group.attrs["nb_params"] = len(arrays)
            for i, array in enumerate(arrays):
                group[f"param_{i}"] = array
    model = [*lstm("encoder", 3, 4), *dense("head", 2, 5, 1)]
    found = bound(model, tmp_path / "w")
    for name in found:
        assert_array_equal(found[name], ARRAYS[name])


@pytest.mark.parametrize(("count", "code"), [(10**9, "W403"), (-1, "W403"), (1.5, "W402"), ("1", "W402"), (4, "W402")])
def test_numbers_of_layers_that_lie(tmp_path: Path, count: Any, code: str) -> None:
    import h5py

    with h5py.File(tmp_path / "w", "w") as target:
        target.attrs["nb_layers"] = count
        target.create_group("layer_0").attrs["nb_params"] = 0
    (found,) = refusals(dense("d", 1, 2), tmp_path / "w")
    assert found.startswith(f"{code} weights: ")

"""Stores that are bound by name: what fits is float32, what does not is told once and exactly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from safetensors.numpy import save_file

from specc.diagnostics import Findings, Unreadable
from tests.stores.declarations import (
    bidirectional_lstm,
    bound,
    declare,
    dense,
    embedding,
    gru,
    lstm,
    refusals,
    values,
)

MODEL = [*lstm("lstm", 8, 32), *dense("dense", 32, 2, 1)]


def save(folder: Path, arrays: dict[str, Any], kind: str = "npz") -> Path:
    file = folder / f"w.{kind}"
    if kind == "npz":
        np.savez(file, **arrays)
    else:
        save_file(arrays, file)
    return file


@pytest.mark.parametrize("kind", ["npz", "safetensors"])
def test_binds_every_weight(tmp_path: Path, kind: str) -> None:
    model = [*MODEL, *bidirectional_lstm("bidirectional", 2, 3, 2), *embedding("embedding", 5, 3, 3)]
    arrays = values(model)
    found = bound(model, save(tmp_path, arrays, kind))
    assert list(found) == [weight.name for weight in model]
    for name, array in found.items():
        assert_array_equal(array, arrays[name])
        assert array.dtype == np.float32
        assert array.flags.c_contiguous


def test_the_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    for kind in ("npz", "safetensors"):
        file = save(tmp_path, values(MODEL), kind)
        other = file.rename(tmp_path / f"{kind}.h5")
        assert len(bound(MODEL, other)) == 5


def test_compressed_and_fortran_ordered_members(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {name: np.asfortranarray(array) for name, array in values(MODEL).items()}
    np.savez_compressed(tmp_path / "w.npz", **arrays)
    found = bound(MODEL, tmp_path / "w.npz")
    for name, array in found.items():
        assert_array_equal(array, arrays[name])
        assert array.flags.c_contiguous


@pytest.mark.parametrize("dtype", ["<f2", "<f8", ">f4", ">f8"])
def test_other_floats_become_float32(tmp_path: Path, dtype: str) -> None:
    arrays = {name: array.astype(dtype) for name, array in values(MODEL).items()}
    for name, array in bound(MODEL, save(tmp_path, arrays)).items():
        assert array.dtype == np.float32
        assert_array_equal(array, arrays[name].astype(np.float32))


def test_a_misspelt_name_is_one_finding(tmp_path: Path) -> None:
    arrays = values(MODEL)
    arrays["lstm/recurent_kernel"] = arrays.pop("lstm/recurrent_kernel")
    assert refusals(MODEL, save(tmp_path, arrays)) == [
        "W405 weights: `w.npz` holds `lstm/recurent_kernel`, which no layer takes | "
        "did you mean `lstm/recurrent_kernel`?"
    ]


def test_a_renamed_layer_is_one_finding(tmp_path: Path) -> None:
    arrays = {name.replace("lstm/", "lstm_1/"): array for name, array in values(MODEL).items()}
    assert refusals(MODEL, save(tmp_path, arrays)) == [
        "W405 weights: `w.npz` holds layer `lstm_1` (3 arrays), which no layer takes | did you mean `lstm`?"
    ]


def test_what_is_missing_and_what_nobody_takes(tmp_path: Path) -> None:
    arrays = values([*lstm("lstm", 8, 32), *dense("head", 4, 4), *embedding("words", 4, 4)])
    del arrays["lstm/bias"]
    assert refusals(MODEL, save(tmp_path, arrays)) == [
        "W405 weights: `w.npz` holds `head/kernel`, `head/bias`, which no layer takes | "
        "declare the layer, or remove it from the file",
        "W405 weights: `w.npz` holds `words/embeddings`, which no layer takes | "
        "declare the layer, or remove it from the file",
        "W404 layers.0: `w.npz` holds no `lstm/bias` | a store holds every weight of the model",
        "W404 layers.1: `w.npz` holds no `dense/kernel`, `dense/bias` | a store holds every weight of the model",
    ]


def test_a_bias_too_many(tmp_path: Path) -> None:
    model = declare("dense", ("kernel", (3, 2)))
    assert refusals(model, save(tmp_path, values(dense("dense", 3, 2)))) == [
        "W405 weights: `w.npz` holds `dense/bias`, which no layer takes | set `use_bias: true`, or remove it"
    ]


def test_the_file_of_another_model_is_one_finding(tmp_path: Path) -> None:
    strange = {f"param_{i}": np.ones(3, np.float32) for i in range(40)}
    assert refusals(MODEL, save(tmp_path, strange)) == [
        "W404 weights: `w.npz` holds no array that the model declares: found `param_0`, `param_1`, `param_2` "
        "and 37 more, expected `lstm/kernel`, `lstm/recurrent_kernel`, `lstm/bias` and 2 more | "
        "names are `<layer>/<weight>`, as in `lstm/kernel`"
    ]
    assert "found none" in refusals(MODEL, save(tmp_path, {}))[0]


def test_a_flood_of_arrays_is_cut_short(tmp_path: Path) -> None:
    flood = {f"block{i}/w": np.ones(1, np.float32) for i in range(300)}
    found = refusals(MODEL, save(tmp_path, values(MODEL) | flood))
    assert len(found) == 21
    assert "`w.npz` holds 280 arrays more (" in found[-1]


def test_another_width_is_one_finding(tmp_path: Path) -> None:
    """Kernel, recurrent kernel, bias, and the kernel of the layer behind: one mistake."""
    narrow = values([*lstm("lstm", 8, 24), *dense("dense", 24, 2)])
    assert refusals(MODEL, save(tmp_path, narrow)) == [
        "W406 layers.0.units: `lstm/kernel` in `w.npz`: found (8, 96), expected (8, 128) | the file holds 24 units"
    ]


def test_two_layers_of_another_width_are_two_findings(tmp_path: Path) -> None:
    model = [*lstm("a", 8, 32), *lstm("b", 32, 32, 1), *dense("c", 32, 2, 2)]
    narrow = values([*lstm("a", 8, 24), *lstm("b", 24, 24), *dense("c", 24, 2)])
    assert refusals(model, save(tmp_path, narrow)) == [
        "W406 layers.0.units: `a/kernel` in `w.npz`: found (8, 96), expected (8, 128) | the file holds 24 units",
        "W406 layers.1.units: `b/kernel` in `w.npz`: found (24, 96), expected (32, 128) | the file holds 24 units",
    ]


def test_both_directions_of_another_width_are_one_finding(tmp_path: Path) -> None:
    model = [*bidirectional_lstm("bi", 8, 32), *dense("dense", 64, 2, 1)]
    narrow = values([*bidirectional_lstm("bi", 8, 24), *dense("dense", 48, 2)])
    assert refusals(model, save(tmp_path, narrow)) == [
        "W406 layers.0.layer.units: `bi/forward/kernel` in `w.npz`: found (8, 96), expected (8, 128) | "
        "the file holds 24 units"
    ]


def test_another_input_width(tmp_path: Path) -> None:
    assert refusals(MODEL, save(tmp_path, values([*lstm("lstm", 9, 32), *dense("dense", 32, 2)]))) == [
        "W406 layers.0.units: `lstm/kernel` in `w.npz`: found (9, 128), expected (8, 128) | "
        "the file's layer takes 9 input features"
    ]


def test_other_shapes(tmp_path: Path) -> None:
    model = [*embedding("e", 100, 16), *dense("d", 16, 4, 1)]
    arrays = values([*embedding("e", 90, 16), *dense("d", 4, 16)])
    arrays["d/bias"] = np.ones((1, 4), np.float32)
    assert refusals(model, save(tmp_path, arrays)) == [
        "W406 layers.0.input_dim: `e/embeddings` in `w.npz`: found (90, 16), expected (100, 16) | "
        "the file holds a table of input_dim 90 and output_dim 16",
        "W406 layers.1.units: `d/kernel` in `w.npz`: found (4, 16), expected (16, 4) | "
        "the array is transposed: Keras keeps the inputs first, the units last",
        "W406 layers.1.units: `d/bias` in `w.npz`: found (1, 4), expected (4,) | "
        "the file's array has 2 dimensions, expected 1",
    ]


def test_the_weights_of_another_cell(tmp_path: Path) -> None:
    assert refusals(lstm("rnn", 8, 32), save(tmp_path, values(gru("rnn", 8, 32)))) == [
        "W406 layers.0.type: `w.npz` holds a GRU of 32 units for `rnn`, expected an LSTM of 32 | "
        "its kernel is (8, 96), its recurrent_kernel (32, 96)"
    ]


@pytest.mark.parametrize("reset_after", [True, False])
def test_gru_biases_contradict_reset_after(tmp_path: Path, reset_after: bool) -> None:
    file = save(tmp_path, values(gru("gru", 8, 4, reset_after=not reset_after)))
    found, expected = ("(12,)", "(2, 12)") if reset_after else ("(2, 12)", "(12,)")
    declared, needed = str(reset_after).lower(), str(not reset_after).lower()
    assert refusals(gru("gru", 8, 4, reset_after=reset_after), file) == [
        f"W410 layers.0.reset_after: `w.npz` holds `gru/bias` {found}, expected a bias {expected} "
        f"for `reset_after: {declared}` | set `reset_after: {needed}`"
    ]


@pytest.mark.parametrize(
    ("array", "name"),
    [
        (np.ones((32, 2), np.int64), "int64"),
        (np.ones((32, 2), bool), "bool"),
        (np.ones((32, 2), np.complex64), "complex64"),
        (np.full((32, 2), "1"), "text"),
        (np.full((32, 2), b"1"), "text"),
        (np.full((32, 2), None), "Python objects (a pickle, which is never read)"),
        (np.ones((32, 2), np.dtype([("a", "f4")])), "records"),
        (np.ones((32, 2), "V4"), "raw bytes"),
        (np.ones((32, 2), "M8[s]"), "dates"),
    ],
)
def test_types_that_are_no_floats(tmp_path: Path, array: Any, name: str) -> None:
    file = save(tmp_path, values(MODEL) | {"dense/kernel": array})
    assert refusals(MODEL, file) == [
        f"W407 layers.1: `dense/kernel` in `w.npz` holds {name}, expected float32 | "
        "float16, bfloat16, float32 and float64 are read; convert the array before it is saved"
    ]


def test_values_that_are_not_finite_are_a_warning(tmp_path: Path) -> None:
    arrays: dict[str, Any] = dict(values(MODEL))
    arrays["dense/bias"] = np.array([1e300, 1.0])
    arrays["dense/kernel"][3, 1] = np.nan
    arrays["dense/kernel"][4, 0] = np.inf
    findings = Findings()
    found = bound(MODEL, save(tmp_path, arrays), findings)
    assert np.isinf(found["dense/bias"][0])
    assert [(d.code, d.severity, d.path) for d in findings] == [("W412", "warning", ("layers", 1))] * 2
    messages = [d.message.replace(str(tmp_path), "") for d in findings]
    assert messages == [
        "`dense/kernel` in `/w.npz` holds 2 values that are not finite: the first is nan at (3, 1)",
        "`dense/bias` in `/w.npz` holds 1 value that is beyond the range of float32: the first is 1e+300 at (0,)",
    ]


def test_a_file_that_cannot_be_opened_is_no_finding(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "none.npz", "No such file"), (tmp_path, "is a folder")):
        with pytest.raises(Unreadable, match=reason):
            bound(MODEL, path)


def test_a_model_without_weights(tmp_path: Path) -> None:
    assert bound([], save(tmp_path, {})) == {}
    assert refusals([], save(tmp_path, values(dense("d", 1, 1))))[0].startswith("W405")


def test_arrays_without_elements_and_scalars(tmp_path: Path) -> None:
    model = declare("d", ("kernel", (0, 4)), ("alpha", ()))
    found = bound(model, save(tmp_path, values(model)))
    assert found["d/kernel"].shape == (0, 4)
    assert found["d/alpha"].shape == ()

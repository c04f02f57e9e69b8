"""Damaged and malicious files as sources: a code each, soon, with nothing read outside the file."""

from __future__ import annotations

import json
import struct
import time
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import specc
from tests.keras_files.files import (
    called,
    layer,
    network,
    numbers,
    refusals,
    sequential,
    write_h5,
    write_keras,
    write_paths,
)

MODEL = sequential(layer("Dense", "d", units=2, batch_input_shape=[None, 3]), keras_version="2.2.4")
ARRAYS = {"d": [numbers(3, 2), numbers(2)]}


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.4, 0.7, 0.95, 0.999])
def test_cut_short(tmp_path: Path, share: float) -> None:
    whole = write_h5(tmp_path / "m.h5", ARRAYS, MODEL).read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[: max(9, int(len(whole) * share))])
    (finding,) = refusals(tmp_path / "cut.h5")
    assert finding.code in ("W402", "W403")


def test_flipped_bytes(tmp_path: Path) -> None:
    """A broken byte gives findings, or a model; never anything else."""
    whole = write_h5(tmp_path / "m.h5", ARRAYS, MODEL).read_bytes()
    rng = np.random.default_rng(0)
    for place in rng.integers(8, len(whole), 150):
        data = bytearray(whole)
        data[place] ^= int(rng.integers(1, 256))
        (tmp_path / "m.h5").write_bytes(data)
        refusals(tmp_path / "m.h5")


def test_a_linked_group_of_weights(tmp_path: Path) -> None:
    write_h5(tmp_path / "other.h5", ARRAYS, MODEL)
    with h5py.File(tmp_path / "m.h5", "w") as target:
        target.attrs["model_config"] = json.dumps(MODEL)
        target["model_weights"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "model_weights")
    (finding,) = refusals(tmp_path / "m.h5")
    assert finding.code == "W403"


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"a": 1}', '{"class_name": "Sequential"}', "\0", "NaN"])
def test_a_config_that_is_none(tmp_path: Path, text: str) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as target:
        target.attrs["model_config"] = np.bytes_(text.encode() or b" ")
        target.create_group("model_weights")
    (finding,) = refusals(tmp_path / "m.h5")
    assert finding.code[0] in "SK"


def test_a_config_that_is_no_text(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as target:
        target.attrs["model_config"] = np.zeros((3, 4))
    assert [finding.code for finding in refusals(tmp_path / "m.h5")] == ["W402"]


def test_a_config_of_many_levels(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text('{"class_name": "Sequential", "config": ' + "[" * 100_000)
    (finding,) = refusals(tmp_path / "m.json")
    assert finding.code[0] == "S"


def test_models_that_call_each_other_without_end() -> None:
    """Forty models, each of which calls the one before twice: 2**40 layers in a small file."""
    model: dict[str, Any] = network(
        [
            called(layer("InputLayer", "i", batch_input_shape=[None, 2]), []),
            called(layer("Dense", "d", units=2), [[["i", 0, 0, {}]]]),
        ],
        [["i", 0, 0]],
        [["d", 0, 0]],
    )
    for number in range(12):
        inner = {**model, "name": "m", "inbound_nodes": [[["i", 0, 0, {}]], [["m", 1, 0, {}]]]}
        inner["config"] = {**inner["config"], "name": f"m{number}"}
        inputs = called(layer("InputLayer", "i", batch_input_shape=[None, 2]), [])
        model = network([inputs, inner], [["i", 0, 0]], [["m", 2, 0]])
    deep = model
    for _ in range(3):
        inner = {**deep, "name": "m", "inbound_nodes": [[["i", 0, 0, {}]]] + [[["m", k, 0, {}]] for k in range(1, 9)]}
        inputs = called(layer("InputLayer", "i", batch_input_shape=[None, 2]), [])
        deep = network([inputs, inner], [["i", 0, 0]], [["m", 9, 0]])
    start = time.perf_counter()
    (finding,) = refusals(deep)
    assert finding.code == "K717"
    assert time.perf_counter() - start < 20


def test_a_zip_that_declares_little_and_holds_much(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", b" " * (40 << 20))
    (finding,) = refusals(tmp_path / "m.keras")
    assert finding.code == "W403"


def test_weights_larger_than_the_model_asks_for(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(MODEL))
        archive.writestr("model.weights.h5", b"\0" * (80 << 20))
    model = specc.load(tmp_path / "m.keras")
    with pytest.raises(specc.SpecError) as error:
        model.compile()
    assert [finding.code for finding in error.value.diagnostics] == ["W403"]


@pytest.mark.parametrize("content", [b"", b"no HDF5", b"\x89HDF\r\n\x1a\n"])
def test_weights_that_are_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "w").write_bytes(content)
    model = specc.load(write_keras(tmp_path / "m.keras", MODEL, tmp_path / "w"))
    with pytest.raises(specc.SpecError) as error:
        model.compile()
    (finding,) = error.value.diagnostics
    assert finding.code in ("W402", "W403")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_an_archive_cut_short(tmp_path: Path, share: float) -> None:
    weights = write_paths(tmp_path / "w", {"layers/dense": ARRAYS["d"]})
    whole = write_keras(tmp_path / "m.keras", MODEL, weights).read_bytes()
    (tmp_path / "m.keras").write_bytes(whole[: int(len(whole) * share)])
    assert refusals(tmp_path / "m.keras")


def test_an_archive_whose_entry_lies_about_its_size(tmp_path: Path) -> None:
    file = write_keras(tmp_path / "m.keras", MODEL, None)
    data = bytearray(file.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, place + 24, 10)  # the uncompressed size of the last member
    file.write_bytes(data)
    assert all(finding.code in ("W402", "W403", "S105", "S106", "K700") for finding in refusals(file))


def test_links_in_the_weights_of_an_archive(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w", "w") as target:
        target["layers"] = h5py.ExternalLink("/etc/passwd", "/")
    model = specc.load(write_keras(tmp_path / "m.keras", MODEL, tmp_path / "w"))
    with pytest.raises(specc.SpecError) as error:
        model.compile()
    assert [finding.code for finding in error.value.diagnostics] == ["W403"]


def test_a_declared_terabyte(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "w", "w") as target:
        group = target.create_group("layers/dense/vars")
        group.create_dataset("0", shape=(1 << 20, 1 << 18), dtype="f4", chunks=(1024, 1024))
        group["1"] = numbers(2)
    model = specc.load(write_keras(tmp_path / "m.keras", MODEL, tmp_path / "w"))
    with pytest.raises(specc.SpecError) as error:
        model.compile()
    assert [finding.code for finding in error.value.diagnostics] == ["W406"]


def test_a_model_of_a_petabyte() -> None:
    huge = sequential(layer("Dense", "d", units=2**30, batch_input_shape=[None, 2**30]), keras_version="2.2.4")
    assert [finding.code for finding in refusals(huge)] == ["G350"]

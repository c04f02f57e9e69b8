"""Files damaged at many places: findings, never another exception. Malicious ones are in tests/hostile."""

from __future__ import annotations

import struct
from pathlib import Path

import h5py
import numpy as np
import pytest

import specc
from tests.keras_files.files import (
    layer,
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


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"a": 1}', '{"class_name": "Sequential"}', "\0", "NaN"])
def test_a_config_that_is_none(tmp_path: Path, text: str) -> None:
    with h5py.File(tmp_path / "m.h5", "w") as target:
        target.attrs["model_config"] = np.bytes_(text.encode() or b" ")
        target.create_group("model_weights")
    (finding,) = refusals(tmp_path / "m.h5")
    assert finding.code[0] in "SK"


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

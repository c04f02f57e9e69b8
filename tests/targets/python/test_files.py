"""The weights beside a module: the same bytes at any time, read by NumPy and safetensors."""

from __future__ import annotations

import io
import zipfile

import numpy as np
from numpy.testing import assert_array_equal
from safetensors.numpy import load

from specc.stores import npz, safetensors

ARRAYS = {
    "lstm/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
    "looks/scale": np.array(2.5, np.float32),
    "empty/weight": np.zeros((0, 4), np.float32),
}


def test_npz() -> None:
    content = npz.pack(ARRAYS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [member.filename for member in archive.infolist()] == [f"{name}.npy" for name in ARRAYS]
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        assert list(found) == list(ARRAYS)
        for name, array in ARRAYS.items():
            assert found[name].dtype == np.float32
            assert_array_equal(found[name], array, strict=True)


def test_safetensors() -> None:
    found = load(safetensors.pack(ARRAYS))
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert_array_equal(found[name], array, strict=True)
    assert safetensors.pack(ARRAYS) == safetensors.pack(dict(reversed(ARRAYS.items())))

"""Broken and hostile .npz and .safetensors files, and files that are no store: a finding, and nothing is run."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from tests.stores.declarations import bound, dense, refusals, survives, values

MODEL = dense("dense", 3, 2)


class Trap:
    """Unpickling one fails the test."""

    def __reduce__(self) -> Any:
        return pytest.fail, ("a pickle was read",)


def npy(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asanyarray(array), **options)
    return buffer.getvalue()


def npy_header(text: str, version: int = 1) -> bytes:
    raw = text.encode("latin-1")
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(raw)) + raw


def archive(file: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(file, "w", method) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return file


GOOD = {f"{name}.npy": npy(array) for name, array in values(MODEL).items()}


@pytest.mark.parametrize("length", [1, 3, 30, 100, 400, -30, -1])
def test_a_cut_npz(tmp_path: Path, length: int) -> None:
    file = archive(tmp_path / "w.npz", GOOD)
    file.write_bytes(file.read_bytes()[:length])
    (found,) = refusals(MODEL, file)
    assert found.startswith(("W402", "W401"))


def test_flipped_bytes_of_an_npz(tmp_path: Path) -> None:
    """Whatever byte is wrong: a finding, or the file is still good."""
    good = archive(tmp_path / "w.npz", GOOD, zipfile.ZIP_STORED).read_bytes()
    file = tmp_path / "flipped.npz"
    for place in range(len(good)):
        file.write_bytes(good[:place] + bytes([good[place] ^ 0x41]) + good[place + 1 :])
        assert survives(MODEL, file)


def test_a_pickle_is_never_read(tmp_path: Path) -> None:
    trap = np.empty((3, 2), object)
    trap[...] = Trap()
    bomb = npy(trap, allow_pickle=True)
    (found,) = refusals(MODEL, archive(tmp_path / "w.npz", GOOD | {"dense/kernel.npy": bomb}))
    assert "a pickle, which is never read" in found
    raw = pickle.dumps(Trap())
    (found,) = refusals(MODEL, archive(tmp_path / "v.npz", GOOD | {"dense/kernel.npy": raw}))
    assert found.startswith("W402 weights: `v.npz` is damaged: member `dense/kernel.npy` is no .npy array")
    (tmp_path / "w.pt").write_bytes(raw)
    (found,) = refusals(MODEL, tmp_path / "w.pt")
    assert found.startswith("W401 weights: `w.pt` is no weights file: it is a Python pickle, which could run any")


def test_a_bomb_is_not_inflated(tmp_path: Path) -> None:
    """A member of 1 GiB of zeros in 1 MB, which declares another shape: the header is all that is read."""
    header = npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (268435456, ), }")
    with zipfile.ZipFile(tmp_path / "w.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        target.writestr("dense/bias.npy", GOOD["dense/bias.npy"])
        with target.open("dense/kernel.npy", "w", force_zip64=True) as member:
            member.write(header)
            for _ in range(64):
                member.write(bytes(1 << 24))
    assert refusals(MODEL, tmp_path / "w.npz") == [
        "W406 layers.0.units: `dense/kernel` in `w.npz`: found (268435456,), expected (3, 2) | "
        "the file's array has 1 dimension, expected 2"
    ]


def test_a_member_larger_than_it_declares(tmp_path: Path) -> None:
    file = archive(tmp_path / "w.npz", GOOD | {"dense/bias.npy": GOOD["dense/bias.npy"] + bytes(1000)})
    assert refusals(MODEL, file) == [
        "W402 weights: `w.npz` is damaged: member `dense/bias.npy` holds 1008 bytes of data, its header "
        "declares 8 | save or copy the file again"
    ]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{}",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904)}",
        "{'descr': '<f99', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': 'zz', 'fortran_order': False, 'shape': (2,)}",
        "(" * 5000,
        "__import__('os').abort()",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), " + "x" * 20_000,
    ],
)
@pytest.mark.parametrize("version", [1, 2, 3, 9])
def test_headers_that_lie(tmp_path: Path, header: str, version: int) -> None:
    member = npy_header(header, version) + bytes(8)
    (found,) = refusals(MODEL, archive(tmp_path / "w.npz", GOOD | {"dense/bias.npy": member}))
    assert found.startswith(("W402", "W406", "W407"))


def test_headers_of_other_versions_and_writers(tmp_path: Path) -> None:
    """Version 2 headers, Python 2's long shapes, keys in another order."""
    bias = np.array([1, 2], np.float32)
    for header, version in (
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (2L,), }\n", 1),
        ("{'shape': (2,), 'fortran_order': True, 'descr': 'f4'}", 2),
    ):
        member = npy_header(header, version) + bias.tobytes()
        file = archive(tmp_path / "w.npz", GOOD | {"dense/bias.npy": member})
        assert_array_equal(bound(MODEL, file)["dense/bias"], bias)


def test_duplicate_members(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w.npz", "w") as target:
        for name, data in GOOD.items():
            target.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            target.writestr("dense/bias.npy", GOOD["dense/bias.npy"])
    (found,) = refusals(MODEL, tmp_path / "w.npz")
    assert "two members are called `dense/bias.npy`" in found


def test_methods_that_npz_does_not_use(tmp_path: Path) -> None:
    (found,) = refusals(MODEL, archive(tmp_path / "w.npz", GOOD, zipfile.ZIP_BZIP2))
    assert found.startswith("W403 weights: `w.npz` is refused: member `dense/kernel.npy` is encrypted, or packed")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        (
            "w.txt",
            b"hello, these are words",
            "W401 weights: `w.txt` is no weights file: its first bytes are ",
        ),
        (
            "w.json",
            b'{"layers": [{"a": 1}]}',
            "W401 weights: `w.json` is no weights file: it is JSON without a `weight_map` | an architecture is opened",
        ),
        ("w.npy", npy(np.ones(3)), "W401 weights: `w.npy` is no weights file: it is a single array (.npy)"),
        (
            "w.gz",
            b"\x1f\x8b\x08aaaaaaaaaa",
            "W401 weights: `w.gz` is no weights file: it is compressed with gzip",
        ),
        (
            "w.h5",
            b"version https://git-lfs.github.com/spec/v1\n",
            "W401 weights: `w.h5` is no weights file: it is a Git LFS pointer",
        ),
        ("w.npz", b"", "W402 weights: `w.npz` is damaged: the file is empty"),
    ],
)
def test_files_that_are_no_store(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    (found,) = refusals(MODEL, tmp_path / name)
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (("metadata.json", "config.json", "model.weights.h5"), "a Keras 3 archive (.keras)"),
        (("archive/data.pkl", "archive/data/0"), "a PyTorch checkpoint, which holds a pickle"),
        (("a.txt",), "a zip without arrays"),
    ],
)
def test_zips_that_are_no_store(tmp_path: Path, members: tuple[str, ...], message: str) -> None:
    (found,) = refusals(MODEL, archive(tmp_path / "w.zip", dict.fromkeys(members, b"{}")))
    assert found.startswith(f"W401 weights: `w.zip` is no weights file: it is {message}")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os = pytest.importorskip("os")
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Exception, match="no regular file"):
        bound(MODEL, tmp_path / "pipe")


# .safetensors


def tensors(file: Path, header: Any, data: bytes = bytes(32), length: int | None = None) -> Path:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + data)
    return file


def entry(shape: list[Any], low: Any, high: Any, dtype: Any = "F32") -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [low, high]}


KERNEL, BIAS = entry([3, 2], 0, 24), entry([2], 24, 32)


def test_bfloat16_and_metadata(tmp_path: Path) -> None:
    header = {"__metadata__": {"by": "hand"}, "dense/bias": entry([2], 0, 4, "BF16")}
    header["dense/kernel"] = entry([3, 2], 4, 28)
    kernel = np.arange(6, dtype="<f4")
    data = struct.pack("<HH", 0x3F80, 0xC049) + kernel.tobytes()
    found = bound(MODEL, tensors(tmp_path / "w.safetensors", header, data))
    assert_array_equal(found["dense/bias"], np.array([1, -3.140625], np.float32))
    assert_array_equal(found["dense/kernel"], kernel.reshape(3, 2))


@pytest.mark.parametrize("dtype", ["I64", "BOOL", "C64", "F8_E4M3", "strange"])
def test_tensors_that_are_no_floats(tmp_path: Path, dtype: str) -> None:
    size = {"I64": 8, "BOOL": 1, "C64": 8}.get(dtype, 3)
    header = {"dense/kernel": KERNEL, "dense/bias": entry([2], 24, 24 + 2 * size, dtype)}
    (found,) = refusals(MODEL, tensors(tmp_path / "w.safetensors", header, bytes(24 + 2 * size)))
    assert found.startswith("W407 layers.0: `dense/bias` in `w.safetensors` holds ")


@pytest.mark.parametrize(
    ("header", "why"),
    [
        (b"{", "is no JSON"),
        (b'{"a": ' + b"[" * 100_000, "is no JSON"),
        (b'{"a": 1, "a": 2}', "stands in it twice"),
        (b"{\xff}", "is no JSON"),
        ({"dense/bias": 3}, "lacks a valid"),
        ({"dense/bias": entry([2], 24, "x")}, "lacks a valid"),
        ({"dense/bias": entry([-2], 0, 8)}, "lacks a valid"),
        ({"dense/bias": entry([True], 0, 4)}, "lacks a valid"),
        ({"dense/bias": entry([2.0], 0, 8)}, "lacks a valid"),
        ({"dense/bias": entry([2], 8, 0)}, "lacks a valid"),
        ({"dense/bias": entry([2], 0, 8, None)}, "lacks a valid"),
        ({"dense/bias": entry([1 << 62, 1 << 62], 0, 8)}, "its shape and type do not"),
        ({"dense/bias": entry([3], 0, 8)}, "its shape and type do not"),
        ({"dense/kernel": KERNEL, "dense/bias": entry([2], 16, 24)}, "overlap, or leave holes"),
        ({"dense/kernel": entry([3, 2], 8, 32)}, "overlap, or leave holes"),
        (
            {
                "dense/kernel": KERNEL,
                "dense/bias": entry([2], 24, 32),
                "x": entry([1 << 40], 32, 32 + (1 << 42)),
            },
            "take",
        ),
        ({"dense/kernel": KERNEL}, "its arrays take 24 bytes, the file has 32"),
        ({}, "its arrays take 0 bytes, the file has 32"),
    ],
)
def test_bad_safetensors_headers(tmp_path: Path, header: Any, why: str) -> None:
    (found,) = refusals(MODEL, tensors(tmp_path / "w.safetensors", header))
    assert found.startswith("W402 weights: `w.safetensors` is damaged: ")
    assert why in found


def test_cut_safetensors(tmp_path: Path) -> None:
    good = tensors(tmp_path / "g", {"dense/kernel": KERNEL, "dense/bias": BIAS}).read_bytes()
    assert bound(MODEL, tmp_path / "g")
    for length in range(9, len(good), 7):
        (tmp_path / "w").write_bytes(good[:length])
        (found,) = refusals(MODEL, tmp_path / "w")
        assert found.startswith("W402")
    (found,) = refusals(MODEL, tensors(tmp_path / "w", {}, length=99_000_000))
    assert "its header is declared to take 99000000 bytes, the file has" in found

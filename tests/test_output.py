"""An output file appears whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from specc.diagnostics import Unreadable
from specc.output import atomic_write


def test_writes_and_replaces(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    atomic_write(target, b"old")
    atomic_write(str(target), b"new")
    assert target.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["model.onnx"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_alone(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "model.onnx"
    target.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(Unreadable, match=r"cannot write `.*model\.onnx`: no space left on device"):
        atomic_write(target, b"new")
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["model.onnx"]


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        atomic_write(tmp_path / "model.onnx", b"new")
    assert os.listdir(tmp_path) == []


def test_new_files_get_the_usual_permissions(tmp_path: Path) -> None:
    usual, target = tmp_path / "usual", tmp_path / "target"
    usual.write_bytes(b"")
    atomic_write(target, b"")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def test_old_files_keep_their_permissions(tmp_path: Path) -> None:
    target = tmp_path / "model.onnx"
    target.write_bytes(b"old")
    target.chmod(0o600)
    atomic_write(target, b"new")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    link = tmp_path / "link"
    link.symlink_to("real")
    atomic_write(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null here")
def test_a_device_is_written_into() -> None:
    atomic_write("/dev/null", b"new")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"cannot write `.*`: is a directory"):
        atomic_write(tmp_path, b"")
    with pytest.raises(Unreadable, match=r"cannot write `.*model\.onnx`: no such file or directory"):
        atomic_write(tmp_path / "absent" / "model.onnx", b"")

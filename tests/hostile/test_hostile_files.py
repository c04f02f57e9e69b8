"""Every hostile file is refused with its code, in bounded time and memory, and nothing outside it is read.

``python -m tests.hostile`` writes the files to look at them.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hostile import archive_files, hdf5_files
from tests.hostile.making import CANARIES, ENTRIES, MANIFEST, write_all

ROOT = Path(__file__).parents[2]
_IN_ACCESS, _IN_OPEN = 0x1, 0x20
MOST_MEMORY = 300 << 20


@contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """Names of files in the folder that any process opened or read meanwhile: the kernel tells (inotify)."""
    libc = ctypes.CDLL(None, use_errno=True)
    queue = libc.inotify_init1(os.O_NONBLOCK)
    names: list[str] = []
    try:
        assert libc.inotify_add_watch(queue, os.fsencode(folder), _IN_ACCESS | _IN_OPEN) >= 0
        yield names
        try:
            events = os.read(queue, 1 << 16)
        except BlockingIOError:
            return
        while events:
            length = int.from_bytes(events[12:16], sys.byteorder)
            names.append(os.fsdecode(events[16 : 16 + length].rstrip(b"\0")))
            events = events[16 + length :]
    finally:
        os.close(queue)


def test_there_are_many() -> None:
    assert len(ENTRIES) > 100
    assert {entry.code[0] for entry in ENTRIES} == set("SVGWK")


def test_the_same_files_every_time() -> None:
    binary = [entry for entry in (*hdf5_files.ENTRIES, *archive_files.ENTRIES) if "bomb" not in entry.name]
    assert all(entry.make() == entry.make() for entry in binary)


def test_whoever_opens_a_canary_is_seen(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("the kernel tells who opens a file on Linux alone")
    (tmp_path / "bird").write_bytes(b"x")
    with watched(tmp_path) as names:
        subprocess.run([sys.executable, "-c", f"open({str(tmp_path / 'bird')!r}).read()"], check=True)
    assert "bird" in names


def test_each_is_refused(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("limits of memory and time are those of Linux")
    write_all(tmp_path)
    manifest = (tmp_path / MANIFEST).read_bytes()
    command = [sys.executable, "-m", "tests.hostile.opening", str(tmp_path)]
    with watched(tmp_path / CANARIES) as touched:
        done = subprocess.run(command, input=manifest, capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    report = json.loads(done.stdout)
    found = {name: (file["code"], file["exit"]) for name, file in report["files"].items()}
    assert found == {name: (entry["code"], entry["exit"]) for name, entry in json.loads(manifest).items()}
    assert {name: file["opened"] for name, file in report["files"].items() if file["opened"]} == {}
    assert touched == []
    assert report["grown"] < MOST_MEMORY
    texts = {name: file["text"] for name, file in report["files"].items()}
    assert [name for name, text in texts.items() if "Traceback" in text or "error[" not in text] == []

"""Writes the hostile files, the canaries that nobody may touch, and the list of what each is refused with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.hostile import archive_files, hdf5_files, sound, tensor_files, text_files
from tests.hostile.entries import Entry

ENTRIES: list[Entry] = [*hdf5_files.ENTRIES, *archive_files.ENTRIES, *text_files.ENTRIES, *tensor_files.ENTRIES]
FOLDER = Path(__file__).parent / "files"
MODEL, MANIFEST, CANARIES = "model.json", "manifest.json", "canary"


def write_all(folder: Path) -> None:
    """Write everything below a folder, which may be there already."""
    (folder / CANARIES).mkdir(parents=True, exist_ok=True)
    (folder / CANARIES / "other.h5").write_bytes(sound.hdf5())
    (folder / CANARIES / "numbers").write_bytes(sound.BIAS.tobytes())
    (folder / MODEL).write_bytes(sound.text())
    (folder / "sound.h5").write_bytes(sound.hdf5())
    (folder / "sound.keras").write_bytes(sound.archive(sound.keras()))
    for entry in ENTRIES:
        (folder / entry.name).write_bytes(entry.make())
    (folder / MANIFEST).write_text(json.dumps(manifest(), indent=1) + "\n", encoding="utf-8")


def manifest() -> dict[str, dict[str, Any]]:
    """For each file how it is opened, its code, and the exit code of ``specc compile``."""
    assert len({entry.name for entry in ENTRIES}) == len(ENTRIES), "two files share a name"
    return {entry.name: {"as": entry.role, "code": entry.code, "exit": 1} for entry in ENTRIES}

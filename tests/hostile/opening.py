"""Opens hostile files as ``specc compile`` does, in a process that can have little memory and little time.

    python -m tests.hostile.opening FOLDER < manifest.json

Prints, as JSON, what became of each file, which other files Python opened for it, and how far the process's memory
grew. HDF5 opens files behind Python's back: whoever starts this process watches the canaries.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

from specc.cli import main

_SECONDS = 60
_ROOM = 1 << 30
_CODE = re.compile(r"\b[A-Z]\d{3}\b")


def open_all(folder: Path, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Compile every file. folder: where they lie."""
    for sound in ("sound.h5", "sound.keras"):  # imports what there is to import, before the limits
        assert _run(["compile", str(folder / sound), "-o", "-"])[0] == 0, "the files are made of a sound model"
    opened: set[str] = set()
    sys.addaudithook(lambda event, arguments: _note(event, arguments, opened))
    before = _limit()
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        target = str(Path(scratch) / "model.onnx")
        for name, entry in files.items():
            opened.clear()
            source = [str(folder / "model.json"), "--weights"] if entry["as"] == "weights" else []
            code, text = _run(["compile", *source, str(folder / name), "-o", target])
            codes = _CODE.findall(text)
            own = {str(folder / name), str(folder / "model.json")}
            strange = sorted(path for path in opened if path not in own and not _is_harmless(path))
            found[name] = {"exit": code, "code": codes[0] if codes else None, "text": text, "opened": strange}
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before
    return {"files": found, "grown": grown}


def _run(arguments: list[str]) -> tuple[int, str]:
    out, err = io.TextIOWrapper(io.BytesIO()), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(arguments)
    return code, err.getvalue()


def _note(event: str, arguments: tuple[Any, ...], opened: set[str]) -> None:
    if event == "open" and isinstance(arguments[0], str | bytes):
        opened.add(os.fsdecode(arguments[0]))
    elif event in ("os.system", "subprocess.Popen", "os.exec", "os.posix_spawn", "socket.connect", "pickle.find_class"):
        opened.add(event)


def _is_harmless(path: str) -> bool:
    """Python's modules, and the folder in which archives are unpacked."""
    return path.endswith((".py", ".so")) or "__pycache__" in path or path.startswith(tempfile.gettempdir() + "/specc-")


def _limit() -> int:
    """Bound processor time and memory; returns the memory in use."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    size = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + _ROOM, size + _ROOM))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    json.dump(open_all(Path(sys.argv[1]), json.load(sys.stdin)), sys.stdout)

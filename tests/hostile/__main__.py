"""``python -m tests.hostile``: make the files of tests/hostile/files again; another folder may be named."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.hostile.making import ENTRIES, FOLDER, write_all

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    write_all(target)
    print(f"wrote {len(ENTRIES)} files to {target}")

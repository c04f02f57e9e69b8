"""The one command that checks everything: ``python -m tests.check``, or some of it: ``… format lint types``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
STEPS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "tests": ["pytest"],
}


def main(wanted: list[str]) -> int:
    """Run the steps, all of them even where one fails; returns 0 where none did."""
    unknown = set(wanted) - set(STEPS)
    if unknown:
        print(f"unknown step {', '.join(sorted(unknown))}; the steps are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted or STEPS:
        print(f"== {name}: {' '.join(STEPS[name])}", flush=True)
        if subprocess.run([sys.executable, "-m", *STEPS[name]], cwd=ROOT).returncode != 0:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

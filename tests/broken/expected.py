"""What a user sees of each broken spec in this folder.

``python -m tests.broken.expected`` writes the texts anew; read them before you commit them. A text is right if its
first line is enough to mend the mistake, and if there is one finding for each mistake.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from specc.diagnostics import SpecError
from specc.diagnostics.render import render
from specc.model import load

FOLDER = Path(__file__).parent
SPECS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".yaml", ".json"))


def rendered(spec: Path) -> str:
    """The findings on a spec as ``specc validate`` shows them in its own folder; empty where there are none."""
    with contextlib.chdir(spec.parent):
        try:
            model = load(spec.name)
        except SpecError as error:
            return render(error.diagnostics, error.document)
    return render(model.diagnostics, model.document)


def beside(spec: Path) -> Path:
    """Where the expected text of a spec stands."""
    return spec.with_suffix(".expected.txt")


if __name__ == "__main__":
    for spec in SPECS:
        beside(spec).write_text(rendered(spec), encoding="utf-8")
    print(f"wrote {len(SPECS)} texts")

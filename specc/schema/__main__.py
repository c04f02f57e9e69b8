"""Write the files that are made from the models: ``python -m specc.schema`` in a checkout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from specc.schema import schema_text
from specc.schema.reference import reference_text

ROOT = Path(__file__).parents[2]
FILES: dict[str, Callable[[], str]] = {
    "schemas/spec.schema.json": schema_text,
    "docs/spec.md": reference_text,
}

if __name__ == "__main__":
    for name, make in FILES.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
        print(f"wrote {name}")

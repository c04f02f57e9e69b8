"""Files that ship with specc: the schema, the templates, the starters.

In an installed wheel they lie in ``specc/_data``; in a checkout (also behind an editable install) they are the
repository's own top-level folders.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Room = Literal["schemas", "templates", "examples"]
SCHEMA = "spec.schema.json"
"""The schema of specs, in ``schemas`` and beside the specs that ``specc new`` writes."""

_PACKAGE = Path(__file__).parent


def shipped(room: Room) -> Path:
    """The folder of that name; raises FileNotFoundError in a broken install."""
    for folder in (_PACKAGE / "_data" / room, _PACKAGE.parent / room):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"specc is installed without its {room}")

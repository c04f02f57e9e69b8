"""Runs to render: files with and without findings, of every kind of place."""

from __future__ import annotations

import json
from pathlib import Path

from specc.diagnostics import Checked, SpecError, Unreadable
from specc.model import load

FILES = {
    "good.yaml": "specc: 1\nlayers:\n  - {type: LSTM, units: 4, input_shape: [10, 3]}\n",
    "sub folder/ä,b%:c.yaml": (
        "specc: 1\n# 日本語\nlayers:\n  - {type: LSTM, unit: 4, input_shape: [10, 3]}  # é\n"
        "  - {type: Dense, 'units': 0}\n"
    ),
    "twice.json": '{"specc": 1, "layers": [],\n "layers": []}\n',
    "warned.json": json.dumps(
        {
            "class_name": "Sequential",
            "keras_version": "2.2.4",
            "config": {
                "name": "m",
                "layers": [{"class_name": "Dense", "config": {"units": 1, "batch_input_shape": [None, 3]}}],
            },
        }
    ),
}


def checked(name: str) -> Checked:
    try:
        model = load(name)
    except SpecError as error:
        return Checked(name, error.document, error.diagnostics)
    except Unreadable as error:
        return Checked(name, failure=str(error))
    return Checked(name, model.document, model.diagnostics)


def write_files() -> list[Checked]:
    """The files, in the current folder, and what is wrong with them; one is missing, one is no text."""
    for name, text in FILES.items():
        path = Path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    Path("weights.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 100)
    return [checked(name) for name in (*FILES, "weights.h5", "absent.yaml")]

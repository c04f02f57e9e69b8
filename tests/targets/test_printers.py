"""Every op has a printer in the ONNX target."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from specc import ops
from specc.targets.onnx.printers import HOMES

for file in Path(ops.__file__).parent.glob("*.py"):
    import_module(f"specc.ops.{file.stem}")


def names(cls: type) -> set[str]:
    """The classes below a class that are not only bases of others."""
    below: list[type] = cls.__subclasses__()
    return set().union(*map(names, below)) if below else {cls.__name__}


def test_the_table_lists_every_op() -> None:
    assert set(HOMES) == names(ops.Op)


@pytest.mark.parametrize("name", HOMES)
def test_the_printer_is_where_the_table_says(name: str) -> None:
    module = import_module(f"specc.targets.onnx.{HOMES[name]}")
    words = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
    assert callable(getattr(module, f"print{words}"))

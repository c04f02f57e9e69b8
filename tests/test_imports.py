"""Data walks forward through the rooms: no module imports a later one, and ``specc validate`` stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from specc import layers, ops

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in (ROOT / "specc").rglob("*.py")
}

ORDER = (
    "diagnostics",
    "output",
    "data",
    "tensors",
    "convolution",
    "weights",
    "dialects",
    "availability",
    "activations",
    "ops",
    "layers",
    "source",
    "spec",
    "expansion",
    "graph",
    "canonical",
    "stores",
    "targets",
    "runtime",
    "keras_files",
    "summary",
    "saving",
    "model",
    "fixing",
    "verify",
    "schema",
    "cli",
    "__main__",
)
"""The rooms, lowest first; docs/architecture.md says what each is for."""

HEAVY = {"numpy", "onnx", "onnxruntime", "h5py", "safetensors", "jinja2", "torch", "keras"}
VALIDATE = ("specc", "specc.__main__", "specc.cli.validate", "specc.model", "specc.stores")
"""Where `specc validate` enters; the layers and ops, which are looked up by name, come on top."""


@dataclass(frozen=True)
class Import:
    """One import. lazy: inside a function."""

    module: str
    line: int
    lazy: bool


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """What a module imports; what stands under TYPE_CHECKING never runs and is left out."""
    return tuple(_walk(ast.parse(MODULES[module].read_text(encoding="utf-8")), lazy=False))


def _walk(node: ast.AST, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, lazy) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: imports say the whole path"
            assert child.module is not None
            for alias in child.names:
                whole = f"{child.module}.{alias.name}"
                yield Import(whole if whole in MODULES else child.module, child.lineno, lazy)
        else:
            yield from _walk(child, lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))


def room_of(module: str) -> str | None:
    """The room that a module stands in; None for the package itself and for other people's."""
    parts = module.split(".")
    return parts[1] if parts[0] == "specc" and len(parts) > 1 else None


def test_every_module_has_its_room() -> None:
    rooms = {room_of(module) for module in MODULES} - {None}
    assert rooms - set(ORDER) == set(), "give the new room its place in ORDER and in docs/architecture.md"
    assert set(ORDER) - rooms == set()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_step_backwards(module: str) -> None:
    own = room_of(module)
    if own is None:
        assert [found for found in imports_of(module) if room_of(found.module)] == []
        return
    for found in imports_of(module):
        room = room_of(found.module)
        if room is not None:
            assert ORDER.index(room) <= ORDER.index(own), f"{MODULES[module]}:{found.line} imports {found.module}"


def test_targets_know_no_layers() -> None:
    """But for the one that prints the validated layers back as Keras's own."""
    for module in MODULES:
        if room_of(module) in ("targets", "runtime"):
            rooms = {room_of(found.module) for found in imports_of(module)}
            known = {"layers", "dialects", "graph"} if module.startswith("specc.targets.keras") else set()
            assert not rooms & ({"layers", "dialects", "source", "spec", "graph"} - known), module


def test_validate_stays_light() -> None:
    by_name = (("layers", layers.HOMES), ("ops", ops.HOMES))
    pending = [*VALIDATE, *(f"specc.{room}.{home}" for room, homes in by_name for home in homes.values())]
    seen: set[str] = set()
    while pending:
        module = pending.pop()
        if module in seen or module not in MODULES:
            continue
        seen.add(module)
        pending.append(module.rpartition(".")[0])
        for found in imports_of(module):
            if not found.lazy:
                pending.append(found.module)
                top = found.module.partition(".")[0]
                assert top not in HEAVY, f"{MODULES[module]}:{found.line} imports {found.module}"
    assert {"specc.diagnostics", "specc.source", "specc.spec", "specc.graph"} <= seen


def test_ops_are_where_type_checkers_find_them() -> None:
    (block,) = [node for node in ast.parse(MODULES["specc.ops"].read_text("utf-8")).body if isinstance(node, ast.If)]
    typed = {node.names[0].name: node.module for node in block.body if isinstance(node, ast.ImportFrom)}
    assert typed == {name: f"specc.ops.{home}" for name, home in ops.HOMES.items()}
    assert all(getattr(ops, name) for name in ops.HOMES)


def test_a_whole_process_imports_no_more_than_it_needs() -> None:
    """Modules of other packages, words for mistakes, layers and ops that the spec does not use: all that costs."""
    script = "import os, sys; from specc.cli import main; os._exit = lambda code: print(*sys.modules); main()"
    command = [sys.executable, "-c", script, "validate", str(ROOT / "examples" / "sentiment.yaml")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "specc.layers.lstm" in loaded
    assert not loaded & {"importlib.metadata", "email", "socket", "difflib", "json", "shutil", "tempfile"}
    assert not loaded & {"specc.spec.messages", "specc.source.yaml_mistakes", "specc.layers.gru", "specc.ops.pooling"}
    assert not loaded & {"specc.layers.lone_cell", "specc.layers.lstm_cell"}


def test_the_annotations_of_layers_are_types() -> None:
    """Postponed ones are texts, which pydantic would evaluate for each class and each class below it."""
    for home in {f"specc.layers.{home}" for home in layers.HOMES.values()} | {"specc.layers.base", "specc.spec.header"}:
        assert all(found.module != "__future__" for found in imports_of(home)), home

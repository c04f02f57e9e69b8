"""Generated modules of every kind: laid out and clean as linters have it, typed, and the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest

import specc
from specc import ops
from specc.targets import PYTHON_TARGETS, Target
from tests.targets.python.corpus import CORPUS, corpus_of
from tests.targets.python.ruff import check_layout, check_lint, check_types

KINDS = {kind for kind in vars(ops).values() if isinstance(kind, type) and issubclass(kind, ops.Op)}
ABSTRACT = {ops.Op, ops.Spatial}


def modules(target: Target, folder: Path) -> list[Path]:
    files = []
    for name, spec in corpus_of(target).items():
        (folder / target / name).mkdir(parents=True)
        files.append(folder / target / name / f"{name}_module.py")
        specc.load(spec).compile(target, output=files[-1])
    return files


def test_the_corpus_uses_every_op() -> None:
    used = {type(step.op) for spec in CORPUS.values() for step in specc.load(spec).graph.program.steps}
    passed_on = {ops.Dropout, ops.Noise}
    assert KINDS - used - ABSTRACT <= passed_on


@pytest.mark.parametrize("target", PYTHON_TARGETS)
def test_layout_and_lint(target: Target, tmp_path: Path) -> None:
    modules(target, tmp_path)
    assert check_layout(tmp_path) == ""
    assert check_lint(tmp_path) == ""


@pytest.mark.parity
@pytest.mark.parametrize("target", PYTHON_TARGETS)
def test_types(target: Target, tmp_path: Path) -> None:
    pytest.importorskip(target, reason=f"{target} is not installed")
    assert check_types(*modules(target, tmp_path)) == ""


@pytest.mark.parametrize("target", PYTHON_TARGETS)
def test_the_same_bytes_every_time(target: Target) -> None:
    for spec in corpus_of(target).values():
        first, second = (specc.load(spec).generate(target) for _ in range(2))
        assert first.module == second.module
        assert first.weights() == second.weights()

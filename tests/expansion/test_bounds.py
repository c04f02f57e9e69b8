"""Small texts that want to be huge specs: refused, in little time and memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from specc.expansion import expand
from specc.source import parse


def nested(depth: int, rounds: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": "ReLU"}
    for _ in range(depth):
        inner = {"repeat": rounds, "layers": [inner]}
    return inner


DOUBLED_LISTS = {f"v{i}": [f"${{v{i + 1}}}"] * 10 for i in range(9)} | {"v9": [1] * 10}
DOUBLED_TEXTS = {f"v{i}": f"${{v{i + 1}}}" * 10 for i in range(15)} | {"v15": "x" * 10}
NOTHING = {"repeat": 0, "layers": [{"type": "ReLU"}]}
BOMBS: dict[str, Any] = {
    "one block": {"layers": [{"repeat": 10**15, "layers": [{"type": "ReLU"}]}]},
    "blocks in blocks": {"layers": [nested(20, 100)]},
    "blocks of nothing": {"layers": [{"repeat": 5000, "layers": [{"repeat": 5000, "layers": [NOTHING]}]}]},
    "many layers": {"layers": [{"repeat": 100, "layers": [{"type": "ReLU"}] * 101}]},
    "lists in lists": {"vars": DOUBLED_LISTS, "layers": [{"type": "Dense", "units": "${v0}"}]},
    "texts in texts": {"vars": DOUBLED_TEXTS, "layers": [{"type": "${v0}"}]},
    "a list in every layer": {
        "vars": {"v": [0] * 10_000},
        "layers": [{"repeat": 10_000, "layers": [{"type": "Dense", "units": "${v}"}]}],
    },
    "a large layer in a block": {"layers": [{"repeat": 10_000, "layers": [{"type": "Dense", "units": [0] * 10_000}]}]},
    "a long list of rounds": {
        "vars": {"v": [0] * 10_001},
        "layers": [{"repeat": "${v}", "as": "i", "layers": [{"type": "ReLU"}]}],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused(name: str) -> None:
    source = parse(json.dumps({"specc": 1, **BOMBS[name]}), "m.json")
    found = expand(source, None)
    assert not found.is_whole
    assert [finding.code for finding in found.diagnostics] == ["V250"]


def test_fragments_that_grow_by_including_each_other(tmp_path: Path) -> None:
    for i in range(10):
        (tmp_path / f"f{i}.yaml").write_text(f"- include: f{i + 1}.yaml\n" * 10)
    (tmp_path / "f10.yaml").write_text("- {type: ReLU}\n")
    found = expand(parse("specc: 1\nlayers:\n  - include: f0.yaml\n", "m.yaml"), tmp_path)
    assert [finding.code for finding in found.diagnostics] == ["V250"]


def test_fragments_that_hold_nothing_are_bounded_too(tmp_path: Path) -> None:
    for i in range(10):
        (tmp_path / f"f{i}.yaml").write_text(f"- include: f{i + 1}.yaml\n" * 10)
    (tmp_path / "f10.yaml").write_text("[]")
    found = expand(parse("specc: 1\nlayers:\n  - include: f0.yaml\n", "m.yaml"), tmp_path)
    assert [finding.code for finding in found.diagnostics] == ["V250"]


def deep_vars(count: int) -> dict[str, Any]:
    """Vars that refer to each other, each from inside lists as deep as may be."""
    found: dict[str, Any] = {f"v{count}": 1}
    for i in range(count):
        found[f"v{i}"] = f"${{v{i + 1}}}"
        if i % 2:
            found[f"v{i}"] = f"${{v{i + 1} + 1}}"
    return found


def test_all_that_may_be_deep_at_once(tmp_path: Path) -> None:
    """The deepest spec that is allowed is far from the end of Python's stack."""
    inner: list[Any] = ["${v0}"]
    for _ in range(27):
        inner = [{"repeat": 1, "layers": inner}]
    (tmp_path / "f20.yaml").write_text(json.dumps(inner))
    for i in range(20):
        (tmp_path / f"f{i}.yaml").write_text(f"- repeat: 1\n  layers:\n    - include: f{i + 1}.yaml\n")
    data = {"specc": 1, "vars": deep_vars(19), "layers": [{"include": "f9.yaml"}]}
    found = expand(parse(json.dumps(data), "m.json"), tmp_path)
    assert found.diagnostics == ()
    assert found.data["layers"] == [10]
    data["layers"] = [{"include": "f8.yaml"}]
    found = expand(parse(json.dumps(data), "m.json"), tmp_path)
    assert [finding.code for finding in found.diagnostics] == ["V250"]


def test_lists_that_are_deep() -> None:
    deep: Any = "${other}"
    for _ in range(80):
        deep = [deep]
    data = {"specc": 1, "vars": {"v": deep, "other": 1}, "layers": ["${v}"]}
    found = expand(parse(json.dumps(data), "m.json"), None)
    assert [finding.code for finding in found.diagnostics] == ["V240"]
    chain: dict[str, Any] = {f"v{i}": [[[[f"${{v{i + 1}}}"]]]] for i in range(15)} | {"v15": 1}
    found = expand(parse(json.dumps({"specc": 1, "vars": chain, "layers": ["${v0}"]}), "m.json"), None)
    assert {finding.code for finding in found.diagnostics} == {"V240"}


def test_what_is_large_and_allowed() -> None:
    text = "specc: 1\nlayers:\n  - {repeat: 99, layers: [{repeat: 100, layers: [{type: Dense, units: '${index}'}]}]}\n"
    found = expand(parse(text, "m.yaml"), None)
    assert found.diagnostics == ()
    assert len(found.data["layers"]) == 9_900

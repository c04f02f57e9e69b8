"""Generated modules hold nothing but plain code, whatever a spec calls its layers or says of itself."""

from __future__ import annotations

import ast
import builtins
import keyword
from typing import Any

import pytest

import specc
from specc.targets import PYTHON_TARGETS, Target
from tests.golden.golden import SPECS, golden_file
from tests.targets.python.corpus import CORPUS, corpus_of

NODES = {
    *("Module", "Import", "ImportFrom", "alias", "ClassDef", "FunctionDef", "arguments", "arg", "Return", "Pass"),
    *("Assign", "AnnAssign", "AugAssign", "Expr", "If", "For", "Raise", "With", "withitem", "Call", "keyword"),
    *("Name", "Load", "Store", "Attribute", "Subscript", "Slice", "Constant", "Tuple", "List", "Dict", "Starred"),
    *("ListComp", "DictComp", "GeneratorExp", "comprehension", "IfExp", "Compare", "BoolOp", "BinOp", "UnaryOp"),
    *("JoinedStr", "FormattedValue"),
    *("And", "Or", "Not", "USub", "Add", "Sub", "Mult", "Div", "FloorDiv", "Mod", "Pow", "MatMult", "BitAnd", "BitOr"),
    *("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"),
}
IMPORTS: dict[Target, set[str]] = {
    "numpy": {"__future__", "os", "collections.abc", "pathlib", "typing", "numpy", "numpy.typing"},
    "torch": {"__future__", "os", "collections.abc", "pathlib", "typing", "torch", "torch.nn", "safetensors.torch"},
    "keras": {
        *("__future__", "os", "collections.abc", "pathlib", "typing"),
        *("keras", "numpy", "safetensors.numpy"),
    },
}
CALLS = {
    "any",
    "all",
    "float",
    "len",
    "list",
    "max",
    "min",
    "range",
    "slice",
    "sum",
    "tuple",
    "zip",
    "isinstance",
    "super",
}
"""The builtins that modules call, beside types and exceptions."""

EVIL = "'''\"\"\"\\\n\r\t\u00e9\u5b57{{ 7 * 7 }}{% set x %}$x%s\u200bimport os; os.system('x')#"
NAMES = [
    *("class", "None", "import_os", "np", "w", "self", "load", "Model", "as_input", "run_lstm", "linear", "x"),
    *("l", "O", "__class__", "__import__", "eval", "_", "type", "match", "Array", "SHAPES", "torch", "keras", "x_1"),
]


def check(text: str, target: Target) -> ast.Module:
    """The module, which is made of allowed things alone."""
    assert text.isascii()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        assert type(node).__name__ in NODES, ast.dump(node)
        if isinstance(node, ast.Import):
            assert {alias.name for alias in node.names} <= IMPORTS[target]
        elif isinstance(node, ast.ImportFrom):
            assert node.module in IMPORTS[target]
            assert node.level == 0
        elif isinstance(node, ast.Attribute):
            assert not node.attr.startswith("__") or node.attr == "__init__"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and hasattr(builtins, node.func.id):
            found = getattr(builtins, node.func.id)
            assert node.func.id in CALLS or (isinstance(found, type) and issubclass(found, Exception)), node.func.id
    return tree


@pytest.mark.parametrize("target", PYTHON_TARGETS)
@pytest.mark.parametrize("name", CORPUS)
def test_modules_are_plain_code(name: str, target: Target) -> None:
    if name in corpus_of(target):
        check(specc.load(CORPUS[name]).compile(target).decode(), target)


@pytest.mark.parametrize("target", PYTHON_TARGETS)
@pytest.mark.parametrize("name", SPECS)
def test_golden_modules_are_plain_code(name: str, target: Target) -> None:
    check(golden_file(target, name).read_text(), target)


def hostile(names: list[str]) -> dict[str, Any]:
    """A spec of layers with these names; each reads the one before it."""
    layers: list[dict[str, Any]] = [{"type": "Input", "name": names[0], "shape": [None, 2]}]
    for number, name in enumerate(names[1:]):
        kind = ("LSTM", "GRU", "SimpleRNN")[number % 3]
        layers.append({"type": kind, "name": name, "units": 2, "return_sequences": True, "stateful": number == 3})
    layers[0]["batch_size"] = 1
    return {"specc": 1, "description": EVIL, "metadata": {EVIL: EVIL}, "layers": layers}


@pytest.mark.parametrize("target", PYTHON_TARGETS)
def test_hostile_names_and_texts_stay_data(target: Target) -> None:
    spec = hostile(NAMES)
    tree = check(specc.load(spec).compile(target).decode(), target)
    assert [type(node).__name__ for node in tree.body[:2]] == ["Expr", "ImportFrom"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            assert not keyword.iskeyword(node.id)
            assert not hasattr(builtins, node.id), node.id


@pytest.mark.parametrize("target", PYTHON_TARGETS)
def test_a_text_changes_nothing_but_the_docstring(target: Target) -> None:
    plain, evil = hostile(["x", "lstm"]), hostile(["x", "lstm"])
    plain |= {"description": "Plain.", "metadata": {}}
    trees = [ast.parse(specc.load(spec).compile(target)) for spec in (plain, evil)]
    first, second = ([ast.dump(node) for node in tree.body] for tree in trees)
    assert first[1:] == second[1:]
    assert ast.get_docstring(trees[0]) != ast.get_docstring(trees[1])

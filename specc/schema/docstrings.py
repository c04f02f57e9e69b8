"""What classes and their fields say of themselves, read from the source: attribute docstrings leave no trace at
run time, and pydantic's own way to keep them would cost every start of ``specc validate``."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def describe_fields(cls: type[BaseModel]) -> dict[str, str]:
    """The docstring of each field, those of the base classes included."""
    found: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            found |= _own_fields(base)
    return found


def find_owner(cls: type[BaseModel], field: str) -> type[BaseModel]:
    """The class that declares a field."""
    return next(base for base in cls.__mro__ if field in _own_fields(base))


def describe_class(cls: type[BaseModel]) -> str:
    """One sentence on what a class is for: the module's own where the module is about this class, else the class's."""
    module = inspect.getdoc(sys.modules[cls.__module__]) or ""
    title = f"{cls.__name__}: "
    text = module.removeprefix(title) if module.startswith(title) else inspect.cleandoc(cls.__doc__ or "")
    paragraph = " ".join(text.partition("\n\n")[0].split())
    sentence = re.split(r"\. (?=[A-Za-z])", paragraph)[0].rstrip(".")  # `et al. 2014` is no end
    return f"{sentence[:1].upper()}{sentence[1:]}."


def explain_class(cls: type[BaseModel]) -> str:
    """The sentence and the class's own docstring, as Markdown; each once where one begins with the other."""
    sentence, own = describe_class(cls), inspect.cleandoc(cls.__doc__ or "").replace("``", "")
    block = f"```text\n{own}\n```"
    if own == sentence:
        return sentence
    return block if own.startswith(sentence.rstrip(".")) else f"{sentence}\n\n{block}"


@cache
def _own_fields(cls: type[BaseModel]) -> dict[str, str]:
    tree = ast.parse(inspect.getsource(cls))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    found = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            value = text.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                found[field.target.id] = " ".join(value.value.split())
    return found

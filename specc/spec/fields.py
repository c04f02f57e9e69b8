"""What a field of a pydantic model may hold, read from its annotation."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from specc.diagnostics import Path


def known_keys(model: type[BaseModel]) -> list[str]:
    """The keys that a user may write."""
    return [field.alias or name for name, field in model.model_fields.items()]


def choices(model: type[BaseModel], path: Path) -> list[str | int]:
    """The words or numbers that may stand at a path inside the model."""
    return [choice for form in _forms_at(model, path) if get_origin(form) is Literal for choice in get_args(form)]


def may_hold(model: type[BaseModel], path: Path, value: Any) -> bool:
    """Whether a value has the type of what may stand there."""
    kinds = [get_origin(form) or form for form in _forms_at(model, path)]
    wanted = tuple({"Literal": str}.get(getattr(kind, "__name__", ""), kind) for kind in kinds)
    is_number = float in wanted and isinstance(value, int)
    return not isinstance(value, bool) and (
        is_number or isinstance(value, tuple(k for k in wanted if k is not NoneType))
    )


def takes_null(model: type[BaseModel], path: Path) -> bool:
    """Whether null may stand there."""
    return NoneType in _forms_at(model, path)


def null_means_more(model: type[BaseModel], path: Path) -> bool:
    """Whether null says more than leaving the key out does."""
    field = _field(model, path)
    return takes_null(model, path) and (len(path) > 1 or (field is not None and field.default is not None))


def _field(model: type[BaseModel], path: Path) -> Any:
    named = {field.alias or name: field for name, field in model.model_fields.items()}
    return named.get(str(path[0])) if path else None


def _forms_at(model: type[BaseModel], path: Path) -> list[Any]:
    """The alternatives at a path, each of them no union."""
    field = _field(model, path)
    found = [] if field is None else list(forms(field.annotation))
    for _ in path[1:]:
        found = [inner for form in found if get_origin(form) is list for inner in forms(get_args(form)[0])]
    return found


def forms(annotation: Any) -> Iterator[Any]:
    """The alternatives of an annotation, none of them a union."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from forms(get_args(annotation)[0])
    elif origin in (Union, UnionType):
        for form in get_args(annotation):
            yield from forms(form)
    else:
        yield annotation

"""A model as files that specc reads again: the spec, and its weights beside it."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from specc.canonical import canonical
from specc.canonical.text import to_json, to_yaml
from specc.data import SCHEMA
from specc.diagnostics import Findings
from specc.output import atomic_write_all
from specc.stores.safetensors import pack

if TYPE_CHECKING:
    from specc.model import Model

_SUFFIXES = (".yaml", ".yml", ".json")


def weights_path(spec: str | os.PathLike[str]) -> Path:
    """Where the weights of a spec are written: beside it, under its name."""
    path = Path(spec)
    name = path.stem if path.suffix.lower() in _SUFFIXES else path.name
    return path.with_name(f"{name}.safetensors")


def has_weights(model: Model) -> bool:
    """Whether there are arrays to write; initializers draw theirs again."""
    return model.weights is not None and bool(model.graph.program.weights)


def save_spec(
    model: Model,
    path: str | os.PathLike[str],
    *,
    arch_only: bool = False,
    overwrite: bool = False,
    findings: Findings | None = None,
) -> tuple[Path, ...]:
    """Write the spec, JSON where the name ends so, and the weights that the model has; returns what was written.

    Raises FileExistsError, Unreadable, and SpecError where the weights do not fit.
    """
    target, beside = Path(path), weights_path(path)
    has_arrays = has_weights(model) and not arch_only
    written = (target, beside) if has_arrays else (target,)
    for file in written:
        _refuse(file, model, overwrite)
    text = spec_text(model, beside.name if has_arrays else None, is_json=target.suffix.lower() == ".json")
    if (schema := target.with_name(SCHEMA)).is_file() and target.suffix.lower() != ".json":
        text = f"# yaml-language-server: $schema={schema.name}\n{text}"
    files: dict[str | os.PathLike[str], bytes] = {}
    if has_arrays:
        files[beside] = pack(model.arrays(findings=findings))
    files[target] = text.encode()  # the last to appear, as it names the weights
    atomic_write_all(files)
    return written


def spec_text(model: Model, weights: str | None = None, *, is_json: bool = False) -> str:
    """The spec as text. weights: the name of the file beside it."""
    data = canonical(model.spec)
    if weights is not None:
        last = {key: data.pop(key) for key in ("layers", "outputs") if key in data}
        data = data | {"weights": weights} | last
    return to_json(data) if is_json else to_yaml(data)


def _refuse(file: Path, model: Model, overwrite: bool) -> None:
    if not os.path.lexists(file):
        return
    if not overwrite:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))
    if model.weights is not None and os.path.exists(model.weights) and os.path.samefile(file, model.weights):
        raise ValueError(f"writing {file} would replace the weights that it is made from")

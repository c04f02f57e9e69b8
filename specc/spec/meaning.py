"""What a layer with mistakes was meant to be, so that the layers around it are checked in the same run.

Read only where there are mistakes. Nothing is compiled from what this gives: the mistakes are reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import NoneType
from typing import Any, NamedTuple

from pydantic import ValidationError

from specc import layers
from specc.diagnostics import Diagnostic, Findings, Path
from specc.diagnostics.fixes import with_fixes
from specc.dialects import Dialect
from specc.layers.base import CalledLayer, Layer
from specc.spec.arguments import IRRELEVANT
from specc.spec.entries import read_layer, refuse_missing
from specc.spec.fields import forms
from specc.weights import Constraint, Initializer, Regularizer

NEUTRAL = frozenset(
    (
        "activation",
        "causal",
        "center",
        "implementation",
        "interpolation",
        "name",
        "normalize",
        "recurrent_activation",
        "reset_after",
        "rms_scaling",
        "scale",
        "score_mode",
        "seed",
        "synchronized",
        "trainable",
        "unit_forget_bias",
        "unroll",
        "use_bias",
        "use_causal_mask",
        "use_scale",
        "zero_output_for_mask",
    )
)
"""Arguments that do not decide the shape or the mask of an output, and whose defaults ask nothing of the input."""
NEUTRAL_TYPES = (float, Initializer, Regularizer, Constraint, NoneType)
"""The same of all arguments that take nothing else."""

DECISIVE = frozenset(
    (
        "type",
        "inputs",
        "initial_state",
        "mask",
        "shape",
        "batch_shape",
        "input_shape",
        "batch_input_shape",
        "batch_size",
        "input_dim",
        "input_length",
        "layer",
        "cell",
        "cells",
        "backward_layer",
    )
)
"""Arguments without which nobody can say what a layer is, or what it is called on."""

PLACEHOLDERS: Mapping[str, Any] = {
    "activation": "linear",
    "rate": 0.0,
    "stddev": 1.0,
    "units": 1,
    "filters": 1,
    "kernel_size": 1,
    "output_dim": 1,
    "n": 1,
}
"""Values for required arguments that are wrong or missing."""


OF_DIALECT = ("V210", "V211")
"""What is right, in another dialect."""


class Meaning(NamedTuple):
    """A layer as it was meant beyond doubt; or a guess that takes its inputs as that one does, whatever it puts out.

    guess: a ``CalledLayer`` itself where not even the class is known.
    hidden: mistakes inside what stands under a misspelt key.
    renamed: paths of the layer, each with the path at which the user wrote what stands there.
    is_sized: whether the guess differs in sizes alone, so that it has the outputs of the one that was meant.
    """

    layer: Layer | None = None
    guess: Layer | None = None
    hidden: tuple[Diagnostic, ...] = ()
    renamed: tuple[tuple[Path, Path], ...] = ()
    is_sized: bool = False


def find_meaning(item: Any, path: Path, mistakes: Sequence[Diagnostic], dialect: Dialect) -> Meaning:
    """What the layer at ``path`` was meant to be. mistakes: all that was found in it.

    A fix is taken for what was meant. An argument without one counts as left out, which leaves doubt where it
    decides a shape.
    """
    # A layer that the dialect lacks is right, in another dialect.
    local = [mistake._replace(path=mistake.path[len(path) :]) for mistake in mistakes if mistake.code != "V211"]
    mended = with_fixes(item, [mistake for mistake in local if mistake.fix is not None])
    doubts: set[str | None] = set()
    for mistake in local:
        holder, argument = _find_argument(mended, mistake.path)
        is_renamed = mistake.fix is not None and (mistake.fix.key is not None or argument == "type")
        if holder is None or (argument in DECISIVE and not is_renamed):
            return Meaning(guess=_read_inputs(item))
        if mistake.fix is not None:
            if isinstance(mistake.fix.value, list):  # there is more to a list than its brackets
                doubts.add(argument)
        else:
            # An unknown key that nothing is said of is like no argument that there is.
            is_spare = mistake.code == "V202" and (mistake.hint is None or argument in IRRELEVANT)
            open_ = _leave_out(holder, argument)
            doubts |= open_ - {argument} if is_spare else open_
    further = Findings()
    layer = read_layer(mended, (), dialect, further)
    renamed = tuple(_find_renamed(local, path))
    hidden = [moved for mistake in _below(further, path) if (moved := as_written(mistake, renamed)) is not mistake]
    if layer is not None and not any(mistake.code in OF_DIALECT for mistake in mistakes):
        lacking = _leave_out_lacking(mended, dialect)
        hidden += [as_written(mistake, renamed) for mistake in _below(lacking, path)]
        layer = read_layer(mended, (), dialect, Findings())
    if not doubts:
        return Meaning(layer, None, tuple(hidden), renamed)
    return Meaning(None, layer, tuple(hidden), renamed, doubts <= PLACEHOLDERS.keys())


def _leave_out_lacking(item: dict[str, Any], dialect: Dialect) -> Findings:
    """What the dialect lacks of a layer that is mended; its activations are left out."""
    lacking = Findings()
    refuse_missing(item, (), dialect, lacking)
    for mistake in lacking:
        holder, argument = _find_argument(item, mistake.path)
        if mistake.code == "V210" and holder is not None:
            _leave_out(holder, argument)
    return lacking


def _below(mistakes: Iterable[Diagnostic], path: Path) -> Iterator[Diagnostic]:
    """Mistakes in a layer at a path, seen from the spec. Their fixes are for what was mended."""
    for mistake in mistakes:
        yield mistake._replace(path=(*path, *mistake.path), fix=None)


def _read_inputs(item: Any) -> CalledLayer | None:
    """A layer of no class, called on what the item names."""
    inputs = item.get("inputs") if isinstance(item, dict) else None
    try:
        return None if inputs is None else CalledLayer(inputs=inputs)
    except ValidationError:
        return None


def _find_renamed(mistakes: Iterable[Diagnostic], path: Path) -> Iterator[tuple[Path, Path]]:
    """The path of each key that a fix renames, and the one that it has in the source."""
    for mistake in mistakes:
        if mistake.fix is not None and mistake.fix.key is not None:
            yield (*path, *mistake.path[:-1], mistake.fix.key), (*path, *mistake.path)


def as_written(finding: Diagnostic, renamed: Sequence[tuple[Path, Path]]) -> Diagnostic:
    """The finding at the key that the user wrote; itself where that has its right name."""
    for right, written in renamed:
        if finding.path[: len(right)] == right:
            return finding._replace(path=(*written, *finding.path[len(right) :]))
    return finding


def _find_argument(item: Any, path: Path) -> tuple[dict[str, Any] | None, str | None]:
    """The innermost layer that a path leads into, and which of its arguments; None for the layer as a whole."""
    argument: str | None = None
    for step in path:
        cls = _class_of(item) if argument is None else None
        if cls is not None:
            argument = str(step)
            if argument not in cls.nested_layers or not isinstance(item.get(argument), dict | list):
                break
            item, argument = item[argument], None
        elif isinstance(item, list) and isinstance(step, int):
            item = item[step]
        else:
            break
    return (item, argument) if _class_of(item) is not None else (None, None)


def _class_of(item: Any) -> type[Layer] | None:
    name = item.get("type") if isinstance(item, dict) else None
    return layers.find(name) if isinstance(name, str) else None


def _leave_out(item: dict[str, Any], argument: str | None) -> set[str | None]:
    """Leave an argument out, and put something in the place of what is needed; gives those that leave doubt."""
    cls = _class_of(item)
    assert cls is not None
    if argument is not None:
        item.pop(argument, None)
    needed = [name for name, field in cls.model_fields.items() if field.is_required() and name not in item]
    item.update({name: PLACEHOLDERS[name] for name in needed if name in PLACEHOLDERS})
    touched = {*needed, *([] if argument is None else [argument])}
    return {name for name in touched if not _is_neutral(cls, name)}


def _is_neutral(cls: type[Layer], argument: str) -> bool:
    if argument in NEUTRAL:
        return True
    field = cls.model_fields.get(argument)
    return field is not None and all(form in NEUTRAL_TYPES for form in forms(field.annotation))

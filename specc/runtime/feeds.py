"""Check what a caller feeds against the model's inputs, before onnxruntime sees it.

Every message names the input, what was found and what the model wants; onnxruntime's own messages do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from specc.diagnostics import did_you_mean
from specc.runtime.signature import Array, SessionError, Slot
from specc.tensors import show

Sizes = dict[str, int]
"""What the named unknown dimensions are in one call: ``{"batch": 4, "time": 10}``."""


def check_names(given: Iterable[str], wanted: Sequence[Slot], allowed: Sequence[Slot]) -> None:
    """Every wanted input is there, and nothing that the model does not know. One error tells all of it.

    allowed: what may be fed besides: the states, which a session otherwise carries itself.
    """
    names = list(given)
    known = {slot.name for slot in (*wanted, *allowed)}
    unknown = [name for name in names if name not in known]
    missing = [slot for slot in wanted if slot.name not in names]
    if not unknown and not missing:
        return
    parts = [f"missing input {slot}" for slot in missing]
    parts += [f"the model has no input `{name}`" for name in unknown]
    open_names = [slot.name for slot in missing] or sorted(known)
    hints = [hint for name in unknown if (hint := did_you_mean(name, open_names))]
    listing = f"the model's inputs are {', '.join(str(slot) for slot in wanted) or 'none'}"
    raise SessionError("; ".join(parts), hints[0] if hints else listing if unknown else None)


def fit(slot: Slot, value: ArrayLike, sizes: Sizes, title: str | None = None) -> Array:
    """The value as the array that the input takes; ``sizes`` learns its unknown dimensions.

    title: how messages call the value, by default the input's name.
    Raises SessionError where the type cannot be converted without loss, or the shape does not fit.
    """
    title = title or f"input `{slot.name}`"
    try:
        array = np.asarray(value)
    except ValueError:
        raise SessionError(f"{title} is no array: its rows differ in length") from None
    _check_shape(slot, array, sizes, title)
    return array if slot.dtype is None else _convert(slot.dtype, array, title)


def _check_shape(slot: Slot, array: Array, sizes: Sizes, title: str) -> None:
    wanted, found = show(slot.shape), show(array.shape)
    if array.ndim != len(slot.shape):
        one_sample = array.ndim == len(slot.shape) - 1
        hint = f"the first dimension is the batch: feed one sample as shape {show((1, *array.shape))}"
        raise SessionError(
            f"{title} has {array.ndim} dimensions {found}, the model takes {len(slot.shape)} {wanted}",
            hint if one_sample else None,
        )
    for index, (dim, size) in enumerate(zip(slot.shape, array.shape, strict=True)):
        expected = dim if isinstance(dim, int) else sizes.setdefault(dim, size)
        if size == expected:
            continue
        if isinstance(dim, str):
            reason = f"`{dim}` is {size} here and {expected} in another input"
        elif index == 0:
            reason = f"the batch is {size}, it is fixed to {expected} in the model"
        else:
            reason = f"dimension {index} is {size}, it must be {expected}"
        raise SessionError(f"{title} has shape {found}, the model takes {wanted}: {reason}")
    if 0 in array.shape:
        # Not only an odd request: onnxruntime's recurrent nodes end the whole process on it.
        raise SessionError(
            f"{title} is empty: it has shape {found}", "leave the call out where there is nothing to run"
        )


def _convert(target: np.dtype[Any], array: Array, title: str) -> Array:
    """The array in the input's element type, where no value changes but by float rounding."""
    if array.dtype == target:
        return array
    kinds = {"f": "fiub", "i": "iub", "u": "iub", "b": "b"}
    if array.dtype.kind not in kinds[target.kind]:
        hint = f"convert it first: array.astype('{target}')" if array.dtype.kind in "fiub" else None
        raise SessionError(f"{title} holds {array.dtype}, the model takes {target}", hint)
    with np.errstate(over="ignore"):
        converted = array.astype(target)
    if array.dtype.kind == "f":
        kept = np.isfinite(converted) | ~np.isfinite(array)
    elif target.kind == "f":
        kept = converted.astype(np.float64) == array
    else:
        kept = _in_range(array, target)
    if not kept.all():
        bad = array[~kept].flat[0]
        raise SessionError(f"{title} holds {bad} ({array.dtype}), which {target} cannot represent")
    return converted


def _in_range(array: Array, target: np.dtype[Any]) -> Array:
    if array.dtype.kind == "b":
        return np.ones(array.shape, bool)
    limits = np.iinfo(target)
    return (array >= limits.min) & (array <= limits.max)


def only_feed(wanted: Sequence[Slot], value: ArrayLike) -> Mapping[str, ArrayLike]:
    """A feed for a model of one input from a bare array."""
    if len(wanted) != 1:
        listing = ", ".join(str(slot) for slot in wanted) or "none"
        raise SessionError("a bare array fits a model of one input only", f"the model's inputs are {listing}")
    return {wanted[0].name: value}

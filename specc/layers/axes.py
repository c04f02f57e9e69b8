"""Axes as users count them: the batch is 0, negative ones count from the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from specc.layers.base import require_known
from specc.layers.site import Site
from specc.tensors import Value, show

Axes = int | Annotated[list[int], Field(min_length=1)]
"""One axis, or several."""


def find_axis(site: Site, axis: int, x: Value, field: str = "axis", index: int = 0) -> int:
    """The axis counted from the front; refuses the batch and what ``x`` lacks. index: which input ``x`` is."""
    found = axis + x.rank if axis < 0 else axis
    if not 1 <= found < x.rank:
        site.fail(
            "G308",
            f"axis {axis} is not an axis after the batch of {show(x.shape)}{site.source_of(index)}",
            field=field,
            hint=possible_axes(x.rank, field),
            related=site.places(index),
        )
    return found


def find_axes(site: Site, axes: int | Sequence[int], x: Value, field: str = "axis") -> tuple[int, ...]:
    """All of the axes, in the order in which they are given; refuses one that stands twice."""
    listed = [axes] if isinstance(axes, int) else axes
    found = tuple(find_axis(site, axis, x, field) for axis in listed)
    if len(set(found)) < len(found):
        site.fail("G308", f"`{field}` {list(listed)} holds an axis of {show(x.shape)} twice", field=field)
    return found


def known_sizes(site: Site, axes: Sequence[int], x: Value) -> tuple[int, ...]:
    """The sizes along axes that weights have a length along."""
    hint = "give it in the Input's `shape`, or choose another `axis`"
    return tuple(require_known(site, x.shape[axis], f"size of axis {axis}", hint) for axis in axes)


def possible_axes(rank: int, field: str) -> str | None:
    """The axes after the batch, for hints; None where there is none."""
    if rank < 3:
        return f"`{field}` may be 1 or -1" if rank == 2 else None
    return f"`{field}` may be 1 to {rank - 1}, or -{rank - 1} to -1"

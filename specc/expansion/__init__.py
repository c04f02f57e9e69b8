"""The conveniences of the language become plain data: ``vars`` with ``${…}``, ``repeat``, ``include``, ``defaults``.

What comes out holds layers alone, as if someone had written them all by hand, and a way back from each of its paths
to what the user wrote. Nothing here runs code; what a small text may grow to is bounded (``limits``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NamedTuple

from specc.diagnostics import Diagnostic
from specc.source import Source

if TYPE_CHECKING:
    from specc.expansion.places import Places

__all__ = ["Expansion", "UnknownVar", "expand"]


class UnknownVar(ValueError):
    """A var that was given from outside, and that the spec does not have."""

    def __init__(self, name: str, hint: str) -> None:
        self.name = name
        self.hint = hint
        super().__init__(f"the spec has no var `{name}`: {hint}")


class Expansion(NamedTuple):
    """The plain data of a spec. diagnostics: what is wrong with its vars, blocks and defaults.

    places: None where the spec was plain already. is_whole: false where nothing more can be said of the rest.
    """

    data: Any
    diagnostics: tuple[Diagnostic, ...] = ()
    places: Places | None = None
    is_whole: bool = True


def expand(source: Source, folder: FilePath | None, vars: Mapping[str, Any] | None = None) -> Expansion:
    """Expand a spec. folder: where fragments lie; None for none. vars: instead of the spec's own values.

    Raises UnknownVar.
    """
    data = source.data
    if not isinstance(data, Mapping) or "specc" not in data or not (vars or source.slips or _has_more(source, data)):
        if vars:
            raise UnknownVar(next(iter(vars)), "only a spec has vars")
        return Expansion(data, source.slips)
    if not all(map(_is_local, source.slips)):
        return Expansion(None, source.slips, is_whole=False)
    # Whoever writes plain specs does not pay for this.
    from specc.expansion.expanding import Expander

    return Expander(source, folder, vars or {}).expand()


def _is_local(slip: Diagnostic) -> bool:
    """Whether a value that nobody knows leaves the list of layers as it is, and what names stand for."""
    return slip.path[0] not in ("vars", "defaults") and slip.path[-1] not in _SHAPING


_SHAPING = ("layers", "repeat", "as", "include", "vars")

_MAPPINGS = ("metadata", "expect")


def _has_more(source: Source, data: Mapping[str, Any]) -> bool:
    """Whether there is anything to expand; quick for a text that is plain."""
    # A mapping under a key that is unknown may be meant for defaults.
    if any(isinstance(value, dict) and key not in _MAPPINGS for key, value in data.items()) or "defaults" in data:
        return True
    layers = data.get("layers")
    if isinstance(layers, list) and any("type" not in item for item in layers if isinstance(item, dict)):
        return True
    text = source.text or ""
    return "${" in text or ("\\" in text and holds_expression(data))


def holds_expression(data: Any) -> bool:
    """Whether some text has ``${`` in it: an escape can hide that in the source."""
    if isinstance(data, str):
        return "${" in data
    values = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return any(map(holds_expression, values))

"""The tags of a YAML text: refused, but for the two that Keras wrote."""

from __future__ import annotations

from dataclasses import dataclass, field

from yaml.events import Event, ScalarEvent, SequenceStartEvent

from specc.source.outline import Outline, shorten
from specc.source.yaml_events import Node, extent

_STANDARD = "tag:yaml.org,2002:"
# Model.to_yaml() of Keras 1 and 2 wrote tuples so and, under Python 2, strings.
_KERAS: dict[str, type[Event]] = {
    _STANDARD + "python/tuple": SequenceStartEvent,
    _STANDARD + "python/unicode": ScalarEvent,
}


@dataclass(eq=False, repr=False)
class Tags:
    """Keras's tags are kept until it is known whether the file is one of Keras."""

    _keras: list[tuple[str, int, int]] = field(default_factory=list)

    def take(self, event: Node, outline: Outline) -> None:
        """Look at the tag of a value; report one that specc does not take."""
        tag = event.tag or ""
        shown = "!!" + tag.removeprefix(_STANDARD) if tag.startswith(_STANDARD) else tag
        start, end = extent(event)
        if isinstance(event, _KERAS.get(tag, ())):
            self._keras.append((shown, start, end))
        else:
            _report(shown, start, end, outline)

    def finish(self, root: object, outline: Outline) -> None:
        """Report Keras's tags in a text that is no Keras architecture."""
        if not (isinstance(root, dict) and "class_name" in root):
            for shown, start, end in self._keras:
                _report(shown, start, end, outline)


def _report(tag: str, start: int, end: int, outline: Outline) -> None:
    hint = "write the value in quotes" if tag == "!!str" else "delete the tag"
    outline.report("S109", f"specc takes no YAML tags: `{shorten(tag)}`", start, end, hint)

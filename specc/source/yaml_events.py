"""Where the events of the YAML parser stand."""

from __future__ import annotations

import re

from yaml.events import Event, MappingStartEvent, ScalarEvent, SequenceStartEvent

Node = ScalarEvent | MappingStartEvent | SequenceStartEvent

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")


def extent(event: Event) -> tuple[int, int]:
    """Where an event starts and ends, its anchor and tag with it."""
    assert event.start_mark is not None
    assert event.end_mark is not None
    return event.start_mark.index, event.end_mark.index


def value_extent(event: Node, text: str) -> tuple[int, int]:
    """Where a value starts and ends, without its anchor and tag."""
    start, end = extent(event)
    if event.anchor is None and event.tag is None:
        return start, end
    found = _PROPERTIES.match(text, start, end)
    return (found.end() if found else start), end

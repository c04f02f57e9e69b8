"""Builds data from the events of a YAML parser, and refuses what specc leaves out of YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from specc.source import limits
from specc.source.outline import Outline, Stop, shorten
from specc.source.scalars import NotANumber, Scalar, is_string, resolve
from specc.source.yaml_anchors import Anchor, Anchors
from specc.source.yaml_events import extent, value_extent
from specc.source.yaml_tags import Tags

_UNUSABLE = "[\0\ud800-\udfff]"
_NO_SPACE = r"([A-Za-z_]\w*):\S"


@dataclass(slots=True, eq=False, repr=False)
class _Container:
    """A list or mapping that is being filled."""

    data: list[object] | dict[str, object]
    value: int
    flow: bool
    anchor: str | None
    size_before: int
    height: int = 1
    key: str | None = None  # None where the next value is dropped: its key stood before


@dataclass(eq=False, repr=False)
class Builder:
    """Takes events in order; ``root`` is the data so far."""

    text: str
    outline: Outline
    root: object = None
    _documents: int = 0
    _reach: int = 0  # where the value that ended last ends
    _containers: list[_Container] = field(default_factory=list)
    _anchors: Anchors = field(default_factory=Anchors)
    _tags: Tags = field(default_factory=Tags)

    def take(self, event: Event) -> None:
        # In the order of how often they come: this runs for every word of a text.
        if isinstance(event, ScalarEvent):
            if self.outline.wants_key:
                self._key(event)
            else:
                self._scalar(event)
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self._close(event)
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._open(event)
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._document(event)

    def finish(self) -> None:
        """Report what only the end of the text shows."""
        if self._is_blank():
            self.outline.report("S103", "the text is empty", 0, 0, "`specc new` writes a spec to start from")
        self._tags.finish(self.root, self.outline)

    def _is_blank(self) -> bool:
        """Whether there is no value or, after a bare ``---``, one of no width."""
        positions = self.outline.positions
        return not len(positions) or (len(positions) == 1 and positions.start(0) == self._reach)

    def _document(self, event: DocumentStartEvent) -> None:
        start, end = extent(event)
        self._documents += 1
        if self._documents > 1:
            self.outline.report("S113", "a second document starts here", start, end, "keep one spec a file")
            raise Stop
        if event.version and event.version != (1, 2):
            version = ".".join(map(str, event.version))
            message = f"the text says that it is YAML {version}; specc reads YAML 1.2"
            self.outline.report("S105", message, start, end, "delete this line")

    def _key(self, event: ScalarEvent) -> None:
        start, end = value_extent(event, self.text)
        name: str = event.value
        first = self.outline.key(name, start, end)
        self._containers[-1].key = name if first else None
        self._properties(event, name, -1)
        if not event.implicit[0]:
            self._check_escapes(event, start, end)
        elif name == "<<":
            hint = "YAML 1.2 has none: write the keys out; single values may be aliases"
            self.outline.report("S111", "`<<` is a merge key", start, end, hint)
        elif not name:
            self.outline.report("S108", "a key is missing before this colon", start, end)
        elif not is_string(name):
            message = f"a key must be a string; `{shorten(name)}` is not one"
            self.outline.report("S108", message, start, end, f'write "{shorten(name)}"')

    def _scalar(self, event: ScalarEvent) -> None:
        start, end = value_extent(event, self.text)
        value = self.outline.leaf(start, end)
        scalar = self._resolve(event, start, end)
        self._properties(event, scalar, value)
        if scalar is None and event.value == "" and self._containers:
            self._need_space(self._containers[-1], start)
        self._put(scalar)
        self._reach = end

    def _properties(self, event: ScalarEvent, scalar: Scalar, value: int) -> None:
        """Take the tag and the anchor before a scalar, if it has any."""
        if event.tag is not None:
            self._tags.take(event, self.outline)
        if event.anchor:
            self._anchors.close(event.anchor, Anchor(scalar, value, 1, 0))

    def _resolve(self, event: ScalarEvent, start: int, end: int) -> Scalar:
        text: str = event.value
        if not event.implicit[0]:
            self._check_escapes(event, start, end)
            return text
        try:
            return resolve(text)
        except NotANumber as error:
            self.outline.report("S112", f"{error}: `{shorten(text)}`", start, end)
            return 0

    def _check_escapes(self, event: ScalarEvent, start: int, end: int) -> None:
        if event.style == '"' and re.search(_UNUSABLE, event.value):
            message = "an escape in this string gives a character that no text may hold"
            self.outline.report("S114", message, start, end)

    def _need_space(self, container: _Container, start: int) -> None:
        """Catch ``{type: LSTM, units:64}``: to YAML a key ``units:64`` that has no value."""
        key = container.key
        if not container.flow or not key or not self.text.endswith(key, 0, start):
            return
        if found := re.match(_NO_SPACE, key):
            message = f"a space is missing after `{shorten(found[1])}:`"
            self.outline.report("S105", message, start - len(key), start, "YAML reads `a:b` as one word")

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        start, end = value_extent(event, self.text)
        mapping = isinstance(event, MappingStartEvent)
        if self.outline.wants_key:
            self._refuse_key("a mapping" if mapping else "a list", start, end)
        size = self._size()
        value = self.outline.open(start, mapping)
        if event.tag is not None:
            self._tags.take(event, self.outline)
        data: list[object] | dict[str, object] = {} if mapping else []
        self._put(data)
        flow = self.text.startswith("{" if mapping else "[", start)
        self._containers.append(_Container(data, value, flow, event.anchor, size))
        if event.anchor:
            self._anchors.open(event.anchor)

    def _refuse_key(self, kind: str, start: int, end: int) -> None:
        hint = "quote a text that starts with `{`" if self.text.startswith("{", start) else None
        self.outline.report("S108", f"a key must be a string, not {kind}", start, end, hint)
        raise Stop

    def _close(self, event: Event) -> None:
        done = self._containers.pop()
        if done.flow:  # the parser lets a block end where the next thing starts, behind blanks and comments
            self._reach = extent(event)[1]
        self.outline.close(self._reach)
        if done.anchor:
            size = self._size() - done.size_before
            self._anchors.close(done.anchor, Anchor(done.data, done.value, size, done.height))
        self._grow(done.height)

    def _alias(self, event: AliasEvent) -> None:
        start, end = extent(event)
        assert event.anchor is not None
        if self.outline.wants_key:
            self._refuse_key("an alias", start, end)
        value = self.outline.leaf(start, end)
        self._reach = end
        anchor = self._anchors.find(event.anchor, self.outline, start, end)
        if anchor is None:
            self._put(None)
            return
        if len(self._containers) + anchor.height > limits.DEPTH:
            self.outline.refuse(f"aliases nest deeper than {limits.DEPTH} levels", start, end)
        if self._anchors.repeated > limits.ALIASED_NODES:
            message = f"aliases repeat more than {limits.ALIASED_NODES:,} values"
            self.outline.refuse(message, start, end)
        if anchor.height:
            self.outline.positions.alias(value, anchor.value)
        self._put(_copy(anchor.data))
        self._grow(anchor.height)

    def _size(self) -> int:
        """How many values the data so far holds."""
        return len(self.outline.positions) + self._anchors.repeated

    def _grow(self, height: int) -> None:
        """Tell the container around a value of this height."""
        if self._containers:
            parent = self._containers[-1]
            parent.height = max(parent.height, height + 1)

    def _put(self, value: object) -> None:
        if not self._containers:
            self.root = value
            return
        parent = self._containers[-1]
        if isinstance(parent.data, list):
            parent.data.append(value)
        elif parent.key is not None:
            parent.data[parent.key] = value


def _copy(data: object) -> object:
    """A copy, so that the data is a tree: a later room may change one place alone."""
    if isinstance(data, dict):
        return {key: _copy(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_copy(value) for value in data]
    return data

"""Reads YAML: events become data and positions in one pass.

What is left out of YAML, because it surprises or runs code: tags (except the two that Keras's own ``to_yaml``
wrote, in a Keras file), merge keys, keys that are not strings, several documents. Scalars follow YAML 1.2
(``specc.source.scalars``).

One thing is added: ``${…}`` is one word everywhere. To YAML its braces would start a mapping inside ``{}`` and
``[]``, where most layers stand. So the parser gets letters of no meaning in their place, as many as there were
braces, and every position holds.
"""

from __future__ import annotations

import re

import yaml
from yaml.events import ScalarEvent, StreamEndEvent

from specc.source.lines import Lines
from specc.source.outline import Outline, Stop
from specc.source.reading import Reading
from specc.source.yaml_builder import Builder

# libyaml where PyYAML was built with it: ten times as fast, and the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_BRACED = re.compile(r"""\$\{([^{}\[\]"',:#\r\n]*)\}""")
_OPENED, _CLOSED = "\ue000", "\ue001"  # for private use: no text means anything by them


def read_yaml(text: str, lines: Lines) -> Reading:
    """Read a text that is YAML. Its positions are known at once."""
    outline = Outline(lines.span)
    builder = Builder(text, outline)
    is_hidden = "${" in text and _OPENED not in text and _CLOSED not in text
    loader = _LOADER(_BRACED.sub(f"${_OPENED}\\1{_CLOSED}", text) if is_hidden else text)
    try:
        while not isinstance(event := loader.get_event(), StreamEndEvent):
            if is_hidden and isinstance(event, ScalarEvent):
                event.value = event.value.replace(_OPENED, "{").replace(_CLOSED, "}")
            builder.take(event)
        builder.finish()
    except yaml.MarkedYAMLError as error:
        from specc.source.yaml_mistakes import explain

        outline.findings.append(explain(error, text, lines))
    except Stop:
        pass
    return Reading(builder.root, tuple(outline.findings), lambda: outline.positions)

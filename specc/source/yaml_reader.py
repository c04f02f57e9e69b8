"""Reads YAML: events become data and positions in one pass.

What is left out of YAML, because it surprises or runs code: tags (except the two that Keras's own ``to_yaml``
wrote, in a Keras file), merge keys, keys that are not strings, several documents. Scalars follow YAML 1.2
(``specc.source.scalars``).
"""

from __future__ import annotations

import yaml
from yaml.events import StreamEndEvent

from specc.source.lines import Lines
from specc.source.outline import Outline, Stop
from specc.source.reading import Reading
from specc.source.yaml_builder import Builder

# libyaml where PyYAML was built with it: ten times as fast, and the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str, lines: Lines) -> Reading:
    """Read a text that is YAML. Its positions are known at once."""
    outline = Outline(lines.span)
    builder = Builder(text, outline)
    loader = _LOADER(text)
    try:
        while not isinstance(event := loader.get_event(), StreamEndEvent):
            builder.take(event)
        builder.finish()
    except yaml.MarkedYAMLError as error:
        from specc.source.yaml_mistakes import explain

        outline.findings.append(explain(error, text, lines))
    except Stop:
        pass
    return Reading(builder.root, tuple(outline.findings), lambda: outline.positions)

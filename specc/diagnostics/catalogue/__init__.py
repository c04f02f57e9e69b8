"""Every code that specc reports, with its explanation: one table a room, joined here.

``specc rule CODE`` prints an entry, ``docs/errors.md`` lists them all.
"""

from __future__ import annotations

from specc.diagnostics.catalogue.convolutions import RULES as CONVOLUTIONS
from specc.diagnostics.catalogue.expansion import RULES as EXPANSION
from specc.diagnostics.catalogue.keras_files import RULES as KERAS_FILES
from specc.diagnostics.catalogue.lowering import RULES as LOWERING
from specc.diagnostics.catalogue.references import RULES as REFERENCES
from specc.diagnostics.catalogue.repetition import RULES as REPETITION
from specc.diagnostics.catalogue.rule import Rule
from specc.diagnostics.catalogue.shapes import RULES as SHAPES
from specc.diagnostics.catalogue.source import RULES as SOURCE
from specc.diagnostics.catalogue.spec import RULES as SPEC
from specc.diagnostics.catalogue.states import RULES as STATES
from specc.diagnostics.catalogue.targets import RULES as TARGETS
from specc.diagnostics.catalogue.weights import RULES as WEIGHTS

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        *SOURCE,
        *SPEC,
        *REFERENCES,
        *EXPANSION,
        *REPETITION,
        *SHAPES,
        *STATES,
        *CONVOLUTIONS,
        *WEIGHTS,
        *LOWERING,
        *TARGETS,
        *KERAS_FILES,
    )
}

"""G360: convolutions that no input shape can mend."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "G360",
        "channels that do not split into groups",
        "`groups` splits the channels of the input and the filters into equal parts, and each part of the filters"
        " sees its own part of the channels. Both numbers are multiples of `groups`.",
        bad="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - {type: Conv1D, filters: 8, kernel_size: 3, groups: 4, input_shape: [10, 6]}\n",
        good="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - {type: Conv1D, filters: 8, kernel_size: 3, groups: 2, input_shape: [10, 6]}\n",
    ),
)

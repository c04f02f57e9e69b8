"""T6xx: what a target cannot say."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "T601",
        "layer that a target cannot compute",
        "The spec is right, and other targets compile it; this target has no exact way to compute the layer. The table"
        " in the README says what each target lacks.",
        bad="# specc compile model.yaml -o model.py --target keras\n"
        "specc: 1\nkeras_version: 2.2.4\nlayers:\n"
        "  - {type: Input, shape: [8, 4], name: x}\n"
        "  - {type: Input, shape: [3], name: start}\n"
        "  - {type: Masking, inputs: x}\n"
        "  - {type: GRU, units: 3, return_sequences: true, initial_state: start}\n",
        good="# specc compile model.yaml -o model.py --target numpy\n"
        "specc: 1\nkeras_version: 2.2.4\nlayers:\n"
        "  - {type: Input, shape: [8, 4], name: x}\n"
        "  - {type: Input, shape: [3], name: start}\n"
        "  - {type: Masking, inputs: x}\n"
        "  - {type: GRU, units: 3, return_sequences: true, initial_state: start}\n",
    ),
)

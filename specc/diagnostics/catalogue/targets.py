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
        "specc: 1\ndialect: keras2\nlayers:\n"
        "  - {type: Input, shape: [8, 8, 3]}\n"
        "  - {type: UpSampling2D, interpolation: bilinear}\n",
        good="# specc compile model.yaml -o model.py --target numpy\n"
        "specc: 1\ndialect: keras2\nlayers:\n"
        "  - {type: Input, shape: [8, 8, 3]}\n"
        "  - {type: UpSampling2D, interpolation: bilinear}\n",
    ),
    Rule(
        "T602",
        "layer that trains otherwise in Keras 3",
        "The module of the keras target computes what the spec says. In training, Keras 3 does what this message names"
        " and the Keras of the spec's dialect does not. The torch target trains as the dialect does.",
        bad="# specc compile model.yaml -o model.py --target keras\n"
        "specc: 1\ndialect: keras2\nlayers:\n"
        "  - {type: Input, shape: [8, 4]}\n"
        "  - {type: LSTM, units: 3, activity_regularizer: l2}\n",
        good="# specc compile model.yaml -o model.py --target keras\n"
        "specc: 1\ndialect: keras3\nlayers:\n"
        "  - {type: Input, shape: [8, 4]}\n"
        "  - {type: LSTM, units: 3, activity_regularizer: l2}\n",
    ),
)

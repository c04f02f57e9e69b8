"""L501: what specc reads and cannot compute."""

from __future__ import annotations

from specc.diagnostics.catalogue.rule import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "L501",
        "interpolation that specc does not compute",
        "UpSampling2D enlarges images by `nearest` or `bilinear` interpolation in exactly the way of TensorFlow. The"
        " other ways hang on tables and roundings of TensorFlow's own, and no target has them.",
        bad="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - {type: UpSampling2D, interpolation: bicubic, input_shape: [8, 8, 3]}\n",
        good="specc: 1\ndialect: tf.keras\nlayers:\n"
        "  - {type: UpSampling2D, interpolation: bilinear, input_shape: [8, 8, 3]}\n",
    ),
)

"""The masks that Keras 3 writes out in a functional config, as operations among the layers.

    NotEqual(ids, 0)             of an Embedding with mask_zero
    Any(NotEqual(x, value))      of a Masking
    LogicalOr, ExpandDims, ...   where merging layers join masks

specc hands masks on by itself, so a mask that a layer would get anyway is left out of the spec; the others are
named with `mask:` where that can be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.diagnostics import Path

Origin = tuple[str, float]
"""A maker of masks: the spec's reference to what it looks at, and the value that counts as absent."""

KEEPING = frozenset(
    (
        "Dense", "Dropout", "Activation", "BatchNormalization", "LeakyReLU", "PReLU", "ELU", "ReLU", "Softmax",
        "ThresholdedReLU", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "TimeDistributed",
        "LayerNormalization", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate",
        "Masking", "Attention", "AdditiveAttention", "ActivityRegularization", "AlphaDropout",
    )
)  # fmt: skip
"""Layers behind which a mask is still there; recurrent ones where they return every step."""


@dataclass(frozen=True)
class Mask:
    """What an operation makes of masks. source: the ids that a plain NotEqual(ids, 0) looks at.

    title, path: of the operation, for those who take it for a tensor.
    """

    origins: frozenset[Origin]
    source: str | None = None
    title: str = ""
    path: Path = ()


@dataclass
class Masks:
    """Which masks each tensor of the spec carries, as far as a translation can know."""

    carried: dict[str, frozenset[Origin]] = field(default_factory=dict)

    def note(self, name: str, kind: str, fields: Mapping[str, object], inputs: tuple[str, ...]) -> None:
        """Note what the output of a layer carries. kind: its class."""
        origins: set[Origin] = set()
        inner = fields.get("layer")
        sequences = fields.get("return_sequences") or (
            isinstance(inner, Mapping) and kind == "Bidirectional" and inner.get("return_sequences")
        )
        if kind in KEEPING or sequences:
            origins.update(*(self.carried.get(reference, frozenset()) for reference in inputs))
        value = fields.get("mask_value", 0.0)
        if (kind == "Masking" or fields.get("mask_zero")) and inputs and isinstance(value, int | float):
            origins = {(inputs[0], float(value))}
        self.carried[name] = frozenset(origins)

    def comes_anyway(self, mask: Mask, inputs: tuple[str, ...]) -> bool:
        """Whether the inputs carry all that the mask is made of."""
        found: set[Origin] = set()
        found.update(*(self.carried.get(reference, frozenset()) for reference in inputs))
        return bool(mask.origins) and mask.origins <= found

"""The top-level keys of a spec."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from specc.dialects import DialectName
from specc.layers.base import Name, One, Reference, UnknownOrSize

DEFAULT_MAX_MEMORY = 16 * 2**30


class Expect(BaseModel):
    """What a model must be, for checks that run with every change."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    outputs: dict[str, list[UnknownOrSize]] | None = None
    """Shapes of outputs by name, without the batch; `null` is an unknown dimension."""
    parameters: Annotated[int, Field(ge=0)] | None = None
    """How many numbers the weights hold, trainable or not."""


class Header(BaseModel):
    """A model: its layers, and what holds for all of them."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    specc: One
    """Version of the spec language."""
    schema_: Annotated[str | None, Field(alias="$schema")] = None
    """Address of the JSON schema, for editors."""
    name: Name = "model"
    """Name of the model."""
    description: str | None = None
    """What the model is for."""
    dialect: DialectName = "keras2"
    """Which Keras decides defaults and formulas that changed between versions."""
    keras_version: str | None = None
    """A version such as "2.2.4" that settles the finer points inside the dialect."""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    """Where the initializers' random numbers start."""
    weights: Annotated[str | None, Field(min_length=1)] = None
    """A weight file, relative to the spec and inside its folder."""
    max_memory: Annotated[int, Field(ge=0)] = DEFAULT_MAX_MEMORY
    """Bytes that the weights may take."""
    metadata: dict[str, Any] = Field(default_factory=dict)
    """Carried into the metadata of the ONNX file."""
    vars: dict[str, Any] = Field(default_factory=dict)
    """Names for numbers, texts, true, false and lists of these; `${name}` in any value stands for one."""
    defaults: dict[str, Any] = Field(default_factory=dict)
    """Arguments for every layer of a class, by class: `LSTM: {dropout: 0.2}`."""
    expect: Expect | None = None
    """What the model must be, checked with every change."""
    outputs: Reference | Annotated[list[Reference], Field(min_length=1)] | None = None
    """The model's outputs; default: every output of the last layer."""
    layers: Annotated[list[Any], Field(min_length=1)]
    """The layers, in order."""

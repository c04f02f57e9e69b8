"""Embedding: a row of a table for each whole number."""

from specc import ops
from specc.diagnostics.quote import quote
from specc.dialects import Dialect
from specc.layers.base import CalledLayer, PositiveInt, UnknownOrSize
from specc.layers.parameters import RANDOM_UNIFORM, ConstraintField, InitializerField, RegularizerField
from specc.layers.site import Arguments, Site
from specc.tensors import DType, Tensor, show


class Embedding(CalledLayer):
    """ids (batch, …) -> (batch, …, output_dim).

    Weights: embeddings (input_dim, output_dim). With mask_zero the mask is id != 0.
    """

    input_dim: PositiveInt
    """Size of the vocabulary: the largest id + 1."""
    output_dim: PositiveInt
    """Width of the vectors."""
    embeddings_initializer: InitializerField = RANDOM_UNIFORM
    """How the table starts."""
    embeddings_regularizer: RegularizerField = None
    """Penalty on the table in training."""
    activity_regularizer: RegularizerField = None
    """Penalty on the output in training."""
    embeddings_constraint: ConstraintField = None
    """What the table is projected on after each training step."""
    mask_zero: bool = False
    """Whether id 0 is padding: its steps are masked, and `input_dim` counts it."""
    input_length: PositiveInt | list[UnknownOrSize] | None = None
    """Length of the sequences; needed where Flatten and then Dense follow."""

    def _lengths(self) -> list[int | None] | None:
        if self.input_length is None or isinstance(self.input_length, list):
            return self.input_length
        return [self.input_length]

    def shape_from_arguments(self, dialect: Dialect) -> list[int | None] | None:
        return self._lengths() or [None]

    def input_size_arguments(self) -> tuple[str, ...]:
        return ()  # here input_dim is the vocabulary, and input_length may stand anywhere

    def input_dtype(self) -> DType:
        return "int32"

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        ids = arguments.x.value
        lengths = self._lengths()
        if lengths is not None:
            shape = tuple(map(site.dimensions.settle, ids.shape[1:]))
            if len(shape) != len(lengths) or any(
                isinstance(d, int) and n is not None and n != d for n, d in zip(lengths, shape, strict=False)
            ):
                given = f"`input_length` {quote(self.input_length)}"
                message = f"{given} does not fit the input {show(ids.shape)}{site.source_of()}"
                site.fail("G304", message, field="input_length", related=site.places())
            known = tuple(d if n is None else site.dimensions.unify(n, d) for n, d in zip(lengths, shape, strict=True))
            if known != ids.shape[1:]:  # the layers after it may need to know
                ids = site.emit_one(ops.Reshape(ids, (ids.shape[0], *known)))
        table = site.weight(
            "embeddings",
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            "input_dim",
            self.embeddings_regularizer,
            self.embeddings_constraint,
        )
        mask = site.emit_one(ops.NotEqual(ids, 0)) if self.mask_zero else None
        rows = ids if ids.dtype in ("int32", "int64") else site.emit_one(ops.Cast(ids, "int32"))
        y = site.emit_one(ops.Gather(rows, table))
        site.penalize(self.activity_regularizer, (y,))
        return (Tensor(y, mask),)

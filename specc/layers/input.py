"""Input: where a model's data comes in."""

from pydantic import Field

from specc.layers.base import Layer, PositiveInt, UnknownOrSize
from specc.tensors import DType


class Input(Layer):
    """An input of the model, by its name in the compiled file."""

    shape: list[UnknownOrSize] | None = None
    """Shape without the batch; `null` is an unknown dimension."""
    batch_shape: list[UnknownOrSize] | None = Field(default=None, min_length=1)
    """Shape with the batch, instead of `shape`."""
    batch_size: PositiveInt | None = None
    """A fixed batch size, beside `shape`; stateful layers need one."""
    dtype: DType = "float32"
    """Element type: whole numbers for an Embedding, bool for a mask."""

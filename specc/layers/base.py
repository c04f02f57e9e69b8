"""What all layers share: the strict model of their arguments, and the way that they are built."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from specc.dialects import Dialect
from specc.layers.site import Arguments, Site
from specc.tensors import Dim, DType, Tensor, Value, show

NAME_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
REFERENCE_PATTERN = r"^[A-Za-z_][A-Za-z0-9_]{0,63}(\.[a-z0-9_]{1,64})?$"

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Reference = Annotated[str, StringConstraints(pattern=REFERENCE_PATTERN)]


def _refuse_lookalikes(value: object) -> object:
    """To Python true and 1.0 are 1; to a spec they are not."""
    if isinstance(value, bool | float):
        raise PydanticCustomError("literal_error", "not a whole number")
    return value


One = Annotated[Literal[1], BeforeValidator(_refuse_lookalikes)]
Implementation = Annotated[Literal[0, 1, 2], BeforeValidator(_refuse_lookalikes)]
PositiveInt = Annotated[int, Field(ge=1, le=2**31 - 1)]
Rate = Annotated[float, Field(ge=0.0, le=1.0)]
UnknownOrSize = Annotated[int, Field(ge=1, le=2**31 - 1)] | None


class Layer(BaseModel):
    """The base of every layer.

    A layer is built in one step: ``build`` checks the shapes of its inputs, declares its weights and appends
    its ops, so that a shape rule and the ops that it describes stand side by side.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)

    defaults_by_dialect: ClassVar[dict[str, str]] = {}
    """Fields whose default is a fact of the dialect: field name -> name of the fact."""
    nested_layers: ClassVar[tuple[str, ...]] = ()
    """Fields that hold layers (or cells) themselves."""
    holds: ClassVar[str] = ""
    """What may stand in those fields, for messages."""
    instead: ClassVar[str | None] = None
    """What to use in a dialect that lacks the class, for messages."""
    otherwise: ClassVar[dict[str, str]] = {}
    """The same for its arguments, and hints for arguments that it never had."""
    takes_many: ClassVar[bool] = False
    """Whether the layer joins several inputs."""
    along_last_axis: ClassVar[bool] = False
    """Whether the layer treats every position before the last axis alike, so that it needs no TimeDistributed."""

    name: Name | None = None
    """Unique name of the layer; the default is the snake_case class name with a running number."""

    @property
    def type(self) -> str:
        """The documented class name."""
        return type(self).__name__

    def build(self, site: Site, arguments: Arguments) -> tuple[Tensor, ...]:
        """Add the layer to the program; returns its output and whatever else it returns."""
        raise NotImplementedError

    def extra_outputs(self) -> tuple[tuple[str, ...], ...]:
        """The names of each output after the first, such as ``("state_h", "state_0")``; the documented one first."""
        return ()


class CalledLayer(Layer):
    """What layers take that are called on an input: all but Input."""

    trainable: bool = True
    """Whether training changes the layer's weights. No effect in inference."""
    inputs: Reference | list[Reference] | None = None
    """The layer, or output such as `encoder.state_h`, that this layer is called on; default: the previous layer."""
    input_shape: list[UnknownOrSize] | None = None
    """On the first layer: shape of the input without the batch; `null` is an unknown dimension."""
    batch_input_shape: list[UnknownOrSize] | None = None
    """On the first layer: shape of the input with the batch; a stateful layer needs the batch."""
    batch_size: PositiveInt | None = None
    """On the first layer, beside `input_shape`: a fixed batch size."""

    def shape_from_arguments(self, dialect: Dialect) -> list[int | None] | None:
        """The input shape without the batch that the layer's other documented arguments give, or None."""
        return None

    def input_size_arguments(self) -> tuple[str, ...]:
        """Which of ``input_dim`` and ``input_length`` are given to size the layer's input."""
        return tuple(key for key in ("input_dim", "input_length") if vars(self).get(key) is not None)

    def input_dtype(self) -> DType:
        """The element type of the input that a first layer makes for itself."""
        return "float32"


def order_fields(cls: type[Layer]) -> list[str]:
    """The fields as a reader wants them: required ones, the layer's own, then those of all layers."""
    common = CalledLayer.model_fields
    return sorted(cls.model_fields, key=lambda name: (not cls.model_fields[name].is_required(), name in common))


def require_float(site: Site, value: Value, index: int = 0) -> None:
    """Refuse whole numbers and masks where a layer computes with floats."""
    if value.dtype != "float32":
        site.fail(
            "G303",
            f"{site.title} wants float32, gets {value.dtype}{site.source_of(index)}",
            hint="give the Input `dtype: float32`, or put an Embedding between",
            related=site.places(index),
            about_input=True,
        )


def require_known(site: Site, dim: Dim, what: str, hint: str) -> int:
    """The size of a dimension that weights depend on."""
    if not isinstance(dim, int):
        message = f"{site.title} needs a known {what}, gets an unknown one{site.source_of()}"
        site.fail("G302", message, hint=hint, about_input=True)
    return dim


def require_rank(site: Site, x: Tensor, rank: int, wanted: str, hint: str | None = None) -> None:
    """Refuse an input of another rank; ``wanted`` is the shape as users read it."""
    if x.value.rank != rank:
        site.fail(
            "G301",
            f"{site.title} wants {wanted}, gets {show(x.shape)}{site.source_of()}",
            hint=hint,
            related=site.places(),
            about_input=True,
        )


def refuse_mask(site: Site, *tensors: Tensor) -> None:
    """What layers without mask support do when a mask arrives: Keras 1 and 2 raise, later ones drop it."""
    for index, tensor in enumerate(tensors):
        if tensor.mask is None:
            continue
        if site.dialect.rejects_masks:
            site.fail(
                "G310",
                f"{site.title} does not take masks, and a mask arrives{site.source_of(index)}",
                hint=f"{site.dialect.name} refuses this model; tf.keras and keras3 drop the mask here",
                related=site.places(index),
            )
        site.warn("G311", f"{site.title} drops the mask that arrives{site.source_of(index)}")

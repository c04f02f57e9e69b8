"""The inputs of a model: Input layers, and first layers that carry their own input shape."""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.diagnostics import Diagnostic, Findings, Path, Place
from specc.dialects import Dialect
from specc.layers.base import CalledLayer
from specc.layers.input import Input
from specc.layers.site import Dimensions, Fault
from specc.spec import Spec
from specc.tensors import Dim, Value

SHAPE_KEYS = ("input_shape", "batch_input_shape", "batch_size")
FORMS = "`input_shape`, `batch_input_shape`, or `input_dim` with `input_length`"


@dataclass
class Inputs:
    """Declares inputs; all of them share one batch dimension."""

    spec: Spec
    findings: Findings
    dimensions: Dimensions
    batch: int | None = field(default=None)
    place: Path = ()

    def __post_init__(self) -> None:
        for entry in self.spec.entries:
            self._note_batch(entry.layer, entry.path)

    def _note_batch(self, layer: object, path: Path) -> None:
        """A batch size that one input fixes holds for all; two different ones are a mistake."""
        key, size = None, None
        if isinstance(layer, Input):
            key, size = "batch_size", layer.batch_size
            if layer.batch_shape is not None:
                key, size = "batch_shape", layer.batch_shape[0]
        elif isinstance(layer, CalledLayer):
            key, size = "batch_size", layer.batch_size
            if layer.batch_input_shape:
                key, size = "batch_input_shape", layer.batch_input_shape[0]
        if size is None or key is None:
            return
        if self.batch is not None and size != self.batch:
            self.findings.add(
                Diagnostic(
                    "G309",
                    (*path, key),
                    f"the batch size is {size} here and {self.batch} elsewhere: all inputs share one",
                    related=(Place(self.place, f"the batch size is {self.batch} here"),),
                )
            )
        elif self.batch is None:
            self.batch, self.place = size, (*path, key)

    def declare(self, name: str, path: Path, layer: Input) -> Value | None:
        """The value of an Input layer."""
        if layer.shape is not None and layer.batch_shape is not None:
            self._report("V214", (*path, "batch_shape"), "give `shape` or `batch_shape`, not both", "key")
            return None
        if layer.batch_size is not None and layer.batch_shape is not None:
            self._report("V214", (*path, "batch_size"), "`batch_shape` holds the batch size already", "key")
            return None
        if layer.batch_shape is not None:
            return self._value(name, layer.batch_shape[1:], layer.dtype)
        if layer.shape is None:
            self.findings.add(
                Diagnostic(
                    "V203",
                    path,
                    "missing key `shape`",
                    "the shape without the batch, such as `shape: [null, 64]`",
                )
            )
            return None
        return self._value(name, layer.shape, layer.dtype)

    def declare_for(self, name: str, path: Path, layer: CalledLayer, dialect: Dialect) -> Value:
        """The value of the input that a first layer makes for itself."""
        if layer.input_shape is not None and layer.batch_input_shape is not None:
            raise Fault(
                Diagnostic(
                    "V214",
                    (*path, "input_shape"),
                    "give `input_shape` or `batch_input_shape`, not both",
                    part="key",
                )
            )
        if layer.batch_input_shape is not None and layer.batch_size is not None:
            raise Fault(
                Diagnostic(
                    "V214",
                    (*path, "batch_size"),
                    "`batch_input_shape` holds the batch size already",
                    part="key",
                )
            )
        shape = layer.input_shape
        if layer.batch_input_shape is not None:
            if not layer.batch_input_shape:
                raise Fault(Diagnostic("V205", (*path, "batch_input_shape"), "`batch_input_shape` must not be empty"))
            shape = layer.batch_input_shape[1:]
        given = layer.shape_from_arguments(dialect)
        if shape is None:
            shape = given
        if shape is None:
            raise Fault(
                Diagnostic(
                    "V214",
                    path,
                    f"the first layer, {layer.type} `{name.removesuffix('_input')}`, does not say what it takes",
                    f"put an Input before it, or give {FORMS}",
                )
            )
        return self._value(name, shape, layer.input_dtype())

    def refuse_shape(self, path: Path, layer: CalledLayer) -> None:
        """Only the first layer takes an input shape."""
        keys = [key for key in SHAPE_KEYS if getattr(layer, key) is not None]
        keys += [key for key in ("input_dim", "input_length") if key in layer.input_size_arguments()]
        if keys:
            raise Fault(
                Diagnostic(
                    "V214",
                    (*path, keys[0]),
                    f"only the first layer takes `{keys[0]}`",
                    "leave it out: the shape comes from the layer before",
                    part="key",
                )
            )

    def as_layer(self, value: Value) -> Input:
        """The Input layer that stands for the input of a first layer."""
        shape = [d if isinstance(d, int) else None for d in value.shape]
        return Input.model_construct(name=value.name, batch_shape=shape, dtype=value.dtype)

    def _value(self, name: str, shape: list[int | None], dtype: str) -> Value:
        dims: list[Dim] = [d if d is not None else self.dimensions.fresh() for d in shape]
        return Value(name, (self.batch if self.batch is not None else "batch", *dims), dtype)  # type: ignore[arg-type]

    def _report(self, code: str, path: Path, message: str, part: str) -> None:
        self.findings.add(Diagnostic(code, path, message, part="key" if part == "key" else "value"))

"""The inputs of a model: Input layers, and first layers that carry their own input shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from specc.diagnostics import Diagnostic, Findings, Path, Place
from specc.dialects import Dialect
from specc.layers.base import CalledLayer
from specc.layers.input import Input
from specc.layers.site import Dimensions, Fault
from specc.spec import Spec
from specc.tensors import Dim, DType, Value

SHAPE_KEYS = ("batch_input_shape", "input_shape", "batch_size")


@dataclass(eq=False, repr=False)
class Inputs:
    """Declares inputs; all of them share one batch dimension."""

    spec: Spec
    findings: Findings
    dimensions: Dimensions
    batch: int | None = field(default=None)
    place: Path = ()

    def __post_init__(self) -> None:
        for index, entry in enumerate(self.spec.entries):
            if isinstance(entry.layer, Input):
                self._note_batch(entry.path, "batch_shape", entry.layer.batch_shape, entry.layer.batch_size)
            elif isinstance(entry.layer, CalledLayer) and index == 0:
                self._note_batch(entry.path, "batch_input_shape", entry.layer.batch_input_shape, entry.layer.batch_size)

    def _note_batch(self, path: Path, key: str, shape: list[int | None] | None, size: int | None) -> None:
        """A batch size that one input fixes holds for all; two different ones are a mistake."""
        place = (*path, "batch_size")
        if shape:
            place, size = (*path, key, 0), shape[0]
        if size is None:
            return
        if self.batch is None:
            self.batch, self.place = size, place
        elif size != self.batch:
            message = f"the batch size is {size} here and {self.batch} elsewhere: all inputs share one"
            related = (Place(self.place, f"the batch size is {self.batch} here"),)
            self.findings.add(Diagnostic("G309", place, message, related=related))

    def declare(self, name: str, path: Path, layer: Input) -> Value | None:
        """The value of an Input layer; None, reported, where it has no shape or too many."""
        try:
            if layer.batch_shape is not None:
                if layer.shape is not None:
                    _refuse(path, "batch_shape", "give `shape` or `batch_shape`, not both")
                if layer.batch_size is not None:
                    _refuse(path, "batch_size", "`batch_shape` holds the batch size already")
                return self._value(name, layer.batch_shape[1:], layer.dtype)
            if layer.shape is None:
                hint = "the shape without the batch, such as `shape: [null, 64]`"
                raise Fault(Diagnostic("V203", path, "missing key `shape`", hint))
        except Fault as fault:
            self.findings.add(fault.diagnostic)
            return None
        return self._value(name, layer.shape, layer.dtype)

    def declare_for(self, name: str, owner: str, path: Path, layer: CalledLayer, dialect: Dialect) -> Value:
        """The value of the input that a first layer, ``owner``, makes for itself."""
        shape, sizes = layer.input_shape, layer.input_size_arguments()
        if layer.batch_input_shape is not None:
            if shape is not None:
                _refuse(path, "input_shape", "give `input_shape` or `batch_input_shape`, not both")
            if layer.batch_size is not None:
                _refuse(path, "batch_size", "`batch_input_shape` holds the batch size already")
            if not layer.batch_input_shape:
                message = "`batch_input_shape` must not be empty"
                raise Fault(Diagnostic("V205", (*path, "batch_input_shape"), message))
            shape = layer.batch_input_shape[1:]
        if shape is not None and sizes:
            message = f"`{self.shape_key(layer)[0]}` says already what `{sizes[0]}` says"
            _refuse(path, sizes[0], message, "give one of them")
        if shape is None:
            shape = layer.shape_from_arguments(dialect)
        if shape is None:
            hint = f"put an Input before it, or give {'`input_dim` too' if sizes else _forms(layer)}"
            raise Fault(Diagnostic("V214", path, f"the first layer, {layer.type} `{owner}`, has no input shape", hint))
        return self._value(name, shape, layer.input_dtype())

    @staticmethod
    def shape_key(layer: CalledLayer) -> tuple[str, ...]:
        """The key that gives a first layer's input shape, if one does."""
        given = [key for key in ("batch_input_shape", "input_shape") if getattr(layer, key) is not None]
        return (*given, *layer.input_size_arguments())[:1]

    def refuse_shape(self, path: Path, layer: CalledLayer) -> None:
        """Report an input shape on a layer that is not the first; it counts as left out."""
        keys = [key for key in SHAPE_KEYS if getattr(layer, key) is not None]
        keys += layer.input_size_arguments()
        if keys:
            hint = "leave it out: the shape comes from the layer before"
            message = f"only the first layer takes `{keys[0]}`"
            self.findings.add(Diagnostic("V214", (*path, keys[0]), message, hint, part="key"))

    def as_layer(self, value: Value) -> Input:
        """The Input layer that stands for the input of a first layer."""
        shape = [d if isinstance(d, int) else None for d in value.shape]
        return Input.model_construct(name=value.name, batch_shape=shape, dtype=value.dtype)

    def _value(self, name: str, shape: list[int | None], dtype: DType) -> Value:
        dims: list[Dim] = [d if d is not None else self.dimensions.fresh() for d in shape]
        return Value(name, (self.batch if self.batch is not None else "batch", *dims), dtype)


def _forms(layer: CalledLayer) -> str:
    """The ways in which a first layer may give its input shape."""
    keys = type(layer).model_fields
    if "input_dim" not in keys:
        return "`input_shape` or `batch_input_shape`"
    return f"`input_shape`, `batch_input_shape` or `input_dim`{' with `input_length`' * ('input_length' in keys)}"


def _refuse(path: Path, key: str, message: str, hint: str | None = None) -> NoReturn:
    raise Fault(Diagnostic("V214", (*path, key), message, hint, part="key"))

"""A small builder over ONNX protobufs: nodes with unique names, shared constants, subgraphs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from specc.tensors import Value

Array = NDArray[Any]
Arrays = Mapping[str, Array]
ELEMENT_TYPES = {
    "float32": TensorProto.FLOAT,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "bool": TensorProto.BOOL,
}


@dataclass
class Names:
    """Hands out names that are unique in the whole file, subgraphs included."""

    counts: dict[str, int] = field(default_factory=dict)

    def unique(self, base: str) -> str:
        count = self.counts.get(base, 0)
        self.counts[base] = count + 1
        return f"{base}_{count}" if count else base


@dataclass
class Builder:
    """Collects the nodes of one graph. Constants live in the outermost graph; subgraphs see them.

    values: the name of each printed value. twins: other forms of a value that a printer may find useful.
    """

    opset: int
    names: Names = field(default_factory=Names)
    constants: dict[str, TensorProto] = field(default_factory=dict)
    known: dict[tuple[str, tuple[int, ...], bytes], str] = field(default_factory=dict)
    reused: set[str] = field(default_factory=set)
    values: dict[int, str] = field(default_factory=dict)
    twins: dict[tuple[str, ...], Any] = field(default_factory=dict)
    nodes: list[NodeProto] = field(default_factory=list)
    scope: str = ""

    def op(self, kind: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        """Append a node with one output; returns the output's name."""
        return self.ops(kind, *inputs, outputs=(name or kind,), **attributes)[0]

    def ops(self, kind: str, *inputs: str, outputs: Sequence[str], **attributes: Any) -> tuple[str, ...]:
        """Append a node; ``outputs`` are the wished names of its outputs, inside the scope."""
        made = tuple(self.names.unique(f"{self.scope}/{wish}") for wish in outputs)
        names = list(inputs)
        while names and not names[-1]:
            names.pop()
        self.nodes.append(helper.make_node(kind, names, made, name=made[0], **attributes))
        return made

    def constant(self, array: Any, dtype: Any = None) -> str:
        """A small constant tensor; equal ones are shared."""
        data = np.asarray(array, dtype=dtype)
        key = (data.dtype.str, data.shape, data.tobytes())
        if key not in self.known:
            self.known[key] = self.weight("constant", data)
        return self.known[key]

    def weight(self, name: str, array: Array) -> str:
        """A constant tensor under a name of its own; one tensor for the same array, in further calls of a layer."""
        if name in self.constants and _holds(self.constants[name], array):
            self.reused.add(name)
            return name
        unique = self.names.unique(name)
        self.constants[unique] = numpy_helper.from_array(array, unique)
        return unique

    def int64(self, *values: int) -> str:
        """A constant vector of int64, as ONNX wants for axes and shapes."""
        return self.constant(values, np.int64)

    def scalar(self, value: float, dtype: Any = np.float32) -> str:
        """A constant of no dimensions."""
        return self.constant(np.asarray(value, dtype))

    def subgraph(self) -> Builder:
        """A builder for the body of a loop: its own nodes, the same names and constants."""
        return Builder(
            self.opset, self.names, self.constants, self.known, self.reused, self.values, {}, scope=f"{self.scope}/body"
        )

    def take_weights(self) -> list[TensorProto]:
        """Move the weights that this graph's nodes read into it: onnxruntime fuses a convolution only with weights
        of its own graph. Shared constants stay where they are."""
        shared = {*self.known.values(), *self.reused}
        names = dict.fromkeys(name for node in self.nodes for name in node.input)
        return [self.constants.pop(name) for name in names if name in self.constants and name not in shared]

    def __getitem__(self, value: Value) -> str:
        """The name under which a value was printed."""
        return self.values[id(value)]

    def reduce(self, kind: str, x: str, axes: Sequence[int], keepdims: bool) -> str:
        """A reduction over axes, which were an attribute before opset 18 (13 for ReduceSum)."""
        if self.opset >= 18 or kind == "ReduceSum":
            return self.op(kind, x, self.int64(*axes), keepdims=int(keepdims))
        return self.op(kind, x, axes=list(axes), keepdims=int(keepdims))

    def split(self, x: str, parts: int, axis: int) -> tuple[str, ...]:
        """Equal parts along an axis."""
        counts = {"num_outputs": parts} if self.opset >= 18 else {}
        return self.ops("Split", x, outputs=[f"Split_{i}" for i in range(parts)], axis=axis, **counts)

    def cast(self, x: str, dtype: str) -> str:
        """The same numbers in another element type."""
        return self.op("Cast", x, to=ELEMENT_TYPES[dtype])

    def flip(self, x: str, axis: int) -> str:
        """The same elements in reverse order along an axis."""
        last, lowest = self.int64(-1), self.int64(np.iinfo(np.int64).min)
        return self.op("Slice", x, last, lowest, self.int64(axis), last)

    def size(self, x: str, axis: int) -> str:
        """The length of an axis, as a vector of one element."""
        return self.op("Gather", self.op("Shape", x), self.int64(axis), axis=0)


def _holds(tensor: TensorProto, array: Array) -> bool:
    """Whether a tensor was made of an equal array."""
    data = np.asarray(array)
    return (
        tensor.data_type == helper.np_dtype_to_tensor_dtype(data.dtype)
        and tuple(tensor.dims) == data.shape
        and tensor.raw_data == data.tobytes()
    )

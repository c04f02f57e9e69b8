"""Small ONNX models whose results can be worked out in the head."""

from __future__ import annotations

import json
from collections.abc import Sequence

from onnx import ModelProto, NodeProto, TensorProto, ValueInfoProto, helper

FLOAT, INT32, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT32, TensorProto.INT64, TensorProto.BOOL
Dims = Sequence[int | str]


def tensor(name: str, shape: Dims, dtype: int = FLOAT) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, dtype, list(shape))


def build(
    nodes: Sequence[NodeProto],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    states: Sequence[tuple[str, str]] = (),
) -> bytes:
    """A model's bytes. states: (layer, state); their tensors are ``<layer>.<state>.in`` and ``.out``."""
    graph = helper.make_graph(list(nodes), "small", list(inputs), list(outputs))
    model: ModelProto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if states:
        pairs = [
            {"layer": layer, "state": state, "input": f"{layer}.{state}.in", "output": f"{layer}.{state}.out"}
            for layer, state in states
        ]
        helper.set_model_props(model, {"specc.states": json.dumps(pairs)})
    content: bytes = model.SerializeToString()
    return content


def doubling(dtype: int = FLOAT, shape: Dims = ("batch", 3)) -> bytes:
    """y = x + x."""
    node = helper.make_node("Add", ["x", "x"], ["y"])
    return build([node], [tensor("x", shape, dtype)], [tensor("y", shape, dtype)])


def adding() -> bytes:
    """total = left + right, difference = left - right; both of one batch."""
    shape = ("batch", "time")
    nodes = [
        helper.make_node("Add", ["left", "right"], ["total"]),
        helper.make_node("Sub", ["left", "right"], ["difference"]),
    ]
    inputs = [tensor("left", shape), tensor("right", shape)]
    return build(nodes, inputs, [tensor("total", shape), tensor("difference", shape)])


def counting(batch: int | str = 2) -> bytes:
    """y = x + lstm.h; after it lstm.h is y, lstm.c one more, gru.state less by x."""
    shape = (batch, 1)
    names = ("lstm.h", "lstm.c", "gru.state")
    nodes = [
        helper.make_node("Constant", [], ["one"], value_float=1.0),
        helper.make_node("Add", ["x", "lstm.h.in"], ["y"]),
        helper.make_node("Identity", ["y"], ["lstm.h.out"]),
        helper.make_node("Add", ["lstm.c.in", "one"], ["lstm.c.out"]),
        helper.make_node("Sub", ["gru.state.in", "x"], ["gru.state.out"]),
    ]
    inputs = [tensor("x", shape), *(tensor(f"{name}.in", shape) for name in names)]
    outputs = [tensor("y", shape), *(tensor(f"{name}.out", shape) for name in names)]
    return build(nodes, inputs, outputs, [("lstm", "h"), ("lstm", "c"), ("gru", "state")])

"""From a program and its arrays to an ONNX model: inputs, nodes, outputs, states and metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from onnx import GraphProto, ModelProto, NodeProto, ValueInfoProto, helper

from specc import __version__
from specc.ops import Program
from specc.targets.onnx.builder import ELEMENT_TYPES, Array, Builder
from specc.targets.onnx.printers import print_op
from specc.tensors import Value

DEFAULT_OPSET = 17
OPSETS = range(15, 24)
"""Opsets that the printed nodes are written for and tested with."""
OPTIONAL_OUTPUTS = {"LSTM", "GRU", "RNN"}


def write_model(
    program: Program,
    arrays: Mapping[str, Array],
    *,
    name: str,
    opset: int = DEFAULT_OPSET,
    description: str = "",
    metadata: Mapping[str, str] | None = None,
) -> ModelProto:
    """The model. arrays: by weight name, in Keras's layout."""
    assert opset in OPSETS
    b = Builder(opset)
    given = [*program.inputs, *(state.before for state in program.states)]
    for value in given:
        b.values[id(value)] = b.names.unique(value.name)
    for step in program.steps:
        b.scope = step.outputs[0].name.rsplit("/", 1)[0]
        names = print_op(b, step.op, arrays)
        b.values.update({id(v): n for v, n in zip(step.outputs, names, strict=True)})
    wanted = [*program.outputs, *((f"{s.layer}.{s.state}.out", s.after) for s in program.states)]
    _name_outputs(b, wanted, {b[value] for value in given})
    model = helper.make_model(
        GraphProto(),
        opset_imports=[helper.make_opsetid("", opset)],
        producer_name="specc",
        producer_version=__version__,
        ir_version=max(8, helper.find_min_ir_version_for([helper.make_opsetid("", opset)])),
        doc_string=description,
    )
    _fill(model.graph, name, b, program, given, wanted)
    helper.set_model_props(model, _metadata(program, metadata or {}))
    return model


def _metadata(program: Program, given: Mapping[str, str]) -> dict[str, str]:
    """The given entries, and the state pairs that runtimes carry."""
    pairs = [
        {"layer": s.layer, "state": s.state, "input": s.before.name, "output": f"{s.layer}.{s.state}.out"}
        for s in program.states
    ]
    return dict(given) | ({"specc.states": json.dumps(pairs)} if pairs else {})


def _name_outputs(b: Builder, wanted: Sequence[tuple[str, Value]], taken: set[str]) -> None:
    """Give the graph's outputs their names; a value that is wanted twice, or is an input, gets an Identity."""
    renamed: dict[str, str] = {}
    for name, value in wanted:
        printed = b[value]
        if printed in renamed or printed in taken or printed in b.constants:
            b.nodes.append(helper.make_node("Identity", [printed], [name], name=name))
        else:
            renamed[printed] = name
    for node in b.nodes:
        _rename(node, renamed)


def _rename(node: NodeProto, renamed: Mapping[str, str]) -> None:
    for names in (node.input, node.output):
        for i, name in enumerate(names):
            if name in renamed:
                names[i] = renamed[name]
    for attribute in node.attribute:
        for inner in attribute.g.node:
            _rename(inner, renamed)


def _fill(
    graph: GraphProto,
    name: str,
    b: Builder,
    program: Program,
    given: Sequence[Value],
    wanted: Sequence[tuple[str, Value]],
) -> None:
    """Fill the model's own graph; the constants move into it one by one, so that no two copies of all exist."""
    graph.name = name
    graph.node.extend(_prune(b.nodes, {output for output, _ in wanted}))
    used = {i for node in graph.node for i in _reads(node)}
    graph.input.extend(_info(program, b[value], value) for value in given)
    graph.output.extend(_info(program, output, value) for output, value in wanted)
    for constant in [name for name in b.constants if name in used]:
        graph.initializer.append(b.constants.pop(constant))


def _info(program: Program, name: str, value: Value) -> ValueInfoProto:
    shape = [program.dimension_names.get(d, d) if isinstance(d, str) else d for d in value.shape]
    return helper.make_tensor_value_info(name, ELEMENT_TYPES[value.dtype], shape)


def _reads(node: NodeProto) -> set[str]:
    """What a node reads, in its subgraphs too."""
    names = set(node.input)
    for attribute in node.attribute:
        for inner in attribute.g.node:
            names |= _reads(inner)
    return names


def _prune(nodes: Sequence[NodeProto], live: set[str]) -> list[NodeProto]:
    """The nodes that the outputs need; outputs that nobody reads are left out where a node allows it."""
    kept: list[NodeProto] = []
    for node in reversed(nodes):
        if not any(output in live for output in node.output):
            continue
        if node.op_type in OPTIONAL_OUTPUTS:
            outputs = [output if output in live else "" for output in node.output]
            while not outputs[-1]:
                outputs.pop()
            del node.output[:]
            node.output.extend(outputs)
        live |= _reads(node)
        kept.append(node)
    return kept[::-1]

"""Leaves out what reaches no output: layers (with a warning), then ops, weights and inputs."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics import Diagnostic, Findings
from specc.graph.nodes import Graph, Node
from specc.ops import Program
from specc.tensors import Value


def prune(nodes: Sequence[Node], program: Program, findings: Findings) -> Graph:
    """The graph of the layers that the outputs need."""
    needed = _needed(nodes, program)
    kept = tuple(node for node in nodes if node.name in needed)
    for node in nodes:
        if node.name not in needed:
            findings.add(
                Diagnostic(
                    "V237",
                    node.path,
                    f"{node.layer.type} `{node.name}` reaches no output and is left out",
                    "name it under `inputs:` of a layer, or list it under `outputs:`",
                    severity="warning",
                )
            )
    states = [state for node in kept for state in node.states]
    live = {id(value) for _, value in program.outputs} | {id(state.after) for state in states}
    steps = []
    for step in reversed(program.steps):
        if any(id(output) in live for output in step.outputs):
            steps.append(step)
            live.update(id(value) for value in step.op.operands())
    weights = [weight for node in kept for weight in node.weights]
    inputs: list[Value] = [value for value in program.inputs if value.name in needed]
    owned = {id(value) for node in kept for tensor in node.outputs for value in (tensor.value,)}
    return Graph(
        kept,
        Program(
            inputs,
            steps[::-1],
            program.outputs,
            states,
            weights,
            [p for p in program.activity_penalties if all(id(v) in owned or id(v) in live for v in p.values)],
        ),
        tuple(node for node in nodes if node.name not in needed),
    )


def _needed(nodes: Sequence[Node], program: Program) -> set[str]:
    by_name = {node.name: node for node in nodes}
    pending = [reference.split(".")[0] for reference, _ in program.outputs]
    needed: set[str] = set()
    while pending:
        name = pending.pop()
        if name not in needed:
            needed.add(name)
            node = by_name[name]
            pending.extend(reference.split(".")[0] for reference in node.inputs)
            if node.shares is not None:
                pending.append(node.shares)
    return needed

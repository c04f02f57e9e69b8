"""``expect``: what a spec says of its own model, held against the model."""

from __future__ import annotations

from collections.abc import Sequence

from specc.diagnostics import Diagnostic, Findings, Path, did_you_mean
from specc.diagnostics.quote import quote
from specc.graph.nodes import Graph
from specc.spec.header import Expect
from specc.tensors import Dim


def check_expectations(graph: Graph, expect: Expect | None, findings: Findings) -> None:
    """Report every expectation that the model does not meet."""
    if expect is None:
        return
    is_meant = findings.failed  # which weights there are may depend on a mistake
    shapes = {name: value.shape[1:] for name, value in graph.program.outputs}
    for name, wanted in (expect.outputs or {}).items():
        path: Path = ("expect", "outputs", name)
        if name not in shapes:
            findings.add(_explain_missing(name, path, graph))
        elif wanted != (found := _as_written(shapes[name], graph)):
            message = f"`{name}` is expected to be {_show(wanted)}, and is {_show(found)}"
            is_with_batch = len(wanted) == len(found) + 1 and wanted[1:] == found
            findings.add(Diagnostic("V253", path, message, "shapes leave the batch out" if is_with_batch else None))
    count = sum(weight.size for weight in graph.program.weights)
    if not is_meant and expect.parameters is not None and expect.parameters != count:
        message = f"{expect.parameters:,} parameters are expected, the model has {count:,}"
        hint = "`specc summary` shows them by layer"
        findings.add(Diagnostic("V254", ("expect", "parameters"), message, hint))


def _as_written(shape: Sequence[Dim], graph: Graph) -> list[int | None]:
    """A shape as specs write it: null for an unknown dimension."""
    known = [graph.program.dimension_names.get(dim, dim) if isinstance(dim, str) else dim for dim in shape]
    return [dim if isinstance(dim, int) else None for dim in known]


def _show(shape: Sequence[int | None]) -> str:
    return f"[{', '.join('null' if dim is None else str(dim) for dim in shape)}]"


def _explain_missing(name: str, path: Path, graph: Graph) -> Diagnostic:
    outputs = [output for output, _ in graph.program.outputs]
    hint = did_you_mean(name, outputs)
    if name.partition(".")[0] in {node.name for node in graph.nodes}:
        hint = f"list it under `outputs`, beside {', '.join(outputs)}"
    message = f"the model has no output {quote(name)}"
    return Diagnostic("V255", path, message, hint or f"it has {', '.join(outputs)}", part="key")

"""The memory budget: what the weights of a model would take, before anything is allocated."""

from __future__ import annotations

from specc.diagnostics import Diagnostic, Findings
from specc.graph.nodes import Graph, Node
from specc.weights import Weight, show_bytes


def check_memory(graph: Graph, limit: int, findings: Findings) -> None:
    """Report a model whose weights take more bytes than the limit, on the layer that asks for most."""
    sizes = {node.name: sum(weight.nbytes for weight in node.weights) for node in graph.nodes}
    total = sum(sizes.values())
    if total <= limit:
        return
    largest = max(graph.nodes, key=lambda node: sizes[node.name])
    own = sizes[largest.name]
    share = "" if own == total else f"; {largest.layer.type} `{largest.name}` asks for {show_bytes(own)} of them"
    findings.add(
        Diagnostic(
            "G350",
            _largest_weight(largest).path,
            f"the weights would take {show_bytes(total)}, more than the {show_bytes(limit)} allowed{share}",
            "make the layer smaller, or raise `max_memory` (or --max-memory)",
        )
    )


def _largest_weight(node: Node) -> Weight:
    """The weight whose size the finding blames."""
    return max(node.weights, key=lambda weight: weight.size)

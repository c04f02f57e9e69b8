"""The memory budget: what the weights of a model would take, before anything is allocated."""

from __future__ import annotations

from specc.diagnostics import Diagnostic, Findings
from specc.graph.nodes import Graph


def check_memory(graph: Graph, limit: int, findings: Findings) -> None:
    """Report a model whose weights take more bytes than the limit, on the layer that asks for most."""
    sizes = {node.name: sum(weight.nbytes for weight in node.weights) for node in graph.nodes}
    total = sum(sizes.values())
    if total <= limit:
        return
    largest = max(graph.nodes, key=lambda node: sizes[node.name])
    findings.add(
        Diagnostic(
            "G350",
            largest.path,
            f"the weights would take {show_bytes(total)}, more than the budget of {show_bytes(limit)}; "
            f"{largest.layer.type} `{largest.name}` asks for {show_bytes(sizes[largest.name])} of them",
            "make the layer smaller, or raise `max_memory` (or --max-memory)",
        )
    )


def show_bytes(count: int) -> str:
    """A number of bytes as people read it."""
    size = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB"):
        if size < 1024 or unit == "PiB":
            break
        size /= 1024
    return f"{count} bytes" if unit == "bytes" else f"{size:.1f} {unit}"

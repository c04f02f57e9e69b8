"""The graph room: layers are called on each other, which checks shapes, declares weights and appends ops."""

from __future__ import annotations

from specc.graph.building import build_graph
from specc.graph.nodes import Graph, Node

__all__ = ["Graph", "Node", "build_graph"]

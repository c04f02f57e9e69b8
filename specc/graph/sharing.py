"""Layers that are called more than once: which layer a Shared one means, and what it may not ask for."""

from __future__ import annotations

from specc.graph.nodes import Node
from specc.layers.base import CalledLayer
from specc.layers.shared import Shared
from specc.layers.site import Site


def check_call(site: Site, call: Shared, first: Node) -> CalledLayer:
    """The layer that is called again; refuses inputs, stateful layers, and states for a layer that takes none."""
    layer = first.layer
    if not isinstance(layer, CalledLayer):
        site.fail(
            "V238",
            f"`{first.name}` is an Input, which cannot be called",
            field="layer",
            hint="name the layer that is to be called again",
        )
    if first.states:
        site.fail(
            "V238",
            f"{layer.type} `{first.name}` is stateful, so it can be called only once",
            field="layer",
            hint="set `stateful: false` on it, or write a second layer",
        )
    for key in ("initial_state", "mask"):
        if getattr(call, key) is not None and key not in type(layer).model_fields:
            site.fail(
                "V238", f"{layer.type} `{first.name}` takes no `{key}`", field=key, hint="leave it out", part="key"
            )
    return layer

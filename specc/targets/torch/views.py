"""Weights as views of the parameters that hold them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from specc.weights import Weight


@dataclass(frozen=True)
class Views:
    """A weight as the module has it. parameters: the attributes that hold it. parts: an expression for the list of
    its views, which stand side by side on its last axis. is_buffer: training leaves it to other means."""

    weight: Weight
    parameters: tuple[Markup, ...]
    parts: Markup
    is_buffer: bool = False

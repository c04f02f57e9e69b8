"""From a program and its arrays to a module of PyTorch and its ``.safetensors``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from markupsafe import Markup

from specc.stores.arrays import Array
from specc.targets.python import Outline, PythonFiles, environment, introduction, lay_out
from specc.targets.torch.module import TorchModule


def write_module(outline: Outline, arrays: Mapping[str, Array]) -> PythonFiles:
    """The module and its weights. arrays: by weight name, in Keras's layout.

    Raises SpecError where the program has what the target cannot compute.
    """
    m = TorchModule(outline)
    context = {
        "layers": m.blocks(),
        "activity": m.activity_penalties(),
        "penalties": m.weight_penalties(),
        "projections": m.projections(),
        "starts": m.starts(),
        "views": m.views(),
        "frozen": m.frozen(),
    }
    class_ = _render("class.jinja", m=m, program=outline.program, **context)
    body = "\n\n\n".join([class_, *m.definitions])
    text = _render(
        "module.py.jinja",
        introduction=introduction(m, "PyTorch"),
        shapes={weight.name: weight.shape for weight in outline.program.weights},
        body=Markup(body),
        functional=re.search(r"\bF\.", body) is not None,
    )
    stored = {w.name: np.ascontiguousarray(arrays[w.name]).reshape(w.shape) for w in outline.program.weights}
    return PythonFiles(lay_out(text).encode("ascii"), stored, ".safetensors")


def _render(template: str, **context: Any) -> str:
    return environment().get_template(f"torch/{template}").render(**context)

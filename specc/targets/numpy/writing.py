"""From a program and its arrays to a module of NumPy and its ``.npz``."""

from __future__ import annotations

from collections.abc import Mapping

from specc.stores.arrays import Array
from specc.targets.numpy.module import NumpyModule
from specc.targets.python import Outline, PythonFiles, environment, introduction, lay_out, plain_arrays


def write_module(outline: Outline, arrays: Mapping[str, Array]) -> PythonFiles:
    """The module and its weights. arrays: by weight name, in Keras's layout.

    Raises SpecError where the program has what the target cannot compute.
    """
    plain = plain_arrays(outline.program, arrays)
    m = NumpyModule(outline)
    template = environment().get_template("numpy/module.py.jinja")
    text = template.render(
        m=m,
        program=outline.program,
        introduction=introduction(m, "NumPy"),
        blocks=m.blocks(),
        shapes={name: array.shape for name, array in plain.items()},
    )
    return PythonFiles(lay_out(text).encode("ascii"), plain, ".npz")

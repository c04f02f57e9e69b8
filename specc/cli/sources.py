"""Model sources as commands take them: a path, or ``-`` for stdin."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from specc.cli.exits import UsageError
from specc.cli.settings import add_set_option, read_settings
from specc.dialects import NAMES

if TYPE_CHECKING:
    from specc.diagnostics import Findings
    from specc.model import Model
    from specc.targets import Target
    from specc.targets.python import PythonFiles

Made = TypeVar("Made")


def add_source_options(parser: argparse.ArgumentParser, weights: bool = True) -> None:
    """The options that say how a source is read. weights: whether the command needs any."""
    parser.set_defaults(weights=None)
    if weights:
        help_ = "take the weights from this .npz, .safetensors, .h5 or .keras"
        parser.add_argument("--weights", metavar="FILE", help=help_)
    add_set_option(parser)
    parser.add_argument("--dialect", choices=NAMES, help="the Keras that the spec means")
    parser.add_argument("--max-memory", metavar="BYTES", type=positive, help="refuse models whose weights take more")


def source_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the options say, as ``specc.load`` takes it."""
    given = {key: getattr(arguments, key) for key in ("dialect", "weights", "max_memory")}
    return {**given, "vars": read_settings(arguments.set)}


def load_source(arguments: argparse.Namespace, source: str) -> Model:
    """The model, its warnings reported on stderr."""
    from specc.cli.report import report
    from specc.model import load

    model = load(source, **source_options(arguments))
    report(model.diagnostics, model.document, sys.stderr)
    return model


def compile_source(model: Model, opset: int = 17) -> bytes:
    """The compiled ONNX file; what there is to say about the weight file is reported on stderr."""
    return _reporting(model, lambda findings: model.compile(opset=opset, findings=findings))


def generate_source(model: Model, target: Target) -> PythonFiles:
    """The module of a Python target and its weights; what there is to say about them is reported on stderr."""
    return _reporting(model, lambda findings: model.generate(target, findings=findings))


def _reporting(model: Model, make: Callable[[Findings], Made]) -> Made:
    from specc.cli.report import report
    from specc.diagnostics import Findings

    findings = Findings()
    made = make(findings)
    report(findings.diagnostics, model.document, sys.stderr)
    return made


def positive(text: str) -> int:
    """argparse type: a whole number above zero."""
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, found {text!r}")
    return int(text)


def refuse_overwriting(output: str, *sources: str | None) -> None:
    """An output never replaces what it was made from."""
    for source in sources:
        if source and os.path.exists(output) and os.path.exists(source) and os.path.samefile(output, source):
            raise UsageError(f"writing to `{output}` would replace what it is made from")

"""``specc import``: any source as a spec that people read, and its weights beside it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from specc.cli.exits import FINE, UsageError
from specc.cli.report import report
from specc.cli.sources import add_source_options, load_source, refuse_overwriting
from specc.cli.terminal import say, write_result

if TYPE_CHECKING:
    from pathlib import Path

    from specc.keras_files import KerasModel
    from specc.model import Model

_MOST_LISTED = 20
_FOREIGN = {
    ".safetensors": "like weights",
    ".npz": "like weights",
    ".h5": "like a Keras file",
    ".keras": "like a Keras file",
    ".onnx": "like an ONNX file",
    ".py": "like a module",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="SOURCE", help="a spec or a model of Keras, or - for stdin")
    help_ = "the spec to write, YAML or .json, or - for stdout; the weights go to SPEC.safetensors"
    parser.add_argument("-o", "--output", metavar="SPEC", required=True, help=help_)
    parser.add_argument("--arch-only", action="store_true", help="write the spec alone, without weights")
    parser.add_argument("--force", action="store_true", help="replace files that exist")
    add_source_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    from specc.diagnostics import Findings
    from specc.saving import has_weights, save_spec, spec_text, weights_path

    _check_name(arguments.output)
    model = load_source(arguments, arguments.source)
    if arguments.output == "-":
        if has_weights(model) and not arguments.arch_only:
            raise UsageError("the weights need a file", "give one with -o, or leave them out with --arch-only")
        write_result("-", spec_text(model).encode(), is_text=True)
        written: tuple[Path, ...] = ()
    else:
        for file in (arguments.output, str(weights_path(arguments.output))):
            refuse_overwriting(file, arguments.source, arguments.weights, _weights_of(model))
        findings = Findings()
        try:
            written = save_spec(
                model,
                arguments.output,
                arch_only=arguments.arch_only,
                overwrite=arguments.force,
                findings=findings,
            )
        except FileExistsError as error:
            raise UsageError(f"{error.filename} exists already", "--force replaces it") from None
        report(findings.diagnostics, model.document, sys.stderr)
    for line in _describe(model, written):
        say(line)
    return FINE


def _check_name(output: str) -> None:
    """Refuse a name that says something else than a spec, and a folder."""
    suffix = os.path.splitext(output)[1].lower()
    if suffix in _FOREIGN:
        raise UsageError(f"`{output}` is named {_FOREIGN[suffix]}, and a spec is written", "name it .yaml or .json")
    if os.path.isdir(output):
        raise UsageError(f"`{output}` is a folder", "name the spec: -o FOLDER/NAME.yaml")


def _weights_of(model: Model) -> str | None:
    return None if model.weights is None else os.fspath(model.weights)


def _describe(model: Model, written: tuple[Path, ...]) -> Iterator[str]:
    """What was written, and what became of what the source holds."""
    if written:
        yield f"wrote {' and '.join(map(str, written))}"
    parameters = sum(weight.size for weight in model.graph.program.weights)
    drawn = " (drawn by initializers: the source holds no weights)" if model.weights is None and parameters else ""
    yield f"  {len(model.spec.entries)} layers, {parameters:,} parameters{drawn}"
    if model.origin is None:
        yield f"  from a spec of {model.spec.dialect.title}"
        return
    yield f"  from {_era(model.origin)}"
    renamed = [f"`{name}` -> {new}" for name, new in model.origin.renamed.items()]
    for line in (*renamed[:_MOST_LISTED], *([f"{len(renamed) - _MOST_LISTED} more"] * (len(renamed) > _MOST_LISTED))):
        yield f"  renamed: {line}"
    for what in model.origin.dropped:
        yield f"  left out: {what}"


def _era(origin: KerasModel) -> str:
    era = origin.era
    return f"{f'Keras {era.version}' if era.version else f'a model of {era.own}'}, as {era.dialect}"
